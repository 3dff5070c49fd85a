import { Fault } from '../../fault.ts';
import type { ClaimRecord } from '../../ports/claims.ts';
import type { Settlement } from '../../ports/ledger.ts';
import type { Caller } from '../../schema/caller.ts';
import { Claim, EndClaimInput, EndedClaim, ListClaimsInput } from '../../schema/claim.ts';
import { page } from '../../schema/page.ts';
import type { Deps } from '../call/deps.ts';
import { defineOperation } from '../call/operation.ts';
import { decodeTimedCursor, defaultLimit, encodeTimedCursor } from '../call/paging.ts';
import { canSee } from '../call/permission.ts';
import { draftOf, type RequestedChange, requireAudit } from '../call/refusal.ts';
import { readAccounts, readVisiblePage } from '../call/visible-page.ts';
import { recorded } from '../changes/record.ts';
import { presentClaim } from './present-claim.ts';

/** The place of a claim in the list. */
const placeOf = ({ since, id }: Claim) => ({ createdAt: since, id });
export const claimCursor = (claim: Claim): string => encodeTimedCursor(placeOf(claim));

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
    const { items, next } = await readVisiblePage<Claim, { createdAt: string; id: string }>(
      { limit, from: decodeTimedCursor(cursor) },
      async (after, limit) => (await deps.claims.list({ ...filter, after, limit })).map(presentClaim),
      placeOf,
      (found) => visibleTo(deps, caller, found),
    );
    return { items, nextCursor: next && encodeTimedCursor(next) };
  },
});

async function visibleTo(deps: Deps, caller: Caller, found: Claim[]): Promise<Claim[]> {
  const records = await readAccounts(deps, found);
  return found.filter(({ accountId, roleName }) =>
    canSee(deps, caller, 'executionRole', accountId, records.get(accountId) ?? null, roleName),
  );
}

const notFound = (id: string) => new Fault('CLAIM_NOT_FOUND', `There is no claim ${id}. GET /v1/claims lists them.`);

/** The release of a claim by an administrator, for the log. */
const releaseOf = ({ accountId, roleName, cluster, claimant }: ClaimRecord): RequestedChange => ({
  kind: 'RELEASE',
  accountId,
  roleName,
  clusters: [cluster],
  claim: { claimant, effect: 'END' },
});

export const endClaim = defineOperation({
  name: 'endClaim',
  tag: 'Claims',
  summary: 'Ends a claim in place of its claimant. The line stays.',
  permission: ['administer'],
  concerns: 'CLAIM',
  attempt: (_, { claim }) => claim && releaseOf(claim),
  kind: 'MUTATION',
  input: EndClaimInput,
  output: EndedClaim,
  replay: async (_, { change }) => ({ change }),
  run: async (deps, { id, dryRun, idempotencyKey }, caller) => {
    const claim = await requireAudit(deps.claims.get(id));
    if (!claim) throw notFound(id);
    if (dryRun) return { change: null };
    return await deps.locks.whileHolding(claim.accountId, claim.roleName, async () => {
      // Its claimant may have ended it while the lock was waited for.
      if (!(await requireAudit(deps.claims.get(id)))) throw notFound(id);
      const { roleId } = claim;
      const intent = await deps.ledger.open({ ...draftOf(deps, { ...releaseOf(claim), idempotencyKey }, caller), roleId });
      return { change: await recorded(deps, intent, { ...released, roleId }, deps.recordPatienceMs) };
    });
  },
});

const released: Omit<Settlement, 'roleId'> = {
  outcome: 'SUCCEEDED',
  steps: [],
  after: null,
  diff: '',
  error: null,
  recovered: false,
  editedOutside: false,
};
