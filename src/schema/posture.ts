import Type, { type Static } from 'typebox';
import { Cursor, Limit } from './page.ts';
import { closed } from './parameters.ts';
import {
  AccountId,
  DateOrTime,
  Id,
  Labels,
  nullable,
  RoleName,
  SearchText,
  Timestamp,
} from './primitives.ts';
import { FindingCode, Verdict } from './report.ts';
import { Verdicts } from './sweep.ts';

export type RolePosture = Static<typeof RolePosture>;
export const RolePosture = Type.Object(
  {
    accountId: AccountId,
    accountName: nullable(Type.String(), 'The name of the account. Null: the caller may not see the account'),
    roleName: RoleName,
    verdict: Verdict,
    findings: Type.Array(FindingCode, { description: 'The codes of its findings, each once' }),
    checkedAt: Timestamp,
    changedAt: Timestamp,
    ageSeconds: Type.Integer({ description: 'Seconds since the check' }),
    sweepId: Id,
  },
  { $id: 'RolePosture', description: 'The last known verdict of one role', additionalProperties: false },
);

/**
 * A page of roles by account and name, and counts of all roles that the other filters let through, whatever
 * their verdict.
 */
export type Posture = Static<typeof Posture>;
export const Posture = Type.Object(
  {
    total: Type.Integer({ description: 'How many roles' }),
    verdicts: Verdicts,
    changedAt: nullable(Timestamp, 'When a verdict last changed'),
    oldestCheckAt: nullable(Timestamp, 'When the role whose check is oldest was checked'),
    items: Type.Array(RolePosture, { description: 'The roles of this page, by account and name' }),
    nextCursor: nullable(Type.String(), 'Send it as `cursor` to get the next page. Null on the last page'),
  },
  {
    $id: 'Posture',
    description: 'The last known verdict of every role, with counts',
    additionalProperties: false,
  },
);

export type PostureDay = Static<typeof PostureDay>;
export const PostureDay = Type.Object(
  {
    day: Type.String({ format: 'date', description: 'The day, in UTC' }),
    total: Type.Integer({ description: 'How many roles' }),
    verdicts: Verdicts,
  },
  {
    $id: 'PostureDay',
    description: 'The counts by verdict at the end of one day, or now if it is today',
    additionalProperties: false,
  },
);

export const PostureTrend = Type.Object(
  { days: Type.Array(PostureDay, { description: 'One for each day, the oldest first. Today is the last' }) },
  {
    $id: 'PostureTrend',
    description: 'The counts by verdict, day by day',
    additionalProperties: false,
  },
);

export type AccountPosture = Static<typeof AccountPosture>;
export const AccountPosture = Type.Object(
  {
    accountId: AccountId,
    name: Type.String({ description: 'The name of the account' }),
    verdict: nullable(Verdict, 'The worst verdict of these roles. Null: there is none'),
    roles: Type.Integer({ description: 'How many roles' }),
    checkedAt: nullable(Timestamp, 'When the account was last checked. Null: never'),
    error: nullable(
      Type.String(),
      'The code of the problem for which the last check got no verdict. Null: it got one, or there was no check',
    ),
  },
  {
    $id: 'AccountPosture',
    description: 'The last known verdict of one account',
    additionalProperties: false,
  },
);

export type AccountPostures = Static<typeof AccountPostures>;
export const AccountPostures = Type.Object(
  {
    total: Type.Integer({ description: 'How many accounts' }),
    unreachable: Type.Integer({ description: 'How many of them have an error' }),
    items: Type.Array(AccountPosture, { description: 'The accounts by ID, the first 20,000' }),
  },
  {
    $id: 'AccountPostures',
    description: 'The last known verdict of every account, without pages',
    additionalProperties: false,
  },
);

export const PostureTrendInput = Type.Object(
  {
    days: Type.Optional(
      Type.Integer({
        minimum: 1,
        maximum: 90,
        default: 90,
        description: 'how many days: a number from 1 to 90',
      }),
    ),
  },
  { $id: 'PostureTrendInput', ...closed },
);

const filters = {
  verdict: Type.Optional(Verdict),
  finding: Type.Optional(FindingCode),
  q: Type.Optional(SearchText),
  accountId: Type.Optional(AccountId),
  labels: Type.Optional(Labels),
  changedSince: Type.Optional(DateOrTime),
};

export const PostureAccountsInput = Type.Object(filters, { $id: 'PostureAccountsInput', ...closed });

export type PostureInput = Static<typeof PostureInput>;
export const PostureInput = Type.Object(
  {
    ...filters,
    limit: Type.Optional(Limit),
    cursor: Type.Optional(Cursor),
  },
  { $id: 'PostureInput', ...closed },
);
