import Type, { type Static } from 'typebox';
import { Cursor, Limit } from './page.ts';
import { closed, IdempotencyKey } from './parameters.ts';
import { AccountId, Id, nullable, RoleName, Timestamp } from './primitives.ts';
import { FindingCode, Verdict } from './report.ts';

/**
 * The event that a webhook gets when the verdict of a role has changed: a CloudEvent, version 1.0. `time` is
 * that of the check.
 */
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
        findings: Type.Array(FindingCode, { description: 'The codes of the findings now' }),
        sweepId: Id,
      },
      {
        $id: 'VerdictChange',
        description: 'The role, and its verdict before and after',
        additionalProperties: false,
      },
    ),
  },
  {
    $id: 'VerdictEvent',
    description: 'The CloudEvent (version 1.0) of a verdict that changed',
    additionalProperties: false,
  },
);

export type DeadLetter = Static<typeof DeadLetter>;
export const DeadLetter = Type.Object(
  {
    id: Id,
    attempts: Type.Integer({ description: 'How often it was sent' }),
    lastError: nullable(Type.String(), 'Why the last attempt failed'),
    createdAt: Timestamp,
    deadAt: nullable(Timestamp, 'When the last attempt failed'),
    event: VerdictEvent,
  },
  {
    $id: 'DeadLetter',
    description: 'An event that the receiver did not accept in any attempt',
    additionalProperties: false,
  },
);

export const ListDeadLettersInput = Type.Object(
  { limit: Type.Optional(Limit), cursor: Type.Optional(Cursor) },
  { $id: 'ListDeadLettersInput', ...closed },
);
export const RedeliverInput = Type.Object(
  { id: Id, idempotencyKey: IdempotencyKey },
  { $id: 'RedeliverInput', ...closed },
);
