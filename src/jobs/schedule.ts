import type { Deps } from '../operations/call/deps.ts';
import { operations } from '../operations/index.ts';
import { requireValidCredential } from '../operations/tokens/credential.ts';
import type { ScheduleJob } from '../ports/queue.ts';
import { toFault } from '../problem.ts';

/**
 * Starts the sweep of a schedule that is due, in the name of who put it; none while the sweep that it started last goes on. What
 * keeps it from starting is the schedule's to show. Throws what passes, so that the job comes again: it starts no second sweep.
 */
export function scheduleWork(deps: Deps): (job: ScheduleJob) => Promise<void> {
  const { schedules, sweeps, now, log } = deps;

  async function skip(name: string, reason: string): Promise<void> {
    log.error({ schedule: name, reason }, 'a schedule was due and has started no sweep');
    await schedules.skipped(name, reason, now());
  }

  return async ({ id, name }) => {
    const schedule = await schedules.get(name);
    // It was taken away since.
    if (!schedule) return;
    const requestId = `schedule-${id}`;
    const last = schedule.lastSweepId === null ? null : await sweeps.get(schedule.lastSweepId);
    // This job itself has started it, and was cut short.
    if (last?.caller.requestId === requestId) return;
    if (last && !last.endedAt) return skip(name, `The sweep before, ${last.id}, had not ended.`);
    const input = { operation: 'CHECK', ...schedule.sweep, idempotencyKey: requestId };
    try {
      await requireValidCredential(deps, schedule.caller.actor, { did: 'put this schedule', remedy: 'Put it anew.' });
      const sweep = await operations.startSweep.call(deps, input, { ...schedule.caller, requestId, via: 'SWEEP' });
      await schedules.started(name, sweep.id, now());
      log.info({ schedule: name, sweepId: sweep.id }, 'a schedule has started a sweep');
    } catch (error) {
      const { code, message, retryable } = toFault(error);
      // Too many sweeps may go on for hours: that is no matter of trying again in some seconds.
      if (retryable && code !== 'RATE_LIMITED') throw error;
      await skip(name, `${code}: ${message}`);
    }
  };
}
