import {
  type CoverageChange,
  type CoverageScope,
  findCoverageChanges,
  findScope,
} from '../../../domain/plan/effects/coverage-changes.ts';
import type { Planned } from '../../../domain/plan/planned.ts';
import type { Observed } from '../../../domain/role/role-state.ts';
import type { ClaimRecord } from '../../../ports/claims.ts';
import { oneClusterName } from '../../../schema/primitives.ts';
import type { Deps } from '../../call/deps.ts';

/** A plan whose Fargate profiles are asked for. */
export interface ProfileQuestion {
  observed: Observed;
  planned: Planned;
  /** The claims that the plan disregards. */
  disregarded: readonly ClaimRecord[];
}

export const scopeOf = (
  { eksRegions }: Pick<Deps, 'eksRegions'>,
  { observed, planned, disregarded }: ProfileQuestion,
): CoverageScope =>
  findScope(
    observed,
    planned,
    disregarded.map(({ cluster }) => cluster),
    eksRegions,
  );

const isName = new RegExp(`^${oneClusterName}$`);

/**
 * The clusters that gain the role or lose it: of those that are known by name, and of those that EKS lists.
 * Null: the patterns are too complex to evaluate.
 */
export function listChanges(
  { observed, planned }: ProfileQuestion,
  { named, regions }: CoverageScope,
  listed: ReadonlyMap<string, readonly string[]>,
): CoverageChange[] | null {
  const inRegions = regions.flatMap((region) => (listed.get(region) ?? []).map((name) => ({ region, name })));
  // Lines may have any text for a name. EKS has no cluster of that name.
  const clusters = [...named, ...inRegions].filter(({ name }) => isName.test(name));
  return findCoverageChanges(observed, planned, clusters);
}

export const tooComplex =
  'The aws:SourceArn patterns are too complex to evaluate, so the clusters that gain or lose the role are not known.';
