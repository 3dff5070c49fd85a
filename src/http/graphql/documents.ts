import {
  type DocumentNode,
  type GraphQLError,
  type GraphQLSchema,
  NoFragmentCyclesRule,
  NoSchemaIntrospectionCustomRule,
  parse,
  specifiedRules,
  type ValidationRule,
  validate,
} from 'graphql';
import { checkCost, checkLimits, checkOverlaps, limits } from './limits.ts';

/** A document that is valid and within the limits. */
interface Prepared {
  document: DocumentNode;
  /** How many operations of ours it asks for. */
  rootFields: number;
  /** About what it takes in memory, with its text. */
  bytes: number;
}

/** GraphQL's own reasons for refusing a document. */
export class InvalidDocument extends Error {
  readonly errors: readonly GraphQLError[];

  constructor(errors: readonly GraphQLError[]) {
    super('invalid document');
    this.errors = errors;
  }
}

/** All documents that are cached take so much at most, and one of them a sixteenth of it. */
const cacheBytes = 8 * 1024 * 1024;
/** What a token of a parsed document takes at most, and a character of a text. */
const [bytesOfToken, bytesOfCharacter] = [256, 2];

export interface Documents {
  /**
   * Parses and validates a document, or takes it from the cache. `expect` refuses documents before they are validated. Throws a GraphQLError
   * for broken syntax, and InvalidDocument. Fault: INVALID_INPUT.
   */
  prepare(text: string, expect: (document: DocumentNode) => void): Prepared;
  /** Caches a document. To be called once an operation of it was permitted: callers who may do nothing must not fill the cache. */
  keep(text: string, prepared: Prepared): void;
}

/** `explorable`: errors may say what the schema has. */
export function createDocuments(schema: GraphQLSchema, explorable: boolean): Documents {
  const cache = new Map<string, Prepared>(); // in the order of their last use
  let used = 0;
  const rules = explorable ? specifiedRules : [...specifiedRules, NoSchemaIntrospectionCustomRule];
  // Where the caller is not told what is wrong, the first error is enough.
  const options = explorable ? {} : { maxErrors: 1, hideSuggestions: true };

  function requireValid(document: DocumentNode, rules: readonly ValidationRule[]): void {
    const errors = validate(schema, document, rules, options);
    if (errors.length > 0) throw new InvalidDocument(errors);
  }

  return {
    prepare(text, expect) {
      const cached = cache.get(text);
      if (cached) {
        cache.delete(text);
        cache.set(text, cached);
        expect(cached.document);
        return cached;
      }
      const document = parse(text, { maxTokens: limits.tokens, noLocation: true });
      checkLimits(document);
      expect(document);
      requireValid(document, [NoFragmentCyclesRule]);
      checkOverlaps(document);
      requireValid(document, rules);
      const bytes = bytesOfToken * (document.tokenCount ?? limits.tokens) + bytesOfCharacter * text.length;
      return { document, rootFields: checkCost(schema, document), bytes };
    },
    keep(text, prepared) {
      if (cache.has(text) || prepared.bytes > cacheBytes / 16) return;
      cache.set(text, prepared);
      used += prepared.bytes;
      for (const [oldest, { bytes }] of cache) {
        if (used <= cacheBytes) break;
        cache.delete(oldest);
        used -= bytes;
      }
    },
  };
}
