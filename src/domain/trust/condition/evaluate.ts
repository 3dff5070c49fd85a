import { hasWildcard, matchesText } from '../../patterns/prefix-match.ts';
import { type Comparison, componentsOf } from '../../role/arn.ts';
import type { CheckContext } from '../../role/check-context.ts';
import { holdsWithoutKey, type Operator, type ReadOperator } from './operators.ts';
import { either, join, negate, type Outcome, outcomeOf } from './outcome.ts';
import type { KnownKey } from './request-keys.ts';
import { type ReadValue, readVariables } from './variables.ts';

/**
 * One value of a condition. `text` is as written. `read` is set when the value has variables or cannot be
 * read.
 */
export interface Value {
  text: string;
  read: ReadValue | null;
}

/** A value as JSON text, or the string itself. String() fails on `{"toString": 1}`. */
export const text = (value: unknown): string => (typeof value === 'string' ? value : JSON.stringify(value));

const unreadable: ReadValue = {
  sure: null,
  most: { value: '*', comparison: 'STRING' },
  anywhere: { value: '*', comparison: 'STRING' },
  callers: [],
};

/** Reads one value. Numbers and booleans become text. `variables`: does the policy's version support them? */
export function readValue(value: unknown, { operator }: ReadOperator, context: CheckContext, variables: boolean): Value {
  if (value === null || typeof value === 'object') return { text: text(value), read: unreadable };
  const written = String(value);
  if (!variables || !written.includes('${')) return { text: written, read: null };
  return { text: written, read: readVariables(written, operator?.family === 'TEXT' ? operator.comparison : 'EXACT', context) };
}

/** The outcome of a test of any key but the value of `aws:SourceArn`. */
export function evaluate(read: ReadOperator, known: KnownKey, values: readonly Value[]): Outcome {
  const { operator } = read;
  if (!operator || known.is === 'UNKNOWN') return 'UNKNOWN';
  if (operator.family === 'NULL') return evaluateNull(known, values);
  if (known.is === 'SOURCE_ARN') return 'UNKNOWN';
  if (known.is === 'ABSENT') return outcomeOf(holdsWithoutKey(read));
  if (known.is === 'LIST_WITH') return evaluateList(read, operator, known.value, values);
  const matched = values.map((value) => match(operator, known, value)).reduce(either, 'FAILS');
  const present = operator.negated ? negate(matched) : matched;
  return known.is === 'OF_AWS' ? join(present, outcomeOf(holdsWithoutKey(read))) : present;
}

/** "true" requires that the key is absent, "false" that it is present. */
function evaluateNull(known: KnownKey, values: readonly Value[]): Outcome {
  if (known.is === 'OF_AWS') return 'UNKNOWN';
  const wanted = known.is === 'ABSENT' ? 'true' : 'false';
  return values
    .map((value) => {
      const asked = truthOf(value);
      return asked === null ? 'UNKNOWN' : outcomeOf(asked === wanted);
    })
    .reduce(either, 'FAILS');
}

/** One name of the list is known. It proves that some name matches, or that not all do. */
function evaluateList({ set }: ReadOperator, operator: Operator, ours: string, values: readonly Value[]): Outcome {
  const known: KnownKey = { is: 'VALUE', type: 'TEXT', value: ours };
  const matched = values.map((value) => match(operator, known, value)).reduce(either, 'FAILS');
  const outcome = operator.negated ? negate(matched) : matched;
  if (set === 'ANY') return outcome === 'HOLDS' ? 'HOLDS' : 'UNKNOWN';
  if (set === 'ALL') return outcome === 'FAILS' ? 'FAILS' : 'UNKNOWN';
  return 'UNKNOWN';
}

type Present = Extract<KnownKey, { is: 'VALUE' | 'BEGINNING' | 'OF_AWS' }>;

/** Does one value match the value of the key? */
function match(operator: Operator, known: Present, value: Value): Outcome {
  if (known.is === 'OF_AWS') return matchOfAws(operator, known.type, value);
  if (known.is === 'BEGINNING') return matchBeginning(operator, known.value, value);
  if (known.type === 'DATE' || known.type === 'EPOCH') return matchTime(operator, known, value);
  if (operator.family === 'BOOL' && known.type === 'BOOL') {
    const asked = truthOf(value);
    return asked === null ? 'UNKNOWN' : outcomeOf(asked === known.value);
  }
  // AWS does not document what an ARN operator does with a value that is not an ARN.
  if (operator.family !== 'TEXT' || operator.comparison === 'ARN') return 'UNKNOWN';
  if (value.read === null) return outcomeOf(matchesAs(value.text, operator.comparison, known.value));
  const { sure, most } = value.read;
  if (sure) return outcomeOf(matchesAs(sure.value, sure.comparison, known.value));
  return matchesAs(most.value, most.comparison, known.value) ? 'UNKNOWN' : 'FAILS';
}

