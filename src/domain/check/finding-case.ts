import type { ListedCluster } from '../../schema/primitives.ts';
import type { Source } from '../kinds/role-kind.ts';
import { cures } from '../remedies/cures.ts';
import { clusterOf, reachOf } from '../role/arn.ts';
import type { Line } from '../trust/condition/source-test.ts';
import type { Finding } from '../trust/findings/finding.ts';
import type { ParsedRole } from '../trust/parse-trust.ts';
import { linesOf, type ServiceStatement } from '../trust/reading.ts';

/** A finding with the parts of the trust policy that it is about. */
export interface FindingCase {
  found: Finding;
  statement: ServiceStatement | undefined;
  /** The Region and name by which a request can drop or prune the line. Null: there are none. */
  name: ListedCluster | null;
  isDroppable: boolean;
}

export function describeCase({ reading }: ParsedRole, found: Finding): FindingCase {
  const { pointer, code } = found;
  const statement = reading.statements.find(
    (one) => pointer === one.pointer || pointer?.startsWith(`${one.pointer}/`),
  );
  const attempts = cures[code]?.attempts ?? [];
  const isDroppable = attempts.some(({ drop }) => drop);
  const isOfLine = isDroppable || attempts.some(({ prune }) => prune);
  const line = isOfLine ? linesOf(reading).find((one) => one.pointer === pointer) : undefined;
  return { found, statement, name: line ? nameOf(reading.kind.source, line) : null, isDroppable };
}

function nameOf(source: Source, { value }: Line): ListedCluster | null {
  const { region, name } = clusterOf(source, value) ?? reachOf(source, value);
  return /^[a-z0-9*?-]{1,64}$/.test(region) && /^[0-9A-Za-z_*?-]{1,100}$/.test(name)
    ? { region, name }
    : null;
}
