import type { Override } from '../../schema/override.ts';
import type { Cluster, JsonObject, ListedCluster } from '../../schema/primitives.ts';
import { BudgetExceeded } from '../patterns/budget.ts';
import { nearestRegion } from '../patterns/regions.ts';
import { type Draft, draftChange } from '../plan/assemble.ts';
import { listEffects, noEffects } from '../plan/effects/list-effects.ts';
import { findUnnamed } from '../plan/effects/lost-coverage.ts';
import { findLostPrincipals } from '../plan/effects/lost-principals.ts';
import { planTrust } from '../plan/plan-trust.ts';
import { refuseProtected } from '../plan/protected-path.ts';
import { type PolicyDocument, readDocument, readWritten } from '../policy/document.ts';
import { writeNew, writeStored } from '../policy/stored-text.ts';
import type { Beyond } from '../remedies/beyond-requests.ts';
import type { CureOptions } from '../remedies/cures.ts';
import { requiredPoliciesOf, serviceOf } from '../role/check-context.ts';
import { isSameCluster } from '../role/cluster.ts';
import { findOwner } from '../role/ownership.ts';
import type { Observed } from '../role/role-state.ts';
import { clustersIn } from '../trust/coverage.ts';
import { looksLikeExecutionRole } from '../trust/discovery.ts';
import type { Finding } from '../trust/findings/finding.ts';
import { findAll } from '../trust/findings/role-findings.ts';
import type { ParsedRole } from '../trust/parse-trust.ts';
import { readEdited } from '../trust/read-trust.ts';
import { canAsk } from './askable.ts';

/**
 * The result of trying a request: the findings that remain and the overrides that it needs, or the reason for
 * its refusal.
 */
export type Trial = { left: Set<string>; overrides: Override[] } | { failed: Beyond };

/**
 * Plans a request for the clusters, and checks the role that would result. `findings`: those of today. It
 * decides as planExtend() does, but writes no steps and lists no effects.
 */
export function tryRequest(
  observed: Observed,
  role: ParsedRole,
  asked: Cluster[] | null,
  { onMismatch, compact }: CureOptions,
  drop: ListedCluster[],
  findings: Finding[],
): Trial {
  if (refuseProtected(role.roleName, role.path)) return { failed: 'AWS_ALONE' };
  try {
    const clusters = chooseRequestClusters(role, asked, drop);
    const trust = planTrust(observed, role, {
      clusters,
      onMismatch: onMismatch ?? 'REFUSE',
      compact: compact ?? false,
      drop,
      isTrial: true,
    });
    if ('refused' in trust) return { failed: 'WRITTEN_BY_HAND' };
    const draft = draftChange(role, trust, requiredPoliciesOf(observed));
    if ('refused' in draft) return { failed: 'WRITTEN_BY_HAND' };
    const { changesTrust, attach, attached } = draft;
    // The same policy is read again only if its patterns were left out at first.
    if (!changesTrust && attach.length === 0 && role.reading.isDecidable)
      return { left: new Set(findings.map(identifyFinding)), overrides: [] };
    const document = changesTrust
      ? readDraft(role, draft.after, trust.isRepair)
      : { ...role, content: role.document };
    if (changesTrust && document.size > observed.quota) return { failed: 'QUOTA' };
    const reading = readEdited(document.content, role.reading);
    // A request lists its effects, too. A trial that skipped them could find simple what the request refuses.
    const { clustersLost } = changesTrust
      ? listEffects(observed, role, trust, draft.cleaned, clusters)
      : noEffects;
    if (!trust.isRepair && findUnnamed(clustersLost, drop).length > 0) return { failed: 'WRITTEN_BY_HAND' };
    const { findings: left } = findAll(
      { ...observed, role: { ...role, attached } },
      document,
      reading,
      asked,
    );
    return { left: new Set(left.map(identifyFinding)), overrides: listOverrides(observed, role, draft) };
  } catch (error) {
    if (!(error instanceof BudgetExceeded)) throw error;
    return { failed: 'TOO_HARD' };
  }
}

/** The trust policy as it would be stored. */
function readDraft(role: ParsedRole, content: JsonObject, isRepair: boolean): PolicyDocument {
  if (!role.isWhole) return readDocument(writeStored(content, role, isRepair));
  // The text that would be written has other white space and another order of keys, and nothing else.
  return readWritten(content, writeNew(content));
}

/**
 * The clusters to try the request with. When it can name none of those in question, one example stands for
 * them.
 */
function chooseRequestClusters(
  { reading }: ParsedRole,
  asked: Cluster[] | null,
  drop: ListedCluster[],
): Cluster[] {
  const isDropped = (cluster: Cluster) => drop.some((one) => isSameCluster(one, cluster));
  const clusters = (asked ?? clustersIn(reading)).filter(
    (cluster) => canAsk(reading, cluster) && !isDropped(cluster),
  );
  return clusters.length > 0
    ? clusters.slice(0, 100)
    : [{ region: nearestRegion('us-west-2', reading), name: 'a-cluster-of-20-chars' }];
}

/** The overrides that a change needs. */
export function listOverrides(
  observed: Observed,
  role: ParsedRole,
  { changesTrust, attach, after }: Pick<Draft, 'changesTrust' | 'attach' | 'after'>,
): Override[] {
  if (!changesTrust && attach.length === 0) return [];
  return [
    ...(looksLikeExecutionRole(role, observed) ? [] : (['NOT_AN_EXECUTION_ROLE'] as const)),
    ...(findOwner(role.tags) ? (['MANAGED_ELSEWHERE'] as const) : []),
    ...(findLostPrincipals(role.document, after, serviceOf(observed)).length > 0
      ? (['PRINCIPALS_LOST'] as const)
      : []),
  ];
}

/** Identifies a finding before and after a change. Statements and lines may have moved. */
export const identifyFinding = ({ code, message }: Finding) =>
  code === 'QUOTA_NEAR' ? code : `${code} ${message.replaceAll(/\/Statement[^\s:,]*/g, '')}`;
