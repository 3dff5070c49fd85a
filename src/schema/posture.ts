import Type, { type Static } from 'typebox';
import { Cursor, Limit } from './page.ts';
import { closed } from './parameters.ts';
import { AccountId, Id, Labels, nullable, RoleName, Timestamp } from './primitives.ts';
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

export type PostureInput = Static<typeof PostureInput>;
export const PostureInput = Type.Object(
  {
    verdict: Type.Optional(Verdict),
    accountId: Type.Optional(AccountId),
    labels: Type.Optional(Labels),
    limit: Type.Optional(Limit),
    cursor: Type.Optional(Cursor),
  },
  { $id: 'PostureInput', ...closed },
);