function matchesAs(pattern: string, comparison: string, value: string): boolean {
  if (comparison === 'EXACT') return pattern === value;
  if (comparison === 'EXACT_IGNORING_CASE') return pattern.toLowerCase() === value.toLowerCase();
  return matchesText(pattern, value);
}

/** Does it match every text with this beginning, or none? */
function matchBeginning(operator: Operator, beginning: string, { text, read }: Value): Outcome {
  if (operator.family !== 'TEXT' || operator.comparison === 'ARN') return 'UNKNOWN';
  const pattern = read ? read.sure?.value : text;
  if (pattern === undefined) return 'UNKNOWN';
  const isWild = operator.comparison === 'STRING';
  if (isWild && pattern.endsWith('*') && matchesText(pattern, beginning)) return 'HOLDS';
  const folded = (one: string) => (operator.comparison === 'EXACT_IGNORING_CASE' ? one.toLowerCase() : one);
  const [head = ''] = isWild ? pattern.split(/[*?]/, 1) : [pattern];
  const hasWildcard = head.length < pattern.length;
  const canMeet = folded(head).startsWith(folded(beginning)) || (hasWildcard && beginning.startsWith(head));
  return canMeet ? 'UNKNOWN' : 'FAILS';
}

/** A customer's account, ARN or ID never matches AWS's own. A pattern with wildcards may. */
function matchOfAws(operator: Operator, type: 'ACCOUNT' | 'ARN' | 'ID' | 'TYPE', { text, read }: Value): Outcome {
  const pattern = read ? read.sure?.value : text;
  if (operator.family !== 'TEXT' || type === 'TYPE' || pattern === undefined) return 'UNKNOWN';
  return namesCustomer(pattern, operator.comparison, type) ? 'FAILS' : 'UNKNOWN';
}

/** Does the pattern match only accounts, ARNs or IDs of customers? */
export function namesCustomer(pattern: string, comparison: Comparison, type: 'ACCOUNT' | 'ARN' | 'ID'): boolean {
  const isExact = comparison === 'EXACT' || comparison === 'EXACT_IGNORING_CASE';
  if (isExact || !hasWildcard(pattern)) return true;
  if (type === 'ID') return /^(A[A-Z0-9]{15,}|\d{12})(:|$)/.test(pattern);
  const parts = type === 'ARN' ? componentsOf(pattern) : null;
  if (!parts || !/^\d{12}$/.test(parts[4])) return false;
  // A wildcard of StringLike matches colons, so one before the account could match the account too.
  return comparison === 'ARN' || !parts.slice(0, 4).some(hasWildcard);
}

function truthOf({ text, read }: Value): 'true' | 'false' | null {
  const asked = (read ? (read.sure?.value ?? '') : text).toLowerCase();
  return asked === 'true' || asked === 'false' ? asked : null;
}

function matchTime(operator: Operator, known: Extract<KnownKey, { is: 'VALUE' }>, { text, read }: Value): Outcome {
  const isNumber = operator.family === 'NUMERIC' && known.type === 'EPOCH';
  if (operator.family !== 'DATE' && !isNumber) return 'UNKNOWN';
  const asked = read ? read.sure?.value : text;
  const limit = asked === undefined ? null : isNumber ? numberOf(asked) : secondsOf(asked);
  const now = known.type === 'EPOCH' ? Number(known.value) : secondsOf(known.value);
  if (limit === null || now === null || !('compare' in operator)) return 'UNKNOWN';
  return outcomeOf(operator.compare(now, limit));
}

const numberOf = (text: string): number | null => (/^-?\d+(\.\d+)?$/.test(text) ? Number(text) : null);

const isoDate = /^(\d{4})-(\d{2})(?:-(\d{2})(?:T\d{2}:\d{2}(?::\d{2}(?:\.\d+)?)?(?:Z|[+-]\d{2}:\d{2}))?)?$/;

/**
 * Seconds since 1970, from ISO 8601 or a number. Null: neither. "2026" is ambiguous: a year, or 34 minutes.
 */
function secondsOf(text: string): number | null {
  if (/^\d{5,12}$/.test(text)) return Number(text);
  const [, year, month, day = '01'] = isoDate.exec(text) ?? [];
  if (year === undefined || Number(day) > new Date(Date.UTC(Number(year), Number(month), 0)).getUTCDate()) return null;
  const time = Date.parse(text);
  return Number.isNaN(time) ? null : time / 1000;
}
