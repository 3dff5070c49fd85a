import { Fault, type FaultCode } from '../fault.ts';
import type { Deps } from '../operations/call/deps.ts';
import { jobOperations, operations } from '../operations/index.ts';
import type { SweepOutcome, SweepRecord } from '../ports/sweeps.ts';
import { toFault } from '../problem.ts';
import type { Caller } from '../schema/caller.ts';
import { createFailedResult } from './failed-result.ts';

/** Thrown where the account has to be tried again later. */
export class RetryLater {
  readonly fault: Fault;
  constructor(fault: Fault) {
    this.fault = fault;
  }
}

export interface AccountOfSweep {
  accountId: string;
  /** The roles that earlier sweeps found. */
  knownRoles: string[];
  /** The results of clusters that earlier tries of this account have brought. This try adds its own. */
  answered: SweepOutcome[];
}

/**
 * Faults that pass. While the database is unavailable the sweep waits for it: that is not the account's
 * fault.
 */
const transient = new Set<FaultCode>([
  'AWS_THROTTLED',
  'ROLE_BUSY',
  'IDEMPOTENCY_IN_FLIGHT',
  'UNAVAILABLE',
  'AUDIT_UNAVAILABLE',
]);

/**
 * Checks or extends the roles of one account, or checks its clusters, in the name of the caller who started
 * the sweep, by the operations that every face calls. Answers a result for each role or cluster. A check of
 * all roles has one for each of `knownRoles` too. A fault becomes a result. Throws RetryLater for a fault that
 * passes, unless this is the last try.
 */
export async function sweepAccount(
  deps: Deps,
  sweep: SweepRecord,
  account: AccountOfSweep,
  isLast: boolean,
): Promise<SweepOutcome[]> {
  const { accountId } = account;
  const caller: Caller = { ...sweep.caller, via: 'SWEEP' };
  const failed: Failed = (error, about) => {
    const fault = toFault(error);
    if (transient.has(fault.code) && !isLast) throw new RetryLater(fault);
    if (fault.code === 'INTERNAL')
      deps.log.error({ err: error, sweepId: sweep.id, accountId }, 'an account of a sweep failed');
    return createFailedResult(sweep, error, about);
  };
  try {
    return await verbs[sweep.operation](deps, sweep, account, caller, failed);
  } catch (error) {
    if (error instanceof RetryLater) throw error;
    return [failed(error, { roleName: sweep.roleName })];
  }
}

/** The result of what failed. Throws RetryLater for a fault that passes, unless this is the last try. */
type Failed = (error: unknown, about: Parameters<typeof createFailedResult>[2]) => SweepOutcome;

type Verb = (
  deps: Deps,
  sweep: SweepRecord,
  account: AccountOfSweep,
  caller: Caller,
  failed: Failed,
) => Promise<SweepOutcome[]>;

/**
 * The idempotency key under which a sweep extends a role. Nobody repeats the request once its result is kept.
 */
export const idempotencyKeyOf = ({ id }: Pick<SweepRecord, 'id'>, accountId: string, roleName: string) =>
  `sweep ${id} ${accountId} ${roleName}`;

/** The result of an account without execution roles, which is no failure. */
const missing: SweepOutcome = { verdict: 'MISSING', error: null };

const check: Verb = async (deps, { roleName, clusters }, { accountId, knownRoles }, caller) => {
  const reports =
    roleName !== null && clusters !== null
      ? [await operations.checkExecutionRole.call(deps, { accountId, roleName, clusters }, caller)]
      : await jobOperations.checkExecutionRoles.call(
          deps,
          {
            accountId,
            knownRoles,
            ...(roleName !== null && { roleName }),
            ...(clusters !== null && { clusters }),
          },
          caller,
        );
  if (reports.length === 0) return [missing];
  return reports.map((report) => ({
    roleName: report.roleName,
    verdict: report.verdict,
    report,
    error: null,
  }));
};

const extend: Verb = async (deps, sweep, { accountId }, caller, failed) => {
  const { roleName, clusters, dryRun, reason } = sweep;
  const roles =
    roleName === null
      ? await operations.executionRoles.call(deps, { accountId }, caller)
      : { items: [{ roleName }] };
  const results: SweepOutcome[] = [];
  // One after the other: an account has few roles, and rate limits of its own.
  for (const { roleName } of roles.items) {
    // A process that takes over the account sends the same request, and gets the first one's answer.
    const key = dryRun ? {} : { idempotencyKey: idempotencyKeyOf(sweep, accountId, roleName) };
    const input = { accountId, roleName, clusters, dryRun, ...(reason !== null && { reason }), ...key };
    try {
      const { plan, change, report } = await operations.extendExecutionRole.call(deps, input, caller);
      results.push({ roleName: report.roleName, verdict: report.verdict, report, plan, change, error: null });
    } catch (error) {
      results.push(failed(error, { roleName }));
    }
  }
  const none = `Account ${accountId} has no execution role to extend. Create one: POST /v1/accounts/${accountId}/execution-roles.`;
  return results.length > 0 ? results : [failed(new Fault('ROLE_NOT_FOUND', none), { roleName: null })];
};

/** Clusters that were answered are not asked again after a throttling of others. */
const askClusters: Verb = async (deps, { regions, clusters }, { accountId, answered }, caller, failed) => {
  const answers = await jobOperations.accountReadiness.call(
    deps,
    {
      accountId,
      ...(regions && { regions }),
      ...(clusters && { clusters }),
      answered: answered.flatMap(({ region, clusterName }) =>
        region && clusterName ? [{ region, name: clusterName }] : [],
      ),
    },
    caller,
  );
  const good = answers
    .filter(({ error }) => error === null)
    .map(({ region, clusterName, readiness }) => ({
      region,
      clusterName,
      verdict: readiness?.verdict ?? null,
      readiness,
      error: null,
    }));
  answered.push(...good.filter(({ clusterName }) => clusterName !== null));
  const bad = answers.filter(({ error }) => error !== null);
  const results = [
    ...answered,
    ...good.filter(({ clusterName }) => clusterName === null),
    ...bad.map(({ region, clusterName, error }) => failed(error, { region, clusterName })),
  ];
  return results.length > 0 ? results : [noRegion];
};

/** The result of an account where no Region is named: there is no line, and EKS_REGIONS is not set. */
const noRegion: SweepOutcome = { verdict: null, error: null };

const verbs: Record<SweepRecord['operation'], Verb> = {
  CHECK: check,
  EXTEND: extend,
  READINESS: askClusters,
};
