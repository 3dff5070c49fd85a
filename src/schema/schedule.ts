import Type, { type Static } from 'typebox';
import { Actor } from './change.ts';
import { Cursor, Limit } from './page.ts';
import { closed, DryRun, IdempotencyKey } from './parameters.ts';
import { Clusters, Id, jsonObject, nullable, Reason, RoleName, Timestamp } from './primitives.ts';
import { Regions, SweepSelect } from './sweep.ts';

const ScheduleName = Type.String({
  pattern: '^[A-Za-z0-9][A-Za-z0-9_.-]{0,62}$',
  description: 'a name of 1 to 63 letters, digits or _.-, beginning with a letter or digit',
});
const Cron = Type.String({
  pattern: '^\\S+( \\S+){4}$',
  maxLength: 200,
  description:
    'a cron expression of five fields with a space between: minute, hour, day of the month, month, day of the week',
});
const Timezone = Type.String({
  minLength: 1,
  maxLength: 64,
  description: 'a time zone such as Europe/Berlin; left out, UTC',
});

/**
 * A schedule by which roles or clusters are checked. `actor` stored it, and owns its sweeps. `sweep` is as it was stored.
 */
export type Schedule = Static<typeof Schedule>;
export const Schedule = Type.Object(
  {
    name: ScheduleName,
    cron: Cron,
    timezone: Timezone,
    sweep: jsonObject('The sweep that it starts, as it was stored'),
    actor: Actor,
    onBehalfOf: nullable(Actor, 'The person on whose behalf the actor asked for it. Null: nobody else'),
    createdAt: Timestamp,
    updatedAt: Timestamp,
    nextAt: Timestamp,
    lastSweepId: nullable(Id, 'The sweep that it started last'),
    lastStartedAt: nullable(Timestamp, 'When it last started a sweep'),
    lastSkippedAt: nullable(Timestamp, 'When it was last due and started none'),
    lastSkipReason: nullable(Type.String(), 'Why it started none'),
  },
  {
    $id: 'Schedule',
    description: 'A sweep that starts by itself, in the name of the actor who stored the schedule',
    additionalProperties: false,
  },
);

/** A check, with the fields of `SweepInput`. */
export type ScheduledSweep = Static<typeof ScheduledSweep>;
export const ScheduledSweep = Type.Object(
  {
    operation: Type.Optional(
      Type.Enum(['CHECK', 'READINESS'], {
        $id: 'ScheduledOperation',
        description: 'CHECK or READINESS; left out, CHECK',
      }),
    ),
    select: SweepSelect,
    roleName: Type.Optional(RoleName),
    clusters: Type.Optional(Clusters),
    regions: Type.Optional(Regions),
    reason: Type.Optional(Reason),
  },
  {
    $id: 'ScheduledSweepInput',
    description: 'a check: operation, select, roleName, clusters, regions and reason, as in a sweep',
    ...closed,
  },
);
export const ScheduleInput = Type.Object(
  {
    name: ScheduleName,
    cron: Cron,
    timezone: Type.Optional(Timezone),
    sweep: ScheduledSweep,
    dryRun: DryRun,
    idempotencyKey: IdempotencyKey,
  },
  { $id: 'ScheduleInput', ...closed },
);
export const GetScheduleInput = Type.Object({ name: ScheduleName }, { $id: 'GetScheduleInput', ...closed });
export const DeleteScheduleInput = Type.Object(
  { name: ScheduleName, dryRun: DryRun, idempotencyKey: IdempotencyKey },
  { $id: 'DeleteScheduleInput', ...closed },
);
export const ListSchedulesInput = Type.Object(
  { limit: Type.Optional(Limit), cursor: Type.Optional(Cursor) },
  { $id: 'ListSchedulesInput', ...closed },
);
