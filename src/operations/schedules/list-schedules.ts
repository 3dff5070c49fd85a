import type { ScheduleRecord } from '../../ports/schedules.ts';
import { page } from '../../schema/page.ts';
import { ListSchedulesInput, Schedule } from '../../schema/schedule.ts';
import { defineOperation } from '../call/operation.ts';
import { decodeCursor, defaultLimit, encodeCursor } from '../call/paging.ts';
import { canSeeOwned } from '../call/permission.ts';
import { readVisiblePage } from '../call/visible-page.ts';
import { presentSchedule } from './schedule.ts';

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
      {
        limit,
        from: cursor === undefined ? null : decodeCursor(cursor, (key) => /^[\w.-]{1,63}$/.test(key)),
        hasPrivatePlaces: true,
      },
      (after, limit) => deps.schedules.list({ after, limit }),
      ({ name }) => name,
      (records) => records.filter((record) => canSeeOwned(deps, caller, 'schedule', record.caller)),
    );
    return {
      items: await Promise.all(items.map((record) => presentSchedule(deps, record))),
      nextCursor: next && encodeCursor(next),
    };
  },
});
