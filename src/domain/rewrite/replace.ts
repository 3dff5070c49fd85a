import type { Cluster, JsonObject } from '../../schema/primitives.ts';
import { narrowToAccount } from '../patterns/other-accounts.ts';
import { coversAll, touchesSome } from '../patterns/source-arn.ts';
import { sourcesOf } from '../patterns/source-value.ts';
import { matchesSourcesOnly } from '../patterns/sources-only.ts';
import { clusterOf, lineFor, reachOf } from '../role/arn.ts';
import { type Line, sureOf } from '../trust/condition/source-test.ts';
import { isAllowed, isCovered } from '../trust/coverage.ts';
import type { ServiceStatement, TrustReading } from '../trust/reading.ts';
import { createReferenceFrom } from './rewrite.ts';

/** Can the text match more than itself, in whatever version of the policy language? */
const isPattern = (text: string) => /[*?]|\$\{/.test(text);

/**
 * The reference document with these lines, and with the line of every cluster that has its own line today.
 * `repeated`: the lines of a stored text that repeats keys, those under every repeated key included.
 */
export function replace(reading: TrustReading, repeated: string[], lines: string[]): JsonObject {
  const kept = reading.statements
    .filter(({ effect }) => effect === 'Allow')
    .flatMap((statement) =>
      statement.sourceTests.flatMap((test) =>
        test.isNegated ? [] : test.lines.flatMap((line) => keepLine(reading, statement, line)),
      ),
    );
  return createReferenceFrom(reading, [
    ...kept,
    ...repeated.filter((value) => isUsualLine(reading, value)),
    ...lines,
  ]);
}

/**
 * What the reference document has in place of a line. Empty when the line lets in nothing of this account.
 */
function keepLine(reading: TrustReading, statement: ServiceStatement, line: Line): string[] {
  const { kind, accountId, budget } = reading;
  // Such a line stays even if its operator or statement never applies, because people see the cluster listed.
  if (isUsualLine(reading, line.value)) return [line.value];
  const sure = sureOf(line);
  const cluster = reachOf(kind.source, sure?.value ?? line.value);
  const isCovering = isAllowed(reading, cluster);
  const isOfProfiles = reading.reliable.includes(statement) && statement.sourceTests.length === 1;
  if (!isCovering && !isOfProfiles) return [];
  const own = sure && narrowToAccount(sure.value, sure.comparison, accountId, budget);
  const everySource = sourcesOf(reading, { region: '*', name: '*' });
  const isReadable =
    own !== null && (line.comparison === 'ARN' || line.comparison === 'STRING' || !isPattern(own));
  const as = { value: own ?? '', comparison: 'ARN' } as const;
  if (
    isReadable &&
    matchesSourcesOnly(kind.source, as.value, as.comparison) &&
    touchesSome(as, everySource, budget)
  )
    return [as.value];
  return isCovering && isOwn(reading, line, cluster) ? [lineFor(reading, cluster)] : [];
}

/**
 * May a line of its own stand for the cluster? The line covers it, or another statement lets it in and no
 * Deny bars it. The reference document has no Deny, so a barred cluster would gain access.
 */
function isOwn(reading: TrustReading, line: Line, cluster: Cluster): boolean {
  if (/\$\{/.test(cluster.region + cluster.name)) return false;
  const sure = sureOf(line);
  if (sure && coversAll(sure, sourcesOf(reading, cluster), reading.budget)) return true;
  // A part with wildcards is tested as text, so ask about everything that it can match.
  const widest = (part: string) => (isPattern(part) ? '*' : part);
  return isCovered(reading, { region: widest(cluster.region), name: widest(cluster.name) });
}

/** Is it the line of one cluster of this account, as AWS documents it? */
function isUsualLine(reading: TrustReading, value: string): boolean {
  const cluster = clusterOf(reading.kind.source, value);
  return cluster !== null && !isPattern(cluster.region + cluster.name) && value === lineFor(reading, cluster);
}
