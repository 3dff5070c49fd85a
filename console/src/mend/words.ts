import type { Shape } from '../shape.ts';
import { clusterText, listClusters } from './clusters.ts';
import type { MendRequest } from './draft.ts';
import type { Operation } from './operation.ts';

type Plan = Shape<'Plan'>;
type Named = Shape<'ListedCluster'>;

export function titleOf({ kind, drop, onMismatch, compact, clusters = [] }: Operation): string {
  if (kind === 'retract') return `Remove the line of ${listClusters(clusters)}`;
  if (kind === 'prune') return 'Remove lines of clusters that are gone';
  if (kind === 'repair') return 'Repair the role';
  if (kind === 'create') return 'Create a role';
  if (kind === 'revert') return 'Revert a change';
  if (drop) return `Remove the line of ${listClusters(drop)}`;
  if (compact) return 'Shorten the trust policy';
  if (onMismatch === 'MERGE') return 'Mend the trust policy';
  return onMismatch === 'REPLACE' ? 'Rewrite the trust policy' : 'Add clusters';
}

/** What the button does that applies a plan. */
export function applyLabel({ kind }: Pick<MendRequest, 'kind'>, { steps, effects }: Plan): string {
  const gained = effects.clustersGained.length;
  const lost = effects.clustersLost.length;
  const isConfined = effects.clustersLost.some(({ region, name }) => region === '*' && name === '*');
  if (kind === 'create') return 'Create the role';
  if (kind === 'revert') return 'Put the role back as it was';
  if (kind === 'retract') return steps.length > 0 ? 'Remove the line from the role' : 'End my claim';
  if (kind === 'prune') return `Remove ${lost} ${lost === 1 ? 'line' : 'lines'} from the role`;
  const added = `Add ${gained} ${gained === 1 ? 'cluster' : 'clusters'}`;
  if (gained > 0 && lost === 0) return `${added} to the role`;
  if (gained > 0 && isConfined) return `${added} and confine the role`;
  if (gained > 0) return `Add ${gained} and remove ${lost} ${gained + lost === 2 ? 'cluster' : 'clusters'}`;
  const [only] = steps;
  if (steps.length === 1 && only?.action === 'iam:AttachRolePolicy') return 'Attach the policy to the role';
  return lost > 0 ? 'Confine the role' : 'Mend the role';
}

/** What somebody or something can no longer do after a plan. Each has to be ticked before it is applied. */
export function lossesOf({ effects }: Pick<Plan, 'effects'>): string[] {
  return [
    ...effects.clustersLost.map(loseCluster),
    ...(effects.principalsRemoved ?? []).map((one) => `${one} can no longer assume the role.`),
  ];
}

function loseCluster(cluster: Named): string {
  const { region, name } = cluster;
  if (region === '*' && name === '*')
    return 'Clusters that you did not choose, in this account or another, can no longer use the role.';
  return `${clusterWords(cluster)} can no longer use the role.`;
}

/** A cluster, or the many that wildcards stand for. */
export function clusterWords(cluster: Named): string {
  const { region, name } = cluster;
  if (region === '*') return name === '*' ? 'Every cluster' : `Cluster ${name} in every Region`;
  return name === '*' ? `Every cluster in ${region}` : clusterText(cluster);
}

/** One write of a plan, in words. */
export function stepText({ action, detail }: Shape<'PlanStep'>): string {
  const { policyArn, tags, tagKeys } = detail as Record<string, unknown>;
  switch (action) {
    case 'iam:CreateRole':
      return 'Create the role.';
    case 'iam:UpdateAssumeRolePolicy':
      return 'Write the trust policy.';
    case 'iam:AttachRolePolicy':
      return `Attach the policy ${policyArn}.`;
    case 'iam:DetachRolePolicy':
      return `Detach the policy ${policyArn}.`;
    case 'iam:TagRole':
      return `Set the tags ${keysOf(tags)}.`;
    case 'iam:UntagRole':
      return `Remove the tags ${keysOf(tagKeys)}.`;
    case 'iam:PutRolePermissionsBoundary':
      return 'Set the permissions boundary.';
    case 'iam:UpdateRoleDescription':
      return 'Set the description.';
  }
}

const keysOf = (value: unknown): string =>
  (Array.isArray(value) ? value : Object.keys((value ?? {}) as object)).map(String).join(', ');

/** A plan without a write. */
export function nothingToDo(
  { kind, clusters }: Pick<MendRequest, 'kind' | 'clusters'>,
  lineKept: Shape<'LineKept'> | null,
): string {
  if (kind === 'retract')
    return lineKept === 'CLAIMED'
      ? 'The line stays, because another claim needs it. Only your own claim would end.'
      : 'The line stays. Only your own claim would end.';
  if (kind === 'prune')
    return 'Nothing to do: every cluster that EKS showed once is there still, or is claimed.';
  if (kind === 'revert') return 'Nothing to do: the role is as it was before the change.';
  if (kind === 'extend' && clusters.length > 0)
    return `Nothing to do: the ${clusters.length === 1 ? 'cluster is' : 'clusters are'} covered already.`;
  return 'Nothing to do: the role is as it should be.';
}

const outcomes: Record<Exclude<Shape<'ChangeOutcome'>, 'SUCCEEDED'>, string> = {
  FAILED: 'The change failed. Nothing was changed.',
  PARTIAL: 'Only some of the writes were done. Read the change before you go on.',
  PENDING: 'The change is in progress still.',
  UNKNOWN: 'Whether AWS took the change is not known. Read the change before you go on.',
};

/** What became of a change. */
export function doneText({ change, lineKept }: Shape<'WriteResult'>): string {
  if (change === null) return 'Nothing had to be done.';
  if (change.kind === 'RELEASE' && change.outcome === 'SUCCEEDED') {
    if (lineKept === 'CLAIMED') return 'Your claim has ended. The line stays: another claim needs it.';
    return `Your claim has ended.${lineKept === 'LAST_CLUSTER' ? ' The line stays: it is the last one.' : ''}`;
  }
  return change.outcome === 'SUCCEEDED' ? effectText(change.effects) : outcomes[change.outcome];
}

function effectText(effects: Shape<'Effects'> | null): string {
  const { clustersGained = [], clustersLost = [] } = effects ?? {};
  const named = clustersLost.filter(({ region, name }) => region !== '*' || name !== '*');
  const texts = [
    ...(clustersGained.length > 0 ? [`${listClusters(clustersGained)} can use the role now.`] : []),
    ...(named.length > 0 ? [`${listClusters(named)} can no longer use the role.`] : []),
  ];
  return texts.length > 0 ? texts.join(' ') : 'The change is made.';
}
