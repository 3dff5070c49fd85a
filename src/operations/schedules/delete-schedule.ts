import Type from 'typebox';
import { DeleteScheduleInput } from '../../schema/schedule.ts';
import { defineOperation } from '../call/operation.ts';
import { requireSchedule } from './schedule.ts';

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
    await requireSchedule(deps, name);
    if (dryRun) return true;
    const isDeleted = await deps.schedules.delete(name);
    if (isDeleted) deps.log.info({ actor, requestId, name }, 'schedule deleted');
    return isDeleted;
  },
});
