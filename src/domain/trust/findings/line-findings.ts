import type { Cluster } from '../../../schema/primitives.ts';
import { costs } from '../../patterns/budget.ts';
import { reachesAnotherAccount } from '../../patterns/other-accounts.ts';
import { hasWildcard, parseUsualLine } from '../../patterns/prefix-match.ts';
import { isListedRegion, isOfPartition, nearestRegion } from '../../patterns/regions.ts';
import { canMatchRegion, coversAll, touchesSome } from '../../patterns/source-arn.ts';
import { componentsApart, regionOf, sourcesOf } from '../../patterns/source-value.ts';
import { matchesSourcesOnly } from '../../patterns/sources-only.ts';
import { reachOf } from '../../role/arn.ts';
import { anywhereOf, type Line, mostOf, sureOf } from '../condition/source-test.ts';
import { explainDeadLine } from '../dead-line.ts';
import { escapeValue } from '../escape.ts';
import type { TrustReading } from '../reading.ts';
import { createFinding, type Finding } from './finding.ts';

const everyCluster = { region: '*', name: '*' };

/**
 * The findings about one value of `aws:SourceArn`, for any cluster. `admitsOthers`: do the other conditions
 * of its statement admit other accounts?
 */
export function checkLine(reading: TrustReading, line: Line, canAdmitOthers = true): Finding[] {
  const { kind, partition, accountId, budget } = reading;
  const { value, pointer, comparison } = line;
  budget.spend(costs.pattern);
  const usual = line.read === null ? parseUsualLine(kind.source, value, comparison, partition) : null;
  if (usual !== null && usual[3] === accountId && isListedRegion(usual[2], reading)) return [];
  budget.spend(costs.findings);
  const findings: Finding[] = [];
  if (canAdmitOthers && isForeign(reading, line))
    findings.push(
      createFinding(
        'SOURCE_ARN_FOREIGN',
        `${escapeValue(value)} can match a source in another account.`,
        pointer,
      ),
    );
  if (findings.length > 0 && usual !== null) return findings;
  const pattern = sureOf(line) ?? mostOf(line);
  // If another condition excludes other accounts, a line for one of them matches nothing.
  const sources = sourcesOf(reading, everyCluster, canAdmitOthers ? null : accountId);
  if (!touchesSome(pattern, sources, budget) || !canMatchRegion(pattern, partition, budget)) {
    const dead = createFinding(
      'SOURCE_ARN_DEAD',
      `${escapeValue(value)} can never match a ${kind.source.noun}: ${explainDeadLine(pattern, reading)}.`,
      pointer,
    );
    return [...findings, dead];
  }
  return [...findings, ...checkRegion(reading, line), ...(sureOf(line) ? checkWidth(reading, line) : [])];
}

/** Can the line let in a source of another account? */
export function isForeign({ accountId, budget }: TrustReading, line: Line): boolean {
  const pattern = anywhereOf(line);
  // It is unconfirmed whether IAM matches nothing then.
  if (pattern.comparison === 'ARN' && componentsApart(pattern) === null) return true;
  return reachesAnotherAccount(pattern.value, pattern.comparison, accountId, budget);
}

/**
 * The Region that a line names, if it fits the partition's pattern but AWS does not list it. Otherwise null.
 */
export function findUnlistedRegion(reading: TrustReading, line: Line): string | null {
  const region = regionOf(mostOf(line));
  if (region === null || hasWildcard(region) || !isOfPartition(region, reading.partition)) return null;
  return isListedRegion(region, reading) ? null : region;
}

function checkRegion(reading: TrustReading, line: Line): Finding[] {
  const region = findUnlistedRegion(reading, line);
  if (region === null) return [];
  const nearest = nearestRegion(region, reading);
  return [
    createFinding(
      'REGION_UNKNOWN',
      `${escapeValue(line.value)} names Region ${region}, which is not on AWS's list. The nearest name is ${nearest}.`,
      line.pointer,
    ),
  ];
}

function checkWidth(reading: TrustReading, line: Line): Finding[] {
  const { source } = reading.kind;
  const pattern = mostOf(line);
  const { value, comparison } = pattern;
  const { pointer } = line;
  const shown = escapeValue(line.value);
  const { region, name } = reachOf(source, value);
  const findings: Finding[] = [];
  if (!matchesSourcesOnly(source, value, comparison))
    findings.push(
      createFinding(
        'SOURCE_ARN_WIDE',
        `${shown} also matches resources that are not ${source.noun}s.`,
        pointer,
      ),
    );
  // Each part is tested with the other part as written: a pattern such as prod-* matches itself.
  const covers = (cluster: Cluster) => coversAll(pattern, sourcesOf(reading, cluster), reading.budget);
  const isOpen = (part: string) => /[*?]/.test(part);
  if (isOpen(region) && covers({ region: '*', name }))
    findings.push(createFinding('REGION_WILDCARD', `${shown} covers every Region.`, pointer));
  if (isOpen(name) && covers({ region, name: '*' }))
    findings.push(createFinding('CLUSTER_WILDCARD', `${shown} covers every cluster.`, pointer));
  return findings;
}
