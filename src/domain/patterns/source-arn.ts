import type { Partition } from '../../schema/primitives.ts';
import { type Budget, costs } from './budget.ts';
import { digits, isMadeOf, literalsIn, ofRegion } from './characters.ts';
import { includes, intersects } from './compare-languages.ts';
import { isSource } from './exact-arn.ts';
import { type Language, many, one, times } from './language.ts';
import { canBeAccount } from './other-accounts.ts';
import { matchesText } from './prefix-match.ts';
import { canBeRegion } from './regions.ts';
import { coversResources, resourcesOf, touchesResources } from './resource.ts';
import { componentsApart, regionOf, type Sources, type SourceValue } from './source-value.ts';

const anyRegion: Language = [one(ofRegion), many(ofRegion)];

/** The source ARNs as one language. */
export const arnsOf = (sources: Sources): Language => [
  `arn:${sources.partition}:${sources.source.service}:`,
  ...(sources.region === '*' ? anyRegion : [sources.region]),
  ':',
  ...(sources.account === null ? times(12, digits) : [sources.account]),
  ':',
  ...resourcesOf(sources),
];

/** Does the value match every source ARN? A value without wildcards matches one text at most. */
export function coversAll(line: SourceValue, sources: Sources, budget: Budget): boolean {
  if (line.comparison !== 'ARN' && line.comparison !== 'STRING') return false;
  budget.spend(costs.pattern);
  const parts = componentsApart(line);
  if (!parts) return line.comparison === 'STRING' && includes(line.value, arnsOf(sources), budget);
  const [arn, partition, service, region, account, resource] = parts;
  return (
    (sources.region === '*' ? takesAnyText(region) : matchesText(region, sources.region, budget)) &&
    matchesText(arn, 'arn', budget) &&
    matchesText(partition, sources.partition, budget) &&
    matchesText(service, sources.source.service, budget) &&
    (sources.account === null
      ? includes(account, times(12, digits), budget)
      : matchesText(account, sources.account, budget)) &&
    coversResources(line, resource, sources, budget)
  );
}

/** Does it match every text, except perhaps the empty one? */
const takesAnyText = (pattern: string) =>
  pattern === '*' || (pattern.includes('*') && ['', '?'].includes(pattern.replaceAll('*', '')));

/**
 * Does the value match one of the source ARNs? Null: it is not an ARN, and an ARN operator matches nothing
 * then.
 */
export function touchesSome(line: SourceValue, sources: Sources, budget: Budget): boolean | null {
  const { value, comparison } = line;
  budget.spend(costs.pattern);
  if (comparison === 'EXACT') return isSource(value, sources, (text) => text);
  if (comparison === 'EXACT_IGNORING_CASE') return isSource(value, sources, (text) => text.toLowerCase());
  const parts = componentsApart(line);
  if (!parts) return comparison === 'ARN' ? null : intersects(value, arnsOf(sources), budget);
  const [arn, partition, service, region, account, resource] = parts;
  return (
    matchesText(arn, 'arn', budget) &&
    matchesText(partition, sources.partition, budget) &&
    matchesText(service, sources.source.service, budget) &&
    (sources.region === '*'
      ? region !== '' && isMadeOf(literalsIn(region), ofRegion)
      : matchesText(region, sources.region, budget)) &&
    (sources.account === null ? canBeAccount(account) : matchesText(account, sources.account, budget)) &&
    touchesResources(line, resource, sources, budget)
  );
}

/** Can the value match a Region of the partition? */
export function canMatchRegion(line: SourceValue, partition: Partition, budget: Budget): boolean {
  const region = regionOf(line);
  return region === null || canBeRegion(region, partition, budget);
}
