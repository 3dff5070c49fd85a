import Type from 'typebox';
import { Fault, tooMuchStored } from '../../fault.ts';
import type { ScheduleRecord } from '../../ports/schedules.ts';
import { page } from '../../schema/page.ts';
import { DeleteScheduleInput, GetScheduleInput, ListSchedulesInput, Schedule, ScheduleInput } from '../../schema/schedule.ts';
import type { Deps } from '../call/deps.ts';
import { invalidInput } from '../call/input.ts';
import { defineOperation } from '../call/operation.ts';
import { decodeCursor, defaultLimit, encodeCursor } from '../call/paging.ts';
import { canSeeOwned } from '../call/permission.ts';
import { readVisiblePage } from '../call/visible-page.ts';
import { faultsOfSelect } from '../sweeps/sweeps.ts';

/** How many schedules a caller may have. */
const mostSchedules = 100;

async function presented({ schedules }: Deps, { caller, ...record }: ScheduleRecord): Promise<Schedule> {
  return {
    ...record,
    actor: caller.actor,
    createdAt: record.createdAt.toISOString(),
    updatedAt: record.updatedAt.toISOString(),
    nextAt: (await schedules.next(record.cron, record.timezone)).toISOString(),
    lastStartedAt: record.lastStartedAt?.toISOString() ?? null,
    lastSkippedAt: record.lastSkippedAt?.toISOString() ?? null,
  };
}

/** Fault: SCHEDULE_NOT_FOUND. */
async function known({ schedules }: Deps, name: string): Promise<ScheduleRecord> {
  const found = await schedules.get(name);
  if (!found) throw new Fault('SCHEDULE_NOT_FOUND', `There is no schedule ${name}. GET /v1/schedules lists them.`);
  return found;
}

export const schedules = defineOperation({
  name: 'schedules',
  tag: 'Schedules',
  summary: 'Lists the schedules that the caller may see, by name.',
  permission: ['read'],
  concerns: 'SERVICE',
  kind: 'QUERY',
  input: ListSchedulesInput,
  output: page('SchedulePage', Schedule),
  run: async (deps, { limit = defaultLimit, cursor }, caller) => {
    const { items, next } = await readVisiblePage<ScheduleRecord, string>(
      { limit, from: cursor === undefined ? null : decodeCursor(cursor, (key) => /^[\w.-]{1,63}$/.test(key)), hasPrivatePlaces: true },
      (after, limit) => deps.schedules.list({ after, limit }),
      ({ name }) => name,
      (found) => found.filter((record) => canSeeOwned(deps, caller, 'schedule', record.caller.actor)),
    );
    return { items: await Promise.all(items.map((record) => presented(deps, record))), nextCursor: next && encodeCursor(next) };
  },
});

export const schedule = defineOperation({
  name: 'schedule',
  tag: 'Schedules',
  summary: 'Gets one schedule, with its last sweep.',
  permission: ['read'],
  concerns: 'SCHEDULE',
  kind: 'QUERY',
  input: GetScheduleInput,
  output: Schedule,
  run: async (deps, { name }) => presented(deps, await known(deps, name)),
});

export const putSchedule = defineOperation({
  name: 'putSchedule',
  tag: 'Schedules',
  summary: 'Stores a schedule that checks roles at certain times, in the name of the caller. Replaces a schedule of the same name.',
  permission: ['write'],
  concerns: 'SCHEDULE',
  makes: true,
  kind: 'MUTATION',
  input: ScheduleInput,
  output: Schedule,
  run: async (deps, { name, cron, timezone = 'UTC', sweep, dryRun }, { actor, groups, scope, requestId }) => {
    const errors = faultsOfSelect(sweep.select, '/sweep/select');
    if (!isTimezone(timezone)) errors.push({ pointer: '/timezone', message: 'must be a time zone such as Europe/Berlin' });
    if (errors.length > 0) throw invalidInput(errors);
    // It judges the expression.
    await deps.schedules.next(cron, timezone);
    const draft = { name, cron, timezone, sweep, caller: { actor, groups, scope, requestId } };
    const now = deps.now();
    if (!dryRun) {
      const kept = await deps.schedules.put(draft, now, mostSchedules);
      if (kept === null) throw tooMuchStored(`${mostSchedules} schedules are yours, and you may have no more. Take one away first.`);
      deps.log.info({ actor, requestId, name, cron, timezone }, 'schedule put');
      return presented(deps, kept);
    }
    const none = { createdAt: now, lastSweepId: null, lastStartedAt: null, lastSkippedAt: null, lastSkipReason: null };
    return presented(deps, { ...none, ...(await deps.schedules.get(name)), ...draft, updatedAt: now });
  },
});

export const deleteSchedule = defineOperation({
  name: 'deleteSchedule',
  tag: 'Schedules',
  summary: 'Deletes a schedule. A sweep that it has started goes on.',
  permission: ['write'],
  concerns: 'SCHEDULE',
  kind: 'MUTATION',
  input: DeleteScheduleInput,
  output: Type.Boolean(),
  run: async (deps, { name, dryRun }, { actor, requestId }) => {
    await known(deps, name);
    if (dryRun) return true;
    const isDeleted = await deps.schedules.delete(name);
    if (isDeleted) deps.log.info({ actor, requestId, name }, 'schedule deleted');
    return isDeleted;
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
