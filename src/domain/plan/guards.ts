import type { Cluster, ListedCluster } from '../../schema/primitives.ts';
import { sizeOf } from '../policy/document.ts';
import type { Observed } from '../role/role-state.ts';
import type { ParsedRole } from '../trust/parse-trust.ts';
import { isRefusal, type PlanResult, refuse, requestRemedy } from './planned.ts';
import { isAmong, type Rewrite, suggestFit } from './quota.ts';

/**
 * Refuses a trust policy that exceeds the quota before AWS does, and suggests what would fit. `rewrite`
 * answers the trust policy for other clusters.
 */
export function fitQuota(
  observed: Observed,
  role: ParsedRole | null,
  planned: PlanResult,
  asked: Cluster[],
  rewrite: Rewrite | null,
): PlanResult {
  if (isRefusal(planned)) return planned;
  const text = planned.steps.flatMap((step) => ('text' in step ? [step.text] : []))[0];
  const size = text === undefined ? 0 : sizeOf(text);
  if (size <= observed.quota) return planned;
  const { remedy, suggestion } = suggestFit(observed, role, asked, rewrite);
  const message = `The trust policy would have ${size} characters, and account ${observed.accountId} allows ${observed.quota}.`;
  return refuse('QUOTA_EXCEEDED', message, { remedy, ...(suggestion && { suggestion }) });
}

/**
 * Refuses a plan that removes coverage that the request does not name in `removing`. A plan that only adds,
 * or drops one line, must not do that. No input is known that leads here: it is a last guard.
 */
export function keepCoverage(planned: PlanResult, removing: ListedCluster[] = []): PlanResult {
  if ('refused' in planned) return planned;
  const lost = planned.effects.clustersLost.filter((cluster) => !isAmong(removing, cluster));
  if (lost.length === 0) return planned;
  return refuse(
    'TRUST_MISMATCH',
    `The change would remove coverage from ${lost.map(({ region, name }) => `${region}/${name}`).join(', ')}, which the request does not name.`,
    { remedy: requestRemedy({ request: 'EXTEND', clusters: lost, onMismatch: 'MERGE' }, 'keep them') },
  );
}
