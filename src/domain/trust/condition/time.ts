import type { Operator } from './operators.ts';
import { type Outcome, outcomeOf } from './outcome.ts';
import type { KnownKey } from './request-keys.ts';
import type { Value } from './value.ts';

export function matchTime(
  operator: Operator,
  known: Extract<KnownKey, { is: 'VALUE' }>,
  { text, read }: Value,
): Outcome {
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
  if (year === undefined || Number(day) > new Date(Date.UTC(Number(year), Number(month), 0)).getUTCDate())
    return null;
  const time = Date.parse(text);
  return Number.isNaN(time) ? null : time / 1000;
}
