import { type Comparison, componentsOf } from '../role/arn.ts';
import { Automaton } from './automaton.ts';
import type { Budget } from './budget.ts';
import { digits, isMadeOf, literalsIn, ofRegion } from './characters.ts';
import { many } from './language.ts';
import { hasWildcard, matchesText } from './prefix-match.ts';

/** Can the pattern match a 12-digit account ID? */
export function canBeAccount(pattern: string): boolean {
  const fixed = pattern.replaceAll('*', '').length;
  return isMadeOf(literalsIn(pattern), digits) && (fixed === 12 || (fixed < 12 && pattern.includes('*')));
}

/**
 * Can the value match a source in another account? A value that is not an ARN is compared as plain text, to
 * be on the safe side.
 */
export function reachesAnotherAccount(
  value: string,
  comparison: Comparison,
  accountId: string,
  budget: Budget,
): boolean {
  const parts = componentsOf(value);
  if (parts && /^\d{12}$/.test(parts[4])) {
    if (parts[4] !== accountId) return true;
    // Everything that it matches has our account, because no wildcard before the account can match a colon.
    if (comparison !== 'STRING' || !parts.slice(0, 5).some(hasWildcard)) return false;
  }
  if (comparison === 'EXACT' || comparison === 'EXACT_IGNORING_CASE') return false;
  if (!parts || comparison === 'STRING') return canBeForeign(value, accountId, budget);
  const [arn, , , region, account] = parts;
  return (
    matchesText(arn, 'arn', budget) &&
    isMadeOf(literalsIn(region), ofRegion) &&
    canBeAccount(account) &&
    // A pattern with `?`, or with room for more digits, matches a second account as well.
    account.replaceAll('*', '') !== accountId
  );
}

/**
 * Can a pattern whose wildcards match colons match an ARN of another account? The account differs from ours
 * in some digit. The text after the account has no colon, so no `*` can take part of it for the account.
 */
function canBeForeign(value: string, accountId: string, budget: Budget): boolean {
  const pattern = new Automaton(value, budget);
  let same = pattern.after(['arn:', many(null, ':'), ':', many(null, ':'), ':', many(ofRegion), ':']);
  let different: readonly number[] = [];
  for (const digit of accountId) {
    different = pattern.union(pattern.step(different, digits), pattern.step(same, digits.replace(digit, '')));
    same = pattern.step(same, digit);
  }
  const places = pattern.after([':', many(null, ':')], different);
  return pattern.takesAll(places) || pattern.ends(places);
}

/**
 * The part of a line that is about this account, as one line. Null: there is none, or no line expresses it.
 */
export function narrowToAccount(
  value: string,
  comparison: Comparison,
  accountId: string,
  budget: Budget,
): string | null {
  if (!reachesAnotherAccount(value, comparison, accountId, budget)) return value;
  const parts = componentsOf(value);
  if (!parts || (comparison !== 'ARN' && comparison !== 'STRING')) return null;
  if (!matchesText(parts[4], accountId, budget)) return null;
  const own = [...parts.slice(0, 4), accountId, parts[5]].join(':');
  return reachesAnotherAccount(own, comparison, accountId, budget) ? null : own;
}
