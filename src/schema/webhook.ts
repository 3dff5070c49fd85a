import Type, { type Static } from 'typebox';
import { Cursor, Limit } from './page.ts';
import { closed, IdempotencyKey } from './parameters.ts';
import { AccountId, Id, nullable, RoleName, Timestamp } from './primitives.ts';
import { FindingCode, Verdict } from './report.ts';

/** What a webhook is sent when the verdict on a role has changed: a CloudEvent, version 1.0. `time` is that of the check. */
export type VerdictEvent = Static<typeof VerdictEvent>;
export const VerdictEvent = Type.Object(
  {
    specversion: Type.String({ description: '1.0' }),
    id: Id,
    source: Type.String({ description: 'urn:rolewright' }),
    type: Type.String({ description: 'io.rolewright.verdict.changed' }),
    subject: Type.String({ description: 'ACCOUNT/ROLE' }),
    time: Timestamp,
    datacontenttype: Type.String({ description: 'application/json' }),
    data: Type.Object(
      {
        accountId: AccountId,
        roleName: RoleName,
        before: Verdict,
        after: Verdict,
        findings: Type.Array(FindingCode),
        sweepId: Id,
      },
      { $id: 'VerdictChange', additionalProperties: false },
    ),
  },
  { $id: 'VerdictEvent', additionalProperties: false },
);

/** An event that the receiver has not taken in all its attempts. `lastError` is why not, the last time. */
export type DeadLetter = Static<typeof DeadLetter>;
export const DeadLetter = Type.Object(
  {
    id: Id,
    attempts: Type.Integer(),
    lastError: nullable(Type.String()),
    createdAt: Timestamp,
    deadAt: nullable(Timestamp),
    event: VerdictEvent,
  },
  { $id: 'DeadLetter', additionalProperties: false },
);

export const ListDeadLettersInput = Type.Object(
  { limit: Type.Optional(Limit), cursor: Type.Optional(Cursor) },
  { $id: 'ListDeadLettersInput', ...closed },
);
export const RedeliverInput = Type.Object({ id: Id, idempotencyKey: IdempotencyKey }, { $id: 'RedeliverInput', ...closed });
