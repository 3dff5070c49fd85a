import { Fault } from '../../../fault.ts';
import type { Intent } from '../../../ports/ledger.ts';
import type { Caller } from '../../../schema/caller.ts';
import type { WriteResult } from '../../../schema/write-result.ts';
import type { Deps } from '../../call/deps.ts';
import { createDraft } from '../../call/log-draft.ts';
import { isUndecided } from '../../call/refusal-counts.ts';
import type { WriteRequest } from '../write-request.ts';
import { presentDone } from './answer.ts';
import type { Done } from './conclude.ts';
import { draftOfPlan } from './draft.ts';
import type { Prepared } from './plan-write.ts';

/** An attempt to change a role. It ends once: by `succeeded` or by `failed`. */
export interface WriteAttempt {
  /** Forgets the plan and the intent of an earlier round. That round's change has its outcome in the log. */
  restart(): void;
  /** The log entry of a failure before the intent holds this plan. */
  planned(prepared: Prepared): void;
  /** Commits the intent to the log. A failure from here on belongs to that change. */
  open(prepared: Prepared): Promise<Intent>;
  /** Answers the result that the caller gets, once the role shows the change. */
  succeeded(done: Done): Promise<WriteResult>;
  /**
   * Answers the error that the caller gets. An attempt that fails before its intent is logged here as
   * refused; after it, the change holds the failure already. Fault: AUDIT_UNAVAILABLE where the refusal
   * cannot be logged.
   */
  failed(error: unknown): Promise<unknown>;
}

export function createAttempt(deps: Deps, request: WriteRequest, caller: Caller): WriteAttempt {
  let plan: Prepared | null = null;
  let isOpen = false;
  return {
    restart() {
      plan = null;
      isOpen = false;
    },
    planned(prepared) {
      plan = prepared;
    },
    async open(prepared) {
      const intent = await deps.ledger.open(draftOfPlan(deps, request, prepared, caller));
      isOpen = true;
      return intent;
    },
    succeeded: (done) => presentDone(deps, done, caller),
    failed: async (error) => (isOpen ? error : await logRefusal(deps, request, plan, error, caller)),
  };
}

async function logRefusal(
  deps: Deps,
  request: WriteRequest,
  plan: Prepared | null,
  error: unknown,
  caller: Caller,
): Promise<Fault> {
  const fault =
    error instanceof Fault ? error : new Fault('INTERNAL', 'The service failed.', {}, { cause: error });
  const { code, message, details, cause, retryable } = fault;
  // Invalid input is no attempt, and without the log there is no place for it.
  if (code === 'INVALID_INPUT' || code === 'AUDIT_UNAVAILABLE' || isUndecided(fault)) return fault;
  const draft = plan ? draftOfPlan(deps, request, plan, caller) : createDraft(deps, request, caller);
  const change = await deps.ledger.refuse(draft, { code, detail: message });
  return new Fault(code, message, { ...details, changeId: change.id }, { cause, retryable });
}
