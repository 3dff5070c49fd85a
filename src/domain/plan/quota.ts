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
  const fitted = refuseTooLong(observed, planned);
  if (fitted === planned || !isRefusal(fitted)) return fitted;
  const { remedy, suggestion } = suggestFit(observed, role, asked, rewrite);
  return { ...fitted, remedy, ...(suggestion && { suggestion }) };
}

/** The same without a suggestion. */
export function refuseTooLong({ quota, accountId }: Observed, planned: PlanResult): PlanResult {
  if (isRefusal(planned)) return planned;
  const [text] = planned.steps.flatMap((step) => ('text' in step ? [step.text] : []));
  const size = text === undefined ? 0 : sizeOf(text);
  if (size <= quota) return planned;
  return refuse(
    'QUOTA_EXCEEDED',
    `The trust policy would have ${size} characters, and account ${accountId} allows ${quota}.`,
  );
}
