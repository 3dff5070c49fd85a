import type { Override } from '../../schema/override.ts';
import type { Cluster, ListedCluster } from '../../schema/primitives.ts';
import { BudgetExceeded } from '../patterns/budget.ts';
import { nearestRegion } from '../patterns/regions.ts';
import { findLostPrincipals } from '../plan/effects/lost-principals.ts';
import { planWish } from '../plan/plan-extend.ts';
import { isRefusal, type Planned } from '../plan/planned.ts';
import { readDocument } from '../policy/document.ts';
import type { Beyond } from '../remedies/beyond-requests.ts';
import type { CureOptions } from '../remedies/cures.ts';
import { serviceOf } from '../role/check-context.ts';
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

/** Plans a request for the clusters, and checks the role that would result. `findings`: those of today. */
export function tryRequest(
  observed: Observed,
  role: ParsedRole,
  asked: Cluster[] | null,
  { onMismatch, compact }: CureOptions,
  drop: ListedCluster[],
  findings: Finding[],
): Trial {
  try {
    const planned = planWish(observed, role, {
      clusters: chooseRequestClusters(role, asked, drop),
      onMismatch: onMismatch ?? 'REFUSE',
      compact: compact ?? false,
      drop,
      isTrial: true,
    });
    if (isRefusal(planned)) {
      const failures = { QUOTA_EXCEEDED: 'QUOTA', UNMODIFIABLE_ROLE: 'AWS_ALONE' } as const;
      return { failed: failures[planned.refused as keyof typeof failures] ?? 'WRITTEN_BY_HAND' };
    }
    // Nothing would change. The same policy is read again only if its patterns were left out at first.
    if (planned.steps.length === 0 && role.reading.isDecidable)
      return { left: new Set(findings.map(identifyFinding)), overrides: [] };
    const after = { ...observed, role: { ...role, ...applySteps(role, planned) } };
    const document = readDocument(after.role.trustText);
    const reading = readEdited(document.content, role.reading);
    const { findings: left } = findAll(after, document, reading, asked);
    return {
      left: new Set(left.map(identifyFinding)),
      overrides: listOverrides(observed, role, planned),
    };
  } catch (error) {
    if (!(error instanceof BudgetExceeded)) throw error;
    return { failed: 'TOO_HARD' };
  }
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
  const isDropped = (cluster: Cluster) =>
    drop.some(({ region, name }) => region === cluster.region && name === cluster.name);
  const clusters = (asked ?? clustersIn(reading)).filter(
    (cluster) => canAsk(reading, cluster) && !isDropped(cluster),
  );
  return clusters.length > 0
    ? clusters.slice(0, 100)
    : [{ region: nearestRegion('us-west-2', reading), name: 'a-cluster-of-20-chars' }];
}

function applySteps({ trustText }: ParsedRole, { steps, after }: Planned) {
  const [text = trustText] = steps.flatMap((step) => ('text' in step ? [step.text] : []));
  return { trustText: text, attached: after.policies.attached };
}

function listOverrides(observed: Observed, role: ParsedRole, { before, after, steps }: Planned): Override[] {
  if (steps.length === 0) return [];
  return [
    ...(looksLikeExecutionRole(role, observed) ? [] : (['NOT_AN_EXECUTION_ROLE'] as const)),
    ...(findOwner(role.tags) ? (['MANAGED_ELSEWHERE'] as const) : []),
    ...(before && findLostPrincipals(before.trust, after.trust, serviceOf(observed)).length > 0
      ? (['PRINCIPALS_LOST'] as const)
      : []),
  ];
}

/** Identifies a finding before and after a change. Statements and lines may have moved. */
export const identifyFinding = ({ code, message }: Finding) =>
  code === 'QUOTA_NEAR' ? code : `${code} ${message.replaceAll(/\/Statement[^\s:,]*/g, '')}`;
