import { setTimeout as sleep } from 'node:timers/promises';
import { takeSnapshot } from '../../domain/plan/planned.ts';
import type { RoleState } from '../../domain/role/role-state.ts';
import { isSameSnapshot } from '../../domain/role/same.ts';
import { Fault } from '../../fault.ts';
import type { Caller } from '../../schema/caller.ts';
import type { Change } from '../../schema/change.ts';
import type { RoleReport } from '../../schema/report.ts';
import type { WriteResult } from '../../schema/write-result.ts';
import { readActiveAccount } from '../accounts/account.ts';
import type { Deps } from '../call/deps.ts';
import { isChangedSince } from './report/changed-since.ts';
import { readRole } from './report/read-role.ts';
import { report } from './report/report.ts';

interface Waiting {
  wait?: 'READY' | undefined;
  dryRun?: boolean | undefined;
}

/** One look at the role. */
interface Look {
  /** What EKS may not know of it yet, in sentences. */
  propagating: string[];
  /** Can a later look differ? */
  mayPass: boolean;
  /** Null: the role could not be read. */
  report: RoleReport | null;
}

/**
 * Answers a write when EKS would accept the role, where the request asks for that, as far as AWS shows it:
 * two reads of IAM in a row show the role as it was written, IAM has had time to decide by it, and it is
 * COMPLIANT for each cluster of the request, which is what ROLE_NOT_READY of a readiness check is about. No
 * call of AWS shows what EKS itself has cached. Answers at once what is missing if waiting does not help, if
 * patience ends, if the caller hangs up or if the service stops. The change is made, so no fault of a look
 * fails it.
 */
export async function awaitReady(
  deps: Deps,
  { wait, dryRun = false }: Waiting,
  result: WriteResult,
  caller: Caller,
): Promise<WriteResult> {
  if (wait === undefined || dryRun) return result;
  const { patienceMs, intervalMs } = deps.readiness;
  const hungUp = new AbortController();
  const stopListening = caller.onHangUp?.(() => hungUp.abort());
  const end = AbortSignal.any([deps.stopping, hungUp.signal, AbortSignal.timeout(patienceMs)]);
  const ended = Promise.withResolvers<null>();
  const onEnd = () => ended.resolve(null);
  end.addEventListener('abort', onEnd, { once: true });
  if (end.aborted) onEnd();
  try {
    let [last, shown]: [Look | null, string | null] = [null, null];
    while (!end.aborted) {
      const look: Look | null = await Promise.race([lookAt(deps, result, shown, caller), ended.promise]);
      last = look ?? last;
      shown = look?.report?.etag ?? null;
      if (look?.mayPass === false) break;
      // Aborted at the end of the wait, and then the loop ends.
      await sleep(intervalMs, null, { signal: end }).catch(() => null);
    }
    return {
      ...result,
      report: last?.report ?? result.report,
      propagating: last?.propagating ?? ['The wait ended before IAM was read.'],
    };
  } finally {
    end.removeEventListener('abort', onEnd);
    stopListening?.();
  }
}

/** `shown` is the ETag that the look before had. */
async function lookAt(
  deps: Deps,
  { change, report: first }: WriteResult,
  shown: string | null,
  caller: Caller,
): Promise<Look> {
  const { accountId, roleName } = first;
  try {
    const { settleMs } = deps.readiness;
    const since = new Date(deps.now().getTime() - settleMs);
    const account = await readActiveAccount(deps, accountId);
    const [observed, isFresh] = await Promise.all([
      readRole(deps, account, roleName, caller),
      isChangedSince(deps, accountId, roleName, since),
    ]);
    const clusters = first.clusters.map(({ region, name }) => ({ region, name }));
    const current = report(observed, clusters, deps.now(), caller);
    const propagating = [
      ...(isAsWritten(observed.role, change)
        ? []
        : [`IAM does not show the role ${roleName} as it was written.`]),
      ...(current.etag === shown
        ? []
        : [`IAM has not shown the role ${roleName} twice in a row as it is now.`]),
      ...(isFresh
        ? [
            `The role ${roleName} was changed less than ${settleMs / 1000} seconds ago, and IAM may still decide by the old one.`,
          ]
        : []),
    ];
    if (propagating.length > 0) return { propagating, mayPass: true, report: current };
    const errors = current.findings.filter(({ severity }) => severity === 'ERROR');
    return { propagating: errors.map(({ message }) => message), mayPass: false, report: current };
  } catch (error) {
    if (!(error instanceof Fault)) throw error;
    return {
      propagating: [`The role ${roleName} could not be read: ${error.message}`],
      mayPass: true,
      report: null,
    };
  }
}

function isAsWritten(role: RoleState | null, change: Change | null): boolean {
  if (!role) return false;
  // Somebody else has edited the role since, so what was written is not what IAM will show.
  const { after = null, editedOutside = false } = change ?? {};
  return after === null || editedOutside || isSameSnapshot(takeSnapshot(role), after);
}
