import { setImmediate as othersTurn } from 'node:timers/promises';
import { roleKeyOf } from '../../domain/role/same.ts';
import type { PostureCount, PostureFilter, PostureRecord } from '../../ports/posture.ts';
import type { Caller } from '../../schema/caller.ts';
import { Posture, PostureInput, type RolePosture } from '../../schema/posture.ts';
import type { Verdicts } from '../../schema/sweep.ts';
import type { Deps } from '../call/deps.ts';
import { defineOperation } from '../call/operation.ts';
import { decodeCursor, defaultLimit, encodeCursor } from '../call/paging.ts';
import { canSee } from '../call/permission.ts';
import { readAccounts, readVisiblePage } from '../call/visible-page.ts';

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
interface Place {
  accountId: string;
  roleKey: string;
}
const isRole = (key: string) => /^\d{12} [a-z0-9_+=,.@-]{1,64}$/.test(key);

export const posture = defineOperation({
  name: 'posture',
  tag: 'Posture',
  summary: 'Gets the last known verdict of every role, with counts. Sweeps that check keep it up to date.',
  permission: ['read'],
  concerns: 'ACCOUNTS',
  kind: 'QUERY',
  input: PostureInput,
  output: Posture,
  run: async (deps, { verdict, limit = defaultLimit, cursor, ...filter }, caller) => {
    const [accountId = '', roleKey = ''] = cursor === undefined ? [] : decodeCursor(cursor, isRole).split(' ');
    const after = cursor === undefined ? null : { accountId, roleKey };
    const [{ items, next }, counts] = await Promise.all([
      readVisiblePage<PostureRecord, Place>(
        { limit, from: after, hasPrivatePlaces: true },
        (from, size) => deps.posture.list({ ...filter, verdict, after: from, limit: size }),
        ({ accountId, roleName }) => ({ accountId, roleKey: roleKeyOf(roleName) }),
        (records) => visibleRoles(deps, caller, records),
      ),
      visibleCounts(deps, caller, filter),
    ]);
    const verdicts: Verdicts = {};
    for (const { verdict, roles } of counts) verdicts[verdict] = (verdicts[verdict] ?? 0) + roles;
    return {
      total: counts.reduce((total, { roles }) => total + roles, 0),
      verdicts,
      changedAt: timeOf(counts.map(({ changedAt }) => changedAt).reduce(later, null)),
      oldestCheckAt: timeOf(counts.map(({ checkedAt }) => checkedAt).reduce(earlier, null)),
      items: items.map(presented(deps.now())),
      nextCursor: next && encodeCursor(`${next.accountId} ${next.roleKey}`),
    };
  },
});

async function visibleRoles(deps: Deps, caller: Caller, records: PostureRecord[]): Promise<PostureRecord[]> {
  const accounts = await readAccounts(deps, records);
  return records.filter(({ accountId, roleName }) =>
    canSee(deps, caller, 'executionRole', accountId, accounts.get(accountId) ?? null, roleName),
  );
}

/** How many decisions are made before other requests have their turn. */
const atOnce = 200;

/** The roles that the list shows to the caller, and no others: a count must not tell of what is hidden. */
async function visibleCounts(deps: Deps, caller: Caller, filter: PostureFilter): Promise<PostureCount[]> {
  const { tellsApart } = deps.permissions;
  const isScoped = (caller.scope?.accountIds ?? null) !== null;
  const counts = await deps.posture.counts(filter, { ...tellsApart, accounts: tellsApart.accounts || isScoped });
  const visible: PostureCount[] = [];
  for (let i = 0; i < counts.length; i += atOnce) {
    if (i > 0) await othersTurn();
    const some = counts.slice(i, i + atOnce);
    visible.push(...some.filter(({ accountId, account, roleName }) => canSee(deps, caller, 'executionRole', accountId, account, roleName)));
  }
  return visible;
}

const later = (one: Date | null, other: Date) => (one === null || other > one ? other : one);
const earlier = (one: Date | null, other: Date) => (one === null || other < one ? other : one);
const timeOf = (time: Date | null) => time?.toISOString() ?? null;
