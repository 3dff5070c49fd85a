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
  /** How many operations of this service it asks for. */
  rootFields: number;
  /** Its approximate size in memory, with its text. */
  bytes: number;
}

/** Has GraphQL's own errors about a document. */
export class InvalidDocument extends Error {
  readonly errors: readonly GraphQLError[];

  constructor(errors: readonly GraphQLError[]) {
    super('invalid document');
    this.errors = errors;
  }
}

/** Size of all cached documents. One of them may take a sixteenth of it. */
const cacheBytes = 8 * 1024 * 1024;
/** Upper bounds for a token of a parsed document and for a character of a text. */
const [bytesOfToken, bytesOfCharacter] = [256, 2];

export interface Documents {
  /**
   * Parses and validates a document, or takes it from the cache. `check` refuses documents before they are
   * validated. Throws a GraphQLError for broken syntax, and InvalidDocument. Fault: INVALID_INPUT.
   */
  prepare(text: string, check: (document: DocumentNode) => void): Prepared;
  /**
   * Caches a document. Call it after an operation was permitted: callers without permissions must not fill
   * the cache.
   */
  keep(text: string, prepared: Prepared): void;
}

/** `explorable`: errors may reveal the schema. */
export function createDocuments(schema: GraphQLSchema, explorable: boolean): Documents {
  const cache = new Map<string, Prepared>(); // in the order of their last use
  let used = 0;
  const rules = explorable ? specifiedRules : [...specifiedRules, NoSchemaIntrospectionCustomRule];
  // If errors are not shown, the first one is enough.
  const options = explorable ? {} : { maxErrors: 1, hideSuggestions: true };

  function requireValid(document: DocumentNode, rules: readonly ValidationRule[]): void {
    const errors = validate(schema, document, rules, options);
    if (errors.length > 0) throw new InvalidDocument(errors);
  }

  return {
    prepare(text, check) {
      const cached = cache.get(text);
      if (cached) {
        cache.delete(text);
        cache.set(text, cached);
        check(cached.document);
        return cached;
      }
      const document = parse(text, { maxTokens: limits.tokens, noLocation: true });
      checkLimits(document);
      check(document);
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
