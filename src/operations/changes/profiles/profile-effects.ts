import { clusterKey } from '../../../domain/role/cluster.ts';
import type { Effects, ProfileEffect } from '../../../schema/plan.ts';
import type { Deps } from '../../call/deps.ts';
import { listChanges, type ProfileQuestion, scopeOf, tooComplex } from './question.ts';
import { nothingAsked, type Survey } from './survey.ts';

/** The members of effects that are about Fargate profiles, and whether the plan takes coverage away. */
export interface ProfileEffects {
  canLose: boolean;
  effects: Required<Pick<Effects, 'fargateProfiles' | 'fargateProfilesUnknown'>>;
}

/**
 * Says which Fargate profiles gain the role or lose it, by what EKS answered before. A plan that changes the
 * coverage of a cluster that EKS was not asked about has unknown profiles.
 */
export function findProfileEffects(
  deps: Pick<Deps, 'eksRegions'>,
  question: ProfileQuestion,
  survey: Survey,
): ProfileEffects {
  const { canLose, ...scope } = scopeOf(deps, question);
  const unknown = (reason: string): ProfileEffects => ({
    canLose,
    effects: { fargateProfiles: null, fargateProfilesUnknown: reason },
  });
  if (!canLose && question.planned.effects.clustersGained.length > 0) return unknown(takesNothing);
  if (canLose && survey.unknown !== null) return unknown(survey.unknown);
  const unlisted = scope.regions.filter((region) => !survey.listed.has(region));
  if (canLose && (scope.isBoundless || unlisted.length > 0))
    return unknown(changedMeanwhile(`clusters in ${unlisted.join(', ') || 'other Regions'}`));
  const changes = canLose ? listChanges(question, { canLose, ...scope }, survey.listed) : [];
  if (changes === null) return unknown(tooComplex);
  const unasked = changes
    .map(({ cluster }) => clusterKey(cluster))
    .filter((key) => !survey.profiles.has(key));
  if (unasked.length > 0) return unknown(changedMeanwhile(unasked.slice(0, maxNamed).join(', ')));
  const profiles = changes.flatMap(({ cluster, effect }) =>
    (survey.profiles.get(clusterKey(cluster)) ?? []).map(
      ({ name, status }): ProfileEffect => ({
        region: cluster.region,
        clusterName: cluster.name,
        name,
        status,
        effect,
      }),
    ),
  );
  // EKS_REGIONS says which Regions there are. Without it others may have profiles that use the role.
  if (canLose && profiles.length === 0 && scope.isOfManyRegions && deps.eksRegions.length === 0)
    return unknown(otherRegions(scope.regions));
  return { canLose, effects: { fargateProfiles: profiles.sort(inOrder), fargateProfilesUnknown: null } };
}

/** The same for a plan that no request asked for. */
export const findProposedEffects = (
  deps: Pick<Deps, 'eksRegions'>,
  question: ProfileQuestion,
): ProfileEffects => findProfileEffects(deps, question, { ...nothingAsked, unknown: onlyProposed });

const inOrder = (a: ProfileEffect, b: ProfileEffect) => (orderOf(a) < orderOf(b) ? -1 : 1);
const orderOf = ({ region, clusterName, name }: ProfileEffect) => [region, clusterName, name].join('/');

/** Maximum number of clusters that a reason names. */
const maxNamed = 5;

const takesNothing = 'EKS was not asked, because the plan takes no coverage away.';
const otherRegions = (asked: string[]) =>
  `A wildcard stands for the Region, and EKS was asked only in ${asked.join(', ')}, which lines of the role name. Set EKS_REGIONS to have it asked in every Region that you use.`;
const onlyProposed = 'EKS is asked about this plan when a request asks for it.';
const changedMeanwhile = (what: string) =>
  `The role was changed while EKS was asked, and the plan now also changes the coverage of ${what}. Send the request again to have EKS asked about them.`;
