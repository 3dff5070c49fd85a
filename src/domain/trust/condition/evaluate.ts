import { matchesText } from '../../patterns/prefix-match.ts';
import { namesCustomer } from './names-customer.ts';
import { holdsWithoutKey, type Operator, type ReadOperator } from './operators.ts';
import { either, join, negate, type Outcome, outcomeOf } from './outcome.ts';
import type { KnownKey } from './request-keys.ts';
import { matchTime } from './time.ts';
import type { Value } from './value.ts';

/** The outcome of a test of any key but the value of `aws:SourceArn`. */
export function evaluate(read: ReadOperator, known: KnownKey, values: readonly Value[]): Outcome {
  const { operator } = read;
  if (!operator || known.is === 'UNKNOWN') return 'UNKNOWN';
  if (operator.family === 'NULL') return evaluateNull(known, values);
  if (known.is === 'SOURCE_ARN') return 'UNKNOWN';
  if (known.is === 'ABSENT') return outcomeOf(holdsWithoutKey(read));
  if (known.is === 'LIST_WITH') return evaluateList(read, operator, known.value, values);
  const matched = values.map((value) => match(operator, known, value)).reduce(either, 'FAILS');
  const present = operator.isNegated ? negate(matched) : matched;
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
function evaluateList(
  { set }: ReadOperator,
  operator: Operator,
  ours: string,
  values: readonly Value[],
): Outcome {
  const known: KnownKey = { is: 'VALUE', type: 'TEXT', value: ours };
  const matched = values.map((value) => match(operator, known, value)).reduce(either, 'FAILS');
  const outcome = operator.isNegated ? negate(matched) : matched;
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
function matchOfAws(
  operator: Operator,
  type: 'ACCOUNT' | 'ARN' | 'ID' | 'TYPE',
  { text, read }: Value,
): Outcome {
  const pattern = read ? read.sure?.value : text;
  if (operator.family !== 'TEXT' || type === 'TYPE' || pattern === undefined) return 'UNKNOWN';
  return namesCustomer(pattern, operator.comparison, type) ? 'FAILS' : 'UNKNOWN';
}

function truthOf({ text, read }: Value): 'true' | 'false' | null {
  const asked = (read ? (read.sure?.value ?? '') : text).toLowerCase();
  return asked === 'true' || asked === 'false' ? asked : null;
}
