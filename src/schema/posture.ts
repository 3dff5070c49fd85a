import Type, { type Static } from 'typebox';
import { AccountId, Id, nullable, RoleName, Timestamp } from './primitives.ts';
import { FindingCode, Verdict } from './report.ts';
import { Verdicts } from './sweep.ts';

/** The last known verdict of one role. `checkedAt` is when it was found, `changedAt` since when it is that. */
export type RolePosture = Static<typeof RolePosture>;
export const RolePosture = Type.Object(
  {
    accountId: AccountId,
    roleName: RoleName,
    verdict: Verdict,
    findings: Type.Array(FindingCode, { description: 'each code once' }),
    checkedAt: Timestamp,
    changedAt: Timestamp,
    ageSeconds: Type.Integer({ description: 'since it was checked' }),
    sweepId: Id,
  },
  { $id: 'RolePosture', additionalProperties: false },
);

/** A page of roles, by account and name, and what is known of all that the accounts asked for have, whatever their verdict. */
export type Posture = Static<typeof Posture>;
export const Posture = Type.Object(
  {
    total: Type.Integer({ description: 'roles' }),
    verdicts: Verdicts,
    changedAt: nullable(Timestamp),
    oldestCheckAt: nullable(Timestamp),
    items: Type.Array(RolePosture),
    nextCursor: nullable(Type.String()),
  },
  { $id: 'Posture', additionalProperties: false },
);

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
