import { Fault, type FaultCode } from '../fault.ts';
import type { Deps } from '../operations/call/deps.ts';
import { jobOperations, operations } from '../operations/index.ts';
import type { SweepOutcome, SweepRecord } from '../ports/sweeps.ts';
import { toFault } from '../problem.ts';
import type { Caller } from '../schema/caller.ts';
import { failedResult } from './failed-result.ts';

/** The account is to be asked again in a moment. */
export class AskAgain {
  readonly fault: Fault;
  constructor(fault: Fault) {
    this.fault = fault;
  }
}

export interface AccountOfSweep {
  accountId: string;
  /** What sweeps before have found. */
  knownRoles: string[];
}

/** What passes; with the database away, nothing is the account's fault, and the sweep waits for it. */
const passing = new Set<FaultCode>(['AWS_THROTTLED', 'ROLE_BUSY', 'IDEMPOTENCY_IN_FLIGHT', 'UNAVAILABLE', 'AUDIT_UNAVAILABLE']);

/**
 * What comes of one account of a sweep, through the operations that every face calls, in the name of who started the sweep: a
 * result for each role: also for each of `knownRoles`, which a check of all roles is not to lose. A fault becomes a result too. Throws AskAgain for a fault that passes, unless it is the `last` try.
 */
export async function resultsOf(
  deps: Deps,
  sweep: SweepRecord,
  { accountId, knownRoles }: AccountOfSweep,
  isLast: boolean,
): Promise<SweepOutcome[]> {
  const caller: Caller = { ...sweep.caller, via: 'SWEEP' };
  const failed = (error: unknown, roleName: string | null): SweepOutcome => {
    const fault = toFault(error);
    if (passing.has(fault.code) && !isLast) throw new AskAgain(fault);
    if (fault.code === 'INTERNAL') deps.log.error({ err: error, sweepId: sweep.id, accountId }, 'an account of a sweep failed');
    return failedResult(sweep, error, roleName);
  };
  try {
    return sweep.operation === 'CHECK'
      ? await check(deps, sweep, { accountId, knownRoles }, caller)
      : await extend(deps, sweep, accountId, caller, failed);
  } catch (error) {
    if (error instanceof AskAgain) throw error;
    return [failed(error, sweep.roleName)];
  }
}

/** The key under which a sweep extends a role. Nobody repeats the request once its result is kept. */
export const keyOf = ({ id }: Pick<SweepRecord, 'id'>, accountId: string, roleName: string) => `sweep ${id} ${accountId} ${roleName}`;

const nothing = { roleName: null, verdict: null, report: null, plan: null, change: null, error: null };
/** There is nothing to report on in an account without execution roles, and nothing went wrong. */
const missing: SweepOutcome = { ...nothing, verdict: 'MISSING' };

async function check(
  deps: Deps,
  { roleName, clusters }: SweepRecord,
  { accountId, knownRoles }: AccountOfSweep,
  caller: Caller,
): Promise<SweepOutcome[]> {
  const reports =
    roleName !== null && clusters !== null
      ? [await operations.checkExecutionRole.call(deps, { accountId, roleName, clusters }, caller)]
      : await jobOperations.checkExecutionRoles.call(
          deps,
          { accountId, knownRoles, ...(roleName !== null && { roleName }), ...(clusters !== null && { clusters }) },
          caller,
        );
  if (reports.length === 0) return [missing];
  return reports.map((report) => ({ ...nothing, roleName: report.roleName, verdict: report.verdict, report }));
}

async function extend(
  deps: Deps,
  sweep: SweepRecord,
  accountId: string,
  caller: Caller,
  failed: (error: unknown, roleName: string | null) => SweepOutcome,
): Promise<SweepOutcome[]> {
  const { roleName, clusters, dryRun, reason } = sweep;
  const found = roleName === null ? await operations.executionRoles.call(deps, { accountId }, caller) : { items: [{ roleName }] };
  const results: SweepOutcome[] = [];
  // One after the other: an account's calls are few, and its limits its own.
  for (const { roleName } of found.items) {
    // Who takes the account up after us sends the same, and has the first's answer.
    const key = dryRun ? {} : { idempotencyKey: keyOf(sweep, accountId, roleName) };
    const input = { accountId, roleName, clusters, dryRun, ...(reason !== null && { reason }), ...key };
    try {
      const { plan, change, report } = await operations.extendExecutionRole.call(deps, input, caller);
      results.push({ ...nothing, roleName: report.roleName, verdict: report.verdict, report, plan, change });
    } catch (error) {
      results.push(failed(error, roleName));
    }
  }
  const none = `Account ${accountId} has no execution role that could be extended. Create one: POST /v1/accounts/${accountId}/execution-roles.`;
  return results.length > 0 ? results : [failed(new Fault('ROLE_NOT_FOUND', none), null)];
}
