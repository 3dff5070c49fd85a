import { type Comparison, componentsOf } from '../role/arn.ts';
import type { Budget } from './budget.ts';
import { digits, isMadeOf, literalsIn, ofRegion } from './characters.ts';
import { many, Pattern } from './language.ts';
import { hasWildcard, matchesText } from './prefix-match.ts';

/** Can it match twelve digits? */
export function canBeAccount(pattern: string): boolean {
  const fixed = pattern.replaceAll('*', '').length;
  return isMadeOf(literalsIn(pattern), digits) && (fixed === 12 || (fixed < 12 && pattern.includes('*')));
}

/** Can the value match a source in another account? What is no ARN is judged as plain text: caution costs nothing here. */
export function reachesAnotherAccount(value: string, comparison: Comparison, accountId: string, budget: Budget): boolean {
  const parts = componentsOf(value);
  if (parts && /^\d{12}$/.test(parts[4])) {
    if (parts[4] !== accountId) return true;
    // The fifth component of whatever it matches is ours: no wildcard stands before it that could hold a colon.
    if (comparison !== 'STRING' || !parts.slice(0, 5).some(hasWildcard)) return false;
  }
  if (comparison === 'EXACT' || comparison === 'EXACT_IGNORING_CASE') return false;
  if (!parts || comparison === 'STRING') return canBeForeign(value, accountId, budget);
  const [arn, , , region, account] = parts;
  return (
    matchesText(arn, 'arn', budget) &&
    isMadeOf(literalsIn(region), ofRegion) &&
    canBeAccount(account) &&
    // What has a `?`, or digits to add to those that it names, can match a second account.
    account.replaceAll('*', '') !== accountId
  );
}

/**
 * Can a text with wildcards that take colons match an ARN whose account differs from ours in some digit? What follows the
 * account has no colons: so no `*` can mistake something there for the account.
 */
function canBeForeign(value: string, accountId: string, budget: Budget): boolean {
  const pattern = new Pattern(value, budget);
  let same = pattern.after(['arn:', many(null, ':'), ':', many(null, ':'), ':', many(ofRegion), ':']);
  let different: readonly number[] = [];
  for (const digit of accountId) {
    different = pattern.union(pattern.step(different, digits), pattern.step(same, digits.replace(digit, '')));
    same = pattern.step(same, digit);
  }
  const places = pattern.after([':', many(null, ':')], different);
  return pattern.takesAll(places) || pattern.ends(places);
}

/** What a line says of sources in this account, as one line; null where that cannot be written or is nothing. */
export function narrowToAccount(value: string, comparison: Comparison, accountId: string, budget: Budget): string | null {
  if (!reachesAnotherAccount(value, comparison, accountId, budget)) return value;
  const parts = componentsOf(value);
  if (!parts || (comparison !== 'ARN' && comparison !== 'STRING')) return null;
  if (!matchesText(parts[4], accountId, budget)) return null;
  const own = [...parts.slice(0, 4), accountId, parts[5]].join(':');
  return reachesAnotherAccount(own, comparison, accountId, budget) ? null : own;
}
