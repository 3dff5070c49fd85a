import type { FaultCode } from '../../fault.ts';
import type { ChangeKind, LineKept } from '../../schema/change.ts';
import type { Effects, RoleSnapshot } from '../../schema/plan.ts';
import type { Cluster } from '../../schema/primitives.ts';
import type { Suggestion } from '../../schema/problem.ts';
import { BudgetExceeded } from '../patterns/budget.ts';
import { readDocument } from '../policy/document.ts';
import type { NamedRequest, Remedy } from '../remedies/remedy.ts';
import type { Observed, RoleState } from '../role/role-state.ts';
import type { Edit } from '../trust/edit.ts';
import type { PlannedStep } from './steps/step.ts';

/** A planned change. Without steps, nothing has to be done. */
export interface Planned {
  kind: ChangeKind;
  steps: PlannedStep[];
  before: RoleSnapshot | null;
  after: RoleSnapshot;
  effects: Effects;
  /** The clusters under which the log has the change. Left out: those that the request names. */
  clusters?: Cluster[];
  /** Why a claim ends while its line stays. */
  lineKept?: LineKept | null;
}

/** Why a change is not made, with the plan that another choice would apply. */
export interface Refusal {
  refused: FaultCode;
  message: string;
  remedy?: Remedy;
  alternative?: Planned;
  /** A request that would fit, where the quota is exceeded. */
  suggestion?: Suggestion;
}

export type PlanResult = Planned | Refusal;
export const isRefusal = (result: PlanResult): result is Refusal => 'refused' in result;

/** The part of a role that a change is about. */
export const takeSnapshot = (
  role: RoleState,
  trust = readDocument(role.trustText).content,
): RoleSnapshot => ({
  trust,
  policies: { attached: [...role.attached].sort(), inline: role.inline },
  tags: role.tags,
});

export const refuse = (
  refused: FaultCode,
  message: string,
  more: Pick<Refusal, 'remedy' | 'alternative' | 'suggestion'> = {},
): Refusal => ({ refused, message, ...more });

/** A remedy that sends a request, by default with the same clusters. */
export const requestRemedy = (
  named: Omit<NamedRequest, 'clusters'> & Partial<NamedRequest>,
  text: string,
  after?: string,
): Remedy => ({
  request: { clusters: 'SAME', ...named },
  text,
  ...(after !== undefined && { after }),
});

/** A plan, or a refusal when the patterns are too complex to evaluate: its effects would be unknown. */
export function withinBudget({ roleName }: Observed, plan: () => PlanResult): PlanResult {
  try {
    return plan();
  } catch (error) {
    if (!(error instanceof BudgetExceeded)) throw error;
    return refuse(
      'TRUST_MISMATCH',
      `The aws:SourceArn patterns of ${roleName} are too complex to evaluate, so the effect of a change is unknown. Write simpler patterns in IAM (UpdateAssumeRolePolicy), then repeat the request.`,
    );
  }
}

export function refuseMissingRole({ roleName, accountId }: Observed): Refusal {
  return refuse('ROLE_NOT_FOUND', `Account ${accountId} has no role ${roleName}.`, {
    remedy: requestRemedy({ request: 'CREATE' }, 'create it'),
  });
}

/** A new trust policy for a role. */
export interface TrustPlan extends Edit {
  /** Does it change more than adding lines to a statement that can take them? */
  isRepair: boolean;
  /** Does it drop lines that the request named? */
  hasDrops?: boolean;
}
