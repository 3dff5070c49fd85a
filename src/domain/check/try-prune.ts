import type { Cluster } from '../../schema/primitives.ts';
import { BudgetExceeded } from '../patterns/budget.ts';
import { planPrune } from '../plan/plan-prune.ts';
import { isRefusal } from '../plan/planned.ts';
import { readDocument } from '../policy/document.ts';
import type { Observed } from '../role/role-state.ts';
import { listGone } from '../role/seen.ts';
import type { Finding } from '../trust/findings/finding.ts';
import { findAll } from '../trust/findings/role-findings.ts';
import type { ParsedRole } from '../trust/parse-trust.ts';
import { readEdited } from '../trust/read-trust.ts';
import { identifyFinding, listOverrides, type Trial } from './try-request.ts';

/** Plans a prune, as if nobody claimed a cluster, and checks the role that would result. */
export function tryPrune(
  observed: Observed,
  role: ParsedRole,
  asked: Cluster[] | null,
  findings: Finding[],
): Trial {
  const planned = planPrune(observed, listGone(observed.seen));
  if (isRefusal(planned)) {
    const failures = { UNMODIFIABLE_ROLE: 'AWS_ALONE', LAST_CLUSTER: 'LAST_LINE' } as const;
    return { failed: failures[planned.refused as keyof typeof failures] ?? 'WRITTEN_BY_HAND' };
  }
  const [text] = planned.steps.flatMap((step) => ('text' in step ? [step.text] : []));
  if (text === undefined) return { left: new Set(findings.map(identifyFinding)), overrides: [] };
  try {
    const document = readDocument(text);
    const reading = readEdited(document.content, role.reading);
    const { findings: left } = findAll(
      { ...observed, role: { ...role, trustText: text } },
      document,
      reading,
      asked,
    );
    return {
      left: new Set(left.map(identifyFinding)),
      overrides: listOverrides(observed, role, { changesTrust: true, attach: [], after: document.content }),
    };
  } catch (error) {
    if (!(error instanceof BudgetExceeded)) throw error;
    return { failed: 'TOO_HARD' };
  }
}
