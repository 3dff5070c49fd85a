import type { Cluster } from '../../schema/primitives.ts';
import { costs } from '../patterns/budget.ts';
import { intersects } from '../patterns/compare-languages.ts';
import { PrefixIndex } from '../patterns/prefix-index.ts';
import { hasWildcard, meets, startOf } from '../patterns/prefix-match.ts';
import { isOfPartition } from '../patterns/regions.ts';
import { headOfResource, startOfResources } from '../patterns/resource.ts';
import { arnsOf, coversAll, touchesSome } from '../patterns/source-arn.ts';
import { sourcesOf } from '../patterns/source-value.ts';
import { reachOf } from '../role/arn.ts';
import { clusterKey } from '../role/cluster.ts';
import { type Line, mostOf, type SourcePattern, type SourceTest, sureOf } from './condition/source-test.ts';
import { linesOf, type ServiceStatement, type TrustReading } from './reading.ts';

/** The lines that can match a source of the cluster, by how they begin. */
function findMeetingLines(
  { kind, budget }: TrustReading,
  test: SourceTest,
  cluster: Cluster,
): readonly Line[] {
  if (test.lines.length > 1)
    test.prefixIndex ??= new PrefixIndex(test.lines, (line) => headOfResource(mostOf(line)));
  const lines = test.prefixIndex?.findMeeting(startOfResources(kind.source, cluster)) ?? test.lines;
  budget.spend((lines.length + 1) * costs.line);
  return lines;
}

/** A test of whether a line matches every source of the cluster. */
function createCoverTest(reading: TrustReading, cluster: Cluster): (line: Line) => boolean {
  const { kind, partition, accountId, budget } = reading;
  const start = startOf(kind.source, partition, accountId, cluster);
  const sources = sourcesOf(reading, cluster);
  return (line) => {
    const pattern = sureOf(line);
    return (
      pattern !== null && (meets(pattern, pattern.comparison, start) ?? coversAll(pattern, sources, budget))
    );
  };
}

/** The lines of one test that match every source of the cluster. */
const findCoveringLines = (reading: TrustReading, test: SourceTest, cluster: Cluster): Line[] =>
  findMeetingLines(reading, test, cluster).filter(createCoverTest(reading, cluster));

/** One of these lines, if there is any. */
function findCoveringLine(reading: TrustReading, test: SourceTest, cluster: Cluster): Line[] {
  const lines = findMeetingLines(reading, test, cluster);
  const covers = createCoverTest(reading, cluster);
  const start = startOfResources(reading.kind.source, cluster);
  // A line that names the cluster is the most likely one.
  const found = lines.find((line) => line.value.includes(start) && covers(line)) ?? lines.find(covers);
  reading.budget.spend(lines.length * costs.line);
  return found ? [found] : [];
}

/** Can one of the values match a source of the cluster? `choose` selects the pattern of a line. */
function touches(
  reading: TrustReading,
  test: SourceTest,
  cluster: Cluster,
  choose: (line: Line) => SourcePattern | null = mostOf,
  isText = true,
): boolean {
  const { kind, partition, accountId, budget } = reading;
  const start = startOf(kind.source, partition, accountId, cluster);
  const sources = sourcesOf(reading, cluster);
  return findMeetingLines(reading, test, cluster).some((line) => {
    const pattern = choose(line);
    if (!pattern) return false;
    return (
      meets(pattern, pattern.comparison, start) ??
      touchesSome(pattern, sources, budget) ??
      // A value that is not an ARN is compared as text. Where a match would block the service, expect one.
      (isText && intersects(pattern.value, arnsOf(sources), budget))
    );
  });
}

/**
 * The lines by which the policy allows every source of the cluster. Null: it does not. Ignores Deny
 * statements.
 */
export function findAllowingLines(reading: TrustReading, cluster: Cluster): string[] | null {
  const lines = findInReliable(reading, cluster, findCoveringLines);
  reading.allowed.set(clusterKey(cluster), lines !== null);
  return lines;
}

/** Is there such a line? */
export function isAllowed(reading: TrustReading, cluster: Cluster): boolean {
  const name = clusterKey(cluster);
  const known = reading.allowed.get(name);
  if (known !== undefined) return known;
  const found = findInReliable(reading, cluster, findCoveringLine) !== null;
  reading.allowed.set(name, found);
  return found;
}

function findInReliable(
  reading: TrustReading,
  cluster: Cluster,
  lookUp: typeof findCoveringLines,
): string[] | null {
  // The partition has no such Region, so it has no cluster there.
  if (!hasWildcard(cluster.region) && !isOfPartition(cluster.region, reading.partition)) return null;
  const found = reading.reliable.flatMap((statement) => {
    const lines = findInStatement(reading, statement, cluster, lookUp);
    return lines === null ? [] : [lines];
  });
  return found.length === 0 ? null : [...new Set(found.flat())];
}

function findInStatement(
  reading: TrustReading,
  statement: ServiceStatement,
  cluster: Cluster,
  lookUp: typeof findCoveringLines,
): string[] | null {
  const allLines: string[] = [];
  for (const test of statement.sourceTests) {
    if (test.isNegated) {
      if (touches(reading, test, cluster)) return null;
      continue;
    }
    const lines = lookUp(reading, test, cluster);
    if (lines.length === 0) return null;
    allLines.push(...lines.map((line) => line.value));
  }
  return allLines;
}

/** The Deny statement that can match a source of the cluster, or null. */
export function findDeny(reading: TrustReading, cluster: Cluster): ServiceStatement | null {
  const canMatch = (test: SourceTest) =>
    test.isNegated ? findCoveringLine(reading, test, cluster).length === 0 : touches(reading, test, cluster);
  // A Deny of unknown outcome counts as a match.
  const found = reading.statements.filter(
    (s) => s.effect === 'Deny' && s.others !== 'FAILS' && s.sourceTests.every(canMatch),
  );
  return found.find((s) => isCertain(reading, s, cluster)) ?? found[0] ?? null;
}

/** Is it known that the Deny can match? */
export function isCertain(
  reading: TrustReading,
  { others, sourceTests }: ServiceStatement,
  cluster: Cluster,
): boolean {
  const unread = (line: Line) => (line.read && !line.read.sure ? line.read.most : null);
  return (
    others === 'HOLDS' &&
    sourceTests.every((test) =>
      test.isNegated
        ? !touches(reading, test, cluster, unread)
        : touches(reading, test, cluster, sureOf, false),
    )
  );
}

export const isCovered = (reading: TrustReading, cluster: Cluster) =>
  isAllowed(reading, cluster) && findDeny(reading, cluster) === null;

/** The clusters of this account that the lines name. `*` in a wide line. */
export function clustersIn(reading: TrustReading): Cluster[] {
  const clusters = linesOf(reading).flatMap((line) => {
    const pattern = sureOf(line);
    return pattern ? [reachOf(reading.kind.source, pattern.value)] : [];
  });
  const unique = new Map(clusters.map((cluster) => [clusterKey(cluster), cluster]));
  return [...unique.values()].filter((cluster) => isAllowed(reading, cluster));
}
