import { Budget } from '../patterns/budget.ts';
import { canBeAccount } from '../patterns/other-accounts.ts';
import { hasWildcard, matchesText } from '../patterns/prefix-match.ts';
import { canBeRegion } from '../patterns/regions.ts';
import type { SourceValue } from '../patterns/source-value.ts';
import { type Components, componentsOf } from '../role/arn.ts';
import type { RoleContext } from '../role/check-context.ts';
import { never } from './condition/variables.ts';
import { escapeValue } from './escape.ts';

/** Explains which part of a line prevents it from matching any source in the account's partition. */
export function explainDeadLine(line: SourceValue, place: RoleContext): string {
  const { comparison } = line;
  const { source } = place.kind;
  const value = comparison === 'EXACT_IGNORING_CASE' ? line.value.toLowerCase() : line.value;
  if (comparison.startsWith('EXACT') && hasWildcard(value))
    return 'this operator does not treat * and ? as wildcards';
  const odd = /[^!-~]/.exec(value)?.[0];
  if (odd === never) return 'it contains a literal * or ?';
  const parts = componentsOf(value);
  // A `*` of StringLike matches colons, so no single component is to blame.
  if (comparison === 'STRING' && hasWildcard(parts ? parts.slice(0, 5).join() : value))
    return `the ARN of a ${source.noun} is arn:PARTITION:${source.service}:REGION:ACCOUNT:${source.shown}`;
  if (!matchesText((parts ?? [value.split(':', 1)[0] as string])[0], 'arn'))
    return `it is not an ARN${has(odd)}`;
  if (!parts) return `it has ${value.split(':').length} of the six components of an ARN`;
  return explainParts(parts, odd, place);
}

function explainParts(
  parts: Components,
  odd: string | undefined,
  { partition, accountId, kind: { source } }: RoleContext,
) {
  const [, ofPartition, service, region, account, resource] = parts;
  if (!matchesText(ofPartition, partition))
    return `its partition is ${named(ofPartition)}, and the account is in partition ${partition}`;
  if (!matchesText(service, source.service))
    return `its service is ${named(service)}, and that of a ${source.noun} is ${source.service}`;
  if (!canBeRegion(region, partition, new Budget()))
    return `its Region is ${named(region)}, and partition ${partition} has no such Region`;
  if (!canBeAccount(account)) return `its account is ${named(account)}${digitsOf(account)}`;
  if (!matchesText(account, accountId))
    return `its account is ${named(account)}, and another condition admits only ${accountId}`;
  if (odd !== undefined)
    return `its resource contains the character ${escapeValue(odd)}, which no ${source.noun} has`;
  const mistake = source.mistakes.find(({ begins }) => resource.startsWith(begins));
  return (
    mistake?.explanation ??
    `its resource is ${named(resource)}, and that of a ${source.noun} is ${source.shown}`
  );
}

const has = (odd: string | undefined) =>
  odd === undefined ? '' : `, and contains the character ${escapeValue(odd)}`;
const named = (part: string) => (part === '' ? 'empty' : escapeValue(part));

const digitsOf = (account: string) =>
  /^\d+$/.test(account)
    ? `, which has ${account.length} digits instead of 12`
    : ', and an account has 12 digits';
