import Type, { type Static } from 'typebox';
import { Actor } from './change.ts';
import { Id, JsonObject, nullable, Timestamp } from './primitives.ts';

export const ScheduleName = Type.String({
  pattern: '^[A-Za-z0-9][A-Za-z0-9_.-]{0,62}$',
  description: 'a name of 1 to 63 letters, digits or _.-, beginning with a letter or digit',
});
export const Cron = Type.String({
  pattern: '^\\S+( \\S+){4}$',
  maxLength: 200,
  description: 'a cron expression of five fields with a space between: minute, hour, day of the month, month, day of the week',
});
export const Timezone = Type.String({ minLength: 1, maxLength: 64, description: 'a time zone such as Europe/Berlin; left out, UTC' });

/** When roles are checked by themselves. `actor` is who put it: the sweeps are theirs. `sweep` is as it was put. */
export type Schedule = Static<typeof Schedule>;
export const Schedule = Type.Object(
  {
    name: ScheduleName,
    cron: Cron,
    timezone: Timezone,
    sweep: JsonObject,
    actor: Actor,
    createdAt: Timestamp,
    updatedAt: Timestamp,
    nextAt: Timestamp,
    lastSweepId: nullable(Id),
    lastStartedAt: nullable(Timestamp),
    lastSkippedAt: nullable(Timestamp),
    lastSkipReason: nullable(Type.String()),
  },
  { $id: 'Schedule', additionalProperties: false },
);
