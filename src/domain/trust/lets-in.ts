import type { Cluster } from '../../schema/primitives.ts';
import { intersects } from '../patterns/compare-languages.ts';
import { glob } from '../patterns/language.ts';
import { Parts } from '../patterns/parts.ts';
import { hasWildcard } from '../patterns/prefix-match.ts';
import { canMatchRegion, coversAll, touchesSome } from '../patterns/source-arn.ts';
import { sourcesOf } from '../patterns/source-value.ts';
import { clusterOf } from '../role/arn.ts';
import { mostOf, type SourcePattern, type SourceTest, sureOf } from './condition/source-test.ts';
import type { ServiceStatement, TrustReading } from './reading.ts';

const everyCluster: Cluster = { region: '*', name: '*' };

/** Is it certain that the policy lets in no source of the account, whatever the cluster's name? */
export function letsNobodyIn(reading: TrustReading): boolean {
  const denies = reading.statements.filter((s) => s.effect === 'Deny' && s.others !== 'FAILS');
  return reading.reliable.every((statement) =>
    everyPattern(
      reading,
      statement,
      (pattern) =>
        isExcluded(reading, statement, pattern) || denies.some((deny) => barsAll(reading, deny, pattern)),
    ),
  );
}

/** Can the tests of `aws:SourceArn` of one statement never hold together? */
export const contradictsItself = (reading: TrustReading, statement: ServiceStatement): boolean =>
  statement.sourceTests.length > 1 &&
  everyPattern(reading, statement, (pattern) => isExcluded(reading, statement, pattern));

/**
 * Asks about each pattern that an Allow lets in at most. Null stands for every source. Patterns that match no
 * source are skipped.
 */
function everyPattern(
  reading: TrustReading,
  { sourceTests }: ServiceStatement,
  ask: (pattern: SourcePattern | null) => boolean,
): boolean {
  const first = sourceTests.find((test) => !test.isNegated);
  if (!first) return ask(null);
  return first.lines.every((line) => {
    const pattern = sureOf(line);
    return !pattern || !isLive(reading, pattern) || ask(pattern);
  });
}

/** Can it match a source in the account? */
export function isLive(reading: TrustReading, pattern: SourcePattern): boolean {
  const { partition, budget } = reading;
  return (
    touchesSome(pattern, sourcesOf(reading, everyCluster), budget) === true &&
    canMatchRegion(pattern, partition, budget)
  );
}

/** Does another test of the statement exclude all that the pattern matches? */
const isExcluded = (
  reading: TrustReading,
  { sourceTests }: ServiceStatement,
  pattern: SourcePattern | null,
): boolean =>
  sourceTests.some((test) =>
    test.isNegated ? coversWhole(reading, test, pattern, mostOf) : isApart(reading, test, pattern, sureOf),
  );

/** Does a Deny block all that the pattern matches? */
const barsAll = (
  reading: TrustReading,
  { sourceTests }: ServiceStatement,
  pattern: SourcePattern | null,
): boolean =>
  sourceTests.every((test) =>
    test.isNegated ? isApart(reading, test, pattern, sureOf) : coversWhole(reading, test, pattern, mostOf),
  );

type Choose = (line: SourceTest['lines'][number]) => SourcePattern | null;

/** Does one of the values match all that the pattern matches? */
function coversWhole(
  reading: TrustReading,
  test: SourceTest,
  pattern: SourcePattern | null,
  choose: Choose,
): boolean {
  const { budget } = reading;
  const cluster = (pattern ? clusterAlone(reading, pattern) : null) ?? everyCluster;
  return test.lines.some((line) => {
    const wide = choose(line);
    if (!wide) return false;
    if (coversAll(wide, sourcesOf(reading, cluster), budget)) return true;
    if (!pattern || wide.comparison !== pattern.comparison) return false;
    const [a, b] = [Parts.of(wide.value, wide.comparison), Parts.of(pattern.value, pattern.comparison)];
    return a !== null && b !== null && a.covers(b, budget);
  });
}

/** Does none of the values match anything that the pattern matches? */
function isApart(
  reading: TrustReading,
  test: SourceTest,
  pattern: SourcePattern | null,
  choose: Choose,
): boolean {
  const { budget } = reading;
  const cluster = (pattern ? clusterAlone(reading, pattern) : null) ?? everyCluster;
  return test.lines.every((line) => {
    const other = choose(line);
    if (!other) return true;
    // A value that is not an ARN is compared as text.
    if (touchesSome(other, sourcesOf(reading, cluster), budget) === false) return true;
    return pattern !== null && !intersects(other.value, glob(pattern.value), budget);
  });
}

/** The one cluster whose sources the pattern matches. */
function clusterAlone({ kind }: TrustReading, { value }: SourcePattern): Cluster | null {
  const cluster = clusterOf(kind.source, value);
  return cluster && !hasWildcard(cluster.region) && !hasWildcard(cluster.name) ? cluster : null;
}
