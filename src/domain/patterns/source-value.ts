import type { Cluster, Partition } from '../../schema/primitives.ts';
import type { Source } from '../kinds/role-kind.ts';
import { type Comparison, type Components, componentsOf } from '../role/arn.ts';
import type { RoleContext } from '../role/check-context.ts';
import type { Language } from './language.ts';
import { type Beginning, hasWildcard } from './prefix-match.ts';

/** The source ARNs of a cluster. `*` as Region or name stands for every Region or cluster. */
export interface Sources extends Cluster {
  partition: Partition;
  /** Null: any account. */
  account: string | null;
  source: Source;
  /** The text with which all their resource parts begin. Set on first use. */
  start?: string;
  /** One of their resource parts. Set on first use. */
  example?: string;
  /** All of their resource parts. Set on first use. */
  resources?: Language;
}

/** The sources of a cluster in the role's own account, or in `account`. Null: in any account. */
export const sourcesOf = (
  place: RoleContext,
  { region, name }: Cluster,
  account: string | null = place.accountId,
): Sources => ({
  partition: place.partition,
  account,
  source: place.kind.source,
  region,
  name,
});

/** One value of `aws:SourceArn`, and how its operator compares it. */
export interface SourceValue {
  value: string;
  comparison: Comparison;
  /** Its components. Set on first use. */
  apart?: Components | null;
  /** How its resource part begins. Set on first use. */
  beginning?: Beginning;
}

/** The components of a value. Null when a wildcard in it can match a colon. */
export function componentsApart(line: SourceValue): Components | null {
  if (line.apart === undefined) {
    const parts = componentsOf(line.value);
    line.apart =
      line.comparison === 'ARN' || (line.comparison === 'STRING' && !parts?.slice(0, 5).some(hasWildcard))
        ? parts
        : null;
  }
  return line.apart;
}

/** The Region that a value names. Null when a wildcard hides where the Region begins. */
export function regionOf(line: SourceValue): string | null {
  if (line.comparison === 'EXACT') return componentsOf(line.value)?.[3] ?? null;
  if (line.comparison === 'EXACT_IGNORING_CASE') return componentsOf(line.value.toLowerCase())?.[3] ?? null;
  return componentsApart(line)?.[3] ?? null;
}
