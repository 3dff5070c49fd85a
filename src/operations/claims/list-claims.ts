import type { Caller } from '../../schema/caller.ts';
import { Claim, ListClaimsInput } from '../../schema/claim.ts';
import { page } from '../../schema/page.ts';
import type { Deps } from '../call/deps.ts';
import { defineOperation } from '../call/operation.ts';
import { decodeTimedCursor, defaultLimit, encodeTimedCursor, type TimedPlace } from '../call/paging.ts';
import { canSee } from '../call/permission.ts';
import { readAccounts, readVisiblePage } from '../call/visible-page.ts';
import { placeOf, presentClaim } from './claim.ts';

export const claims = defineOperation({
  name: 'claims',
  tag: 'Claims',
  summary: 'Lists the claims on roles that the caller may see, newest first.',
  permission: ['read'],
  concerns: 'ACCOUNTS',
  kind: 'QUERY',
  input: ListClaimsInput,
  output: page('ClaimPage', Claim),
  run: async (deps, { limit = defaultLimit, cursor, ...filter }, caller) => {
    const { items, next } = await readVisiblePage<Claim, TimedPlace>(
      { limit, from: decodeTimedCursor(cursor) },
      async (after, limit) => (await deps.claims.list({ ...filter, after, limit })).map(presentClaim),
      placeOf,
      (claims) => filterVisible(deps, caller, claims),
    );
    return { items, nextCursor: next && encodeTimedCursor(next) };
  },
});

async function filterVisible(deps: Deps, caller: Caller, claims: Claim[]): Promise<Claim[]> {
  const accounts = await readAccounts(deps, claims);
  return claims.filter(({ accountId, roleName }) =>
    canSee(deps, caller, 'executionRole', accountId, accounts.get(accountId) ?? null, roleName),
  );
}
