import type { PostureRecord } from '../ports.ts';
import { PostureInput } from '../schema/inputs.ts';
import { Posture, type RolePosture } from '../schema/posture.ts';
import type { Verdicts } from '../schema/sweep.ts';
import { operation } from './operation.ts';
import { decodeCursor, defaultLimit, encodeCursor, pageOf } from './page.ts';

const presented =
  (now: Date) =>
  (record: PostureRecord): RolePosture => ({
    ...record,
    checkedAt: record.checkedAt.toISOString(),
    changedAt: record.changedAt.toISOString(),
    // The clock that found it may be a little ahead of ours.
    ageSeconds: Math.max(0, Math.floor((now.getTime() - record.checkedAt.getTime()) / 1000)),
  });

/** The place of a role in the list, which is ordered by account and then by role. */
const cursorOf = ({ accountId, roleName }: RolePosture) => encodeCursor(`${accountId} ${roleName.toLowerCase()}`);
const isRole = (key: string) => /^\d{12} [a-z0-9_+=,.@-]{1,64}$/.test(key);

export const posture = operation({
  name: 'posture',
  summary: 'The last known verdict of every role, with counts: what the sweeps that check have found',
  kind: 'QUERY',
  input: PostureInput,
  output: Posture,
  run: async (deps, { verdict, limit = defaultLimit, cursor, ...filter }) => {
    const [accountId = '', roleKey = ''] = cursor === undefined ? [] : decodeCursor(cursor, isRole).split(' ');
    const after = cursor === undefined ? null : { accountId, roleKey };
    const [found, counts] = await Promise.all([
      deps.posture.list({ ...filter, verdict, after, limit: limit + 1 }),
      deps.posture.counts(filter),
    ]);
    const verdicts: Verdicts = {};
    for (const { verdict, roles } of counts) verdicts[verdict] = (verdicts[verdict] ?? 0) + roles;
    return {
      total: counts.reduce((total, { roles }) => total + roles, 0),
      verdicts,
      changedAt: timeOf(counts.map(({ changedAt }) => changedAt).reduce(later, null)),
      oldestCheckAt: timeOf(counts.map(({ checkedAt }) => checkedAt).reduce(earlier, null)),
      ...pageOf(found.map(presented(deps.now())), limit, cursorOf),
    };
  },
});

const later = (one: Date | null, other: Date) => (one === null || other > one ? other : one);
const earlier = (one: Date | null, other: Date) => (one === null || other < one ? other : one);
const timeOf = (time: Date | null) => time?.toISOString() ?? null;
