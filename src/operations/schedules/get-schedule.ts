import { GetScheduleInput, Schedule } from '../../schema/schedule.ts';
import { defineOperation } from '../call/operation.ts';
import { presentSchedule, requireSchedule } from './schedule.ts';

export const schedule = defineOperation({
  name: 'schedule',
  tag: 'Schedules',
  summary: 'Gets one schedule, with its last sweep.',
  permission: ['read'],
  concerns: 'SCHEDULE',
  kind: 'QUERY',
  input: GetScheduleInput,
  output: Schedule,
  run: async (deps, { name }) => presentSchedule(deps, await requireSchedule(deps, name)),
});
