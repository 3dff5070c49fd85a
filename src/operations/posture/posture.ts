import { setImmediate as yieldToOthers } from 'node:timers/promises';
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
    const [{ items, next }, counts] = await Promise.all([
      readVisiblePage<PostureRecord, Place>(
        { limit, from: placeIn(cursor), hasPrivatePlaces: true },
        (after, size) => deps.posture.list({ ...filter, verdict, after, limit: size }),
        ({ accountId, roleName }) => ({ accountId, roleKey: roleKeyOf(roleName) }),
        (records) => filterVisible(deps, caller, records),
      ),
      countVisible(deps, caller, filter),
    ]);
    const verdicts: Verdicts = {};
    for (const { verdict, roles } of counts) verdicts[verdict] = (verdicts[verdict] ?? 0) + roles;
    const now = deps.now();
    return {
      total: counts.reduce((total, { roles }) => total + roles, 0),
      verdicts,
      changedAt:
        counts
          .map(({ changedAt }) => changedAt)
          .reduce(later, null)
          ?.toISOString() ?? null,
      oldestCheckAt:
        counts
          .map(({ checkedAt }) => checkedAt)
          .reduce(earlier, null)
          ?.toISOString() ?? null,
      items: items.map((record) => present(record, now)),
      nextCursor: next && encodeCursor(`${next.accountId} ${next.roleKey}`),
    };
  },
});

/** The place of a role in the list, which is ordered by account and then by role. */
interface Place {
  accountId: string;
  roleKey: string;
}

function placeIn(cursor: string | undefined): Place | null {
  if (cursor === undefined) return null;
  const [accountId = '', roleKey = ''] = decodeCursor(cursor, (key) =>
    /^\d{12} [a-z0-9_+=,.@-]{1,64}$/.test(key),
  ).split(' ');
  return { accountId, roleKey };
}

const present = (record: PostureRecord, now: Date): RolePosture => ({
  ...record,
  checkedAt: record.checkedAt.toISOString(),
  changedAt: record.changedAt.toISOString(),
  // The clock that dated the check may be a little ahead of ours.
  ageSeconds: Math.max(0, Math.floor((now.getTime() - record.checkedAt.getTime()) / 1000)),
});

async function filterVisible(deps: Deps, caller: Caller, records: PostureRecord[]): Promise<PostureRecord[]> {
  const accounts = await readAccounts(deps, records);
  return records.flatMap((record) => {
    const { accountId, roleName } = record;
    const account = accounts.get(accountId) ?? null;
    if (!canSee(deps, caller, 'executionRole', accountId, account, roleName)) return [];
    const accountName = canSee(deps, caller, 'account', accountId, account) ? record.accountName : null;
    return [{ ...record, accountName }];
  });
}

/** Number of permission decisions before other requests get their turn. */
const batch = 200;

/** Counts only the roles that the list shows to the caller: a count must not reveal what is hidden. */
async function countVisible(deps: Deps, caller: Caller, filter: PostureFilter): Promise<PostureCount[]> {
  const { tellsApart } = deps.permissions;
  const isScoped = (caller.scope?.accountIds ?? null) !== null;
  const counts = await deps.posture.counts(filter, {
    ...tellsApart,
    accounts: tellsApart.accounts || isScoped,
  });
  const visible: PostureCount[] = [];
  for (let i = 0; i < counts.length; i += batch) {
    if (i > 0) await yieldToOthers();
    const some = counts.slice(i, i + batch);
    visible.push(
      ...some.filter(({ accountId, account, roleName }) =>
        canSee(deps, caller, 'executionRole', accountId, account, roleName),
      ),
    );
  }
  return visible;
}

const later = (one: Date | null, other: Date) => (one === null || other > one ? other : one);
const earlier = (one: Date | null, other: Date) => (one === null || other < one ? other : one);
