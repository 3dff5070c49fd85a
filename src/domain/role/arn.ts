import type { Cluster } from '../../schema/primitives.ts';
import type { Source } from '../kinds/role-kind.ts';
import type { RoleContext } from './check-context.ts';

/** The line that covers one cluster, as AWS documents it. */
export const lineFor = (
  { kind: { source }, partition, accountId }: RoleContext,
  { region, name }: Cluster,
): string =>
  `arn:${partition}:${source.service}:${region}:${accountId}:${source.beforeName}${name}${source.afterName}${source.restInLine}`;

/**
 * How an operator compares: component by component, as one string with wildcards, or character by character.
 */
export type Comparison = 'ARN' | 'STRING' | 'EXACT' | 'EXACT_IGNORING_CASE';

const sixParts = /^([^:]*):([^:]*):([^:]*):([^:]*):([^:]*):(.*)$/s;
/** The six components of an ARN. The sixth is the whole remainder. */
export type Components = [
  arn: string,
  partition: string,
  service: string,
  region: string,
  account: string,
  resource: string,
];
export const componentsOf = (value: string): Components | null =>
  (sixParts.exec(value)?.slice(1) as Components | undefined) ?? null;

/** The Region and cluster that a line names. `*` where it names none. */
export const reachOf = ({ namedAnywhere }: Source, value: string): { region: string; name: string } => ({
  region: value.split(':')[3]?.match(/^[^/]+$/)?.[0] ?? '*',
  name: namedAnywhere.exec(value)?.[1] ?? '*',
});

/** The cluster that a line names. Null when the line does not have the form of a source ARN. */
export function clusterOf({ namedResource }: Source, value: string): { region: string; name: string } | null {
  const parts = componentsOf(value);
  const name = parts && namedResource.exec(parts[5])?.[1];
  return parts && typeof name === 'string' ? { region: parts[3], name } : null;
}
