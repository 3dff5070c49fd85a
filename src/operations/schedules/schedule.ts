import { Fault } from '../../fault.ts';
import type { ScheduleRecord } from '../../ports/schedules.ts';
import type { Schedule } from '../../schema/schedule.ts';
import type { Deps } from '../call/deps.ts';

/** A schedule as callers see it. */
export async function presentSchedule(
  { schedules }: Deps,
  { caller, ...record }: ScheduleRecord,
): Promise<Schedule> {
  return {
    ...record,
    actor: caller.actor,
    onBehalfOf: caller.onBehalfOf?.actor ?? null,
    createdAt: record.createdAt.toISOString(),
    updatedAt: record.updatedAt.toISOString(),
    nextAt: (await schedules.next(record.cron, record.timezone)).toISOString(),
    lastStartedAt: record.lastStartedAt?.toISOString() ?? null,
    lastSkippedAt: record.lastSkippedAt?.toISOString() ?? null,
  };
}

/** Fault: SCHEDULE_NOT_FOUND. */
export async function requireSchedule({ schedules }: Deps, name: string): Promise<ScheduleRecord> {
  const record = await schedules.get(name);
  if (!record)
    throw new Fault('SCHEDULE_NOT_FOUND', `There is no schedule ${name}. GET /v1/schedules lists them.`);
  return record;
}
