import type { Cluster } from '../../schema/primitives.ts';
import { sizeOf } from '../policy/document.ts';
import type { Observed } from '../role/role-state.ts';
import type { ParsedRole } from '../trust/parse-trust.ts';
import { isRefusal, type PlanResult, refuse } from './planned.ts';
import { type Rewrite, suggestFit } from './suggest-fit.ts';

/**
 * Refuses a trust policy that exceeds the quota before AWS does, and suggests what would fit. `rewrite`
 * answers the trust policy for other clusters.
 */
export function refuseOverQuota(
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
