import type { Cluster, JsonObject } from '../../schema/primitives.ts';
import { touchesSome } from '../patterns/source-arn.ts';
import { sourcesOf } from '../patterns/source-value.ts';
import { isObject, isSameCanonical, oneOrMany, pointerTo } from '../policy/document.ts';
import { mostOf } from './condition/source-test.ts';
import type { ServiceStatement, TrustReading } from './reading.ts';

/** Condition keys, in lower case, that confine a statement to accounts or an organization. */
const hardeningKeys = new Set(
  ['Source', 'Resource', 'Principal'].flatMap((of) =>
    ['Account', 'OrgID', 'OrgPaths'].map((what) => `aws:${of}${what}`.toLowerCase()),
  ),
);

/**
 * The conditions on organizations and accounts that a new statement for these clusters needs. It takes them
 * from the statements that it replaces: those with a line for one of the clusters, or else all that name the
 * service. Conditions that fail for this account are omitted, because they would fail in the new statement
 * too.
 */
export function findHardening(reading: TrustReading, clusters: Cluster[]): JsonObject {
  const naming = reading.statements.filter(({ effect, isNamed }) => effect === 'Allow' && isNamed);
  const meeting = naming.filter((statement) =>
    clusters.some((cluster) => meets(reading, statement, cluster)),
  );
  // Maps, because a key of a policy may be __proto__.
  const condition = new Map<string, Map<string, unknown>>();
  for (const { operator, key, values } of (meeting.length > 0 ? meeting : naming).flatMap(listHardening)) {
    const keys = condition.get(operator) ?? new Map<string, unknown>();
    keys.set(key, keys.has(key) ? narrowValues(operator, keys.get(key), values) : values);
    condition.set(operator, keys);
  }
  return Object.fromEntries([...condition].map(([operator, keys]) => [operator, Object.fromEntries(keys)]));
}

/** Does an Allow for the service have a condition on the organization that may hold? */
export const isOfOrganization = ({ statements }: TrustReading): boolean =>
  statements.some(
    (statement) =>
      statement.effect === 'Allow' &&
      listHardening(statement).some(({ key }) => /:[a-z]+org(id|paths)$/i.test(key)),
  );

function meets(reading: TrustReading, { sourceTests }: ServiceStatement, cluster: Cluster): boolean {
  const sources = sourcesOf(reading, cluster);
  return sourceTests.some(
    ({ isNegated, lines }) =>
      !isNegated && lines.some((line) => touchesSome(mostOf(line), sources, reading.budget)),
  );
}

interface Hardening {
  operator: string;
  key: string;
  values: unknown;
}

function listHardening({ statement, pointer, failures }: ServiceStatement): Hardening[] {
  if (!isObject(statement.Condition)) return [];
  return Object.entries(statement.Condition).flatMap(([operator, keys]) =>
    Object.entries(isObject(keys) ? keys : {}).flatMap(([key, values]) => {
      if (!hardeningKeys.has(key.toLowerCase())) return [];
      const at = pointer + pointerTo('Condition', operator, key);
      return failures.some((failure) => failure.pointer === at) ? [] : [{ operator, key, values }];
    }),
  );
}

/**
 * The values that meet two tests of one key. If no value meets both, the first test stays: both held for this
 * account.
 */
function narrowValues(operator: string, one: unknown, other: unknown): unknown {
  const [first, second] = [oneOrMany(one), oneOrMany(other)];
  const isIn = (values: unknown[]) => (value: unknown) => values.some((same) => isSameCanonical(same, value));
  if (/not/i.test(operator)) return [...first, ...second.filter((value) => !isIn(first)(value))];
  const both = first.filter(isIn(second));
  return both.length > 0 ? both : one;
}
