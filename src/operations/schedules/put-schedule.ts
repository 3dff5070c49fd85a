import { tooMuchStored } from '../../fault.ts';
import { Schedule, ScheduleInput } from '../../schema/schedule.ts';
import { invalidInput } from '../call/input.ts';
import { defineOperation } from '../call/operation.ts';
import { callerToKeep } from '../call/permission.ts';
import { validateReadiness, validateSelect } from '../sweeps/sweep.ts';
import { presentSchedule } from './schedule.ts';

/** Maximum number of a caller's schedules. */
const maxSchedules = 100;

export const putSchedule = defineOperation({
  name: 'putSchedule',
  tag: 'Schedules',
  summary:
    'Stores a schedule that checks roles or clusters at certain times, in the name of the caller. Replaces a schedule of the same name.',
  permission: ['write'],
  concerns: 'SCHEDULE',
  makes: true,
  kind: 'MUTATION',
  input: ScheduleInput,
  output: Schedule,
  run: async (deps, { name, cron, timezone = 'UTC', sweep, dryRun }, caller) => {
    const errors = [
      ...validateSelect(sweep.select, '/sweep/select'),
      ...validateReadiness(sweep, deps.extraRegions, '/sweep'),
    ];
    if (!isTimezone(timezone))
      errors.push({ pointer: '/timezone', message: 'must be a time zone such as Europe/Berlin' });
    if (errors.length > 0) throw invalidInput(errors);
    // Called for its fault, which says what is wrong with the expression.
    await deps.schedules.next(cron, timezone);
    const draft = { name, cron, timezone, sweep, caller: callerToKeep(caller) };
    const now = deps.now();
    if (dryRun) {
      const none = {
        createdAt: now,
        lastSweepId: null,
        lastStartedAt: null,
        lastSkippedAt: null,
        lastSkipReason: null,
      };
      return presentSchedule(deps, {
        ...none,
        ...(await deps.schedules.get(name)),
        ...draft,
        updatedAt: now,
      });
    }
    const kept = await deps.schedules.put(draft, now, maxSchedules);
    if (kept === null)
      throw tooMuchStored(`You have ${maxSchedules} schedules, which is the maximum. Delete one first.`);
    const { actor, requestId } = caller;
    deps.log.info({ actor, requestId, name, cron, timezone }, 'schedule put');
    return presentSchedule(deps, kept);
  },
});

function isTimezone(timeZone: string): boolean {
  try {
    new Intl.DateTimeFormat('en', { timeZone });
    return true;
  } catch (error) {
    if (error instanceof RangeError) return false;
    throw error;
  }
}
