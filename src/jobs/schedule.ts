import type { Deps } from '../operations/call/deps.ts';
import { operations } from '../operations/index.ts';
import { requireValidCredential } from '../operations/tokens/credential.ts';
import type { ScheduleJob } from '../ports/queue.ts';
import { toFault } from '../problem.ts';

/**
 * Creates the handler of due schedules. It starts the sweep in the name of the caller who put the schedule,
 * unless the last sweep has not ended. The schedule shows why no sweep was started. The handler throws a
 * fault that passes, so that the job comes again. The same job starts no second sweep.
 */
export function createScheduleHandler(deps: Deps): (job: ScheduleJob) => Promise<void> {
  const { schedules, sweeps, now, log } = deps;

  async function skip(name: string, reason: string): Promise<void> {
    log.error({ schedule: name, reason }, 'a schedule was due and started no sweep');
    await schedules.skipped(name, reason, now());
  }

  return async ({ id, name }) => {
    const schedule = await schedules.get(name);
    // It has been deleted.
    if (!schedule) return;
    const requestId = `schedule-${id}`;
    const last = schedule.lastSweepId === null ? null : await sweeps.get(schedule.lastSweepId);
    // This same job started it before it was interrupted.
    if (last?.caller.requestId === requestId) return;
    if (last && !last.endedAt) return skip(name, `The last sweep, ${last.id}, had not ended.`);
    const input = { operation: 'CHECK', ...schedule.sweep, idempotencyKey: requestId };
    try {
      await requireValidCredential(deps, schedule.caller.actor, {
        did: 'put this schedule',
        remedy: 'Put it again.',
      });
      const sweep = await operations.startSweep.call(deps, input, {
        ...schedule.caller,
        requestId,
        via: 'SWEEP',
      });
      await schedules.started(name, sweep.id, now());
      log.info({ schedule: name, sweepId: sweep.id }, 'a schedule started a sweep');
    } catch (error) {
      const { code, message, retryable } = toFault(error);
      // The maximum of sweeps may be reached for hours. A retry within seconds is of no use.
      if (retryable && code !== 'RATE_LIMITED') throw error;
      await skip(name, `${code}: ${message}`);
    }
  };
}
