import type { JsonObject } from '../../schema/primitives.ts';
import { narrowToAccount } from '../patterns/other-accounts.ts';
import { touchesSome } from '../patterns/source-arn.ts';
import { sourcesOf } from '../patterns/source-value.ts';
import { matchesSourcesOnly } from '../patterns/sources-only.ts';
import { clusterOf, lineFor, reachOf } from '../role/arn.ts';
import type { Line } from '../trust/condition/source-test.ts';
import { isAllowed } from '../trust/coverage.ts';
import type { ServiceStatement, TrustReading } from '../trust/reading.ts';
import { createReferenceFrom } from './rewrite.ts';

const hasWildcard = (text: string) => /[*?]/.test(text);

/**
 * The reference document with these lines, and with the line of every cluster that has its own line today.
 */
export function replace(reading: TrustReading, hidden: string[], lines: string[]): JsonObject {
  const kept = reading.statements
    .filter(({ effect }) => effect === 'Allow')
    .flatMap((statement) =>
      statement.sourceTests.flatMap((test) => (test.isNegated ? [] : test.lines.flatMap((line) => keepLine(reading, statement, line)))),
    );
  return createReferenceFrom(reading, [...kept, ...hidden.filter((value) => isUsualLine(reading, value)), ...lines]);
}

/**
 * What the reference document has in place of a line. Empty when the line lets in nothing of this account.
 */
function keepLine(reading: TrustReading, statement: ServiceStatement, line: Line): string[] {
  const { kind, accountId, budget } = reading;
  // Such a line stays even if its operator or statement never applies, because people see the cluster listed.
  if (isUsualLine(reading, line.value)) return [line.value];
  const cluster = reachOf(kind.source, line.value);
  const isCovering = isAllowed(reading, cluster);
  const isOfProfiles = reading.reliable.includes(statement) && statement.sourceTests.length === 1;
  if (!isCovering && !isOfProfiles) return [];
  const own = narrowToAccount(line.value, line.comparison, accountId, budget);
  const everySource = sourcesOf(reading, { region: '*', name: '*' });
  const isReadable = own !== null && (line.comparison === 'ARN' || line.comparison === 'STRING' || !hasWildcard(own));
  const as = { value: own ?? '', comparison: 'ARN' } as const;
  if (isReadable && matchesSourcesOnly(kind.source, as.value, as.comparison) && touchesSome(as, everySource, budget)) return [as.value];
  return isCovering ? [lineFor(reading, cluster)] : [];
}

/** Is it the line of one cluster of this account, as AWS documents it? */
function isUsualLine(reading: TrustReading, value: string): boolean {
  const cluster = clusterOf(reading.kind.source, value);
  return cluster !== null && !hasWildcard(cluster.region + cluster.name) && value === lineFor(reading, cluster);
}
