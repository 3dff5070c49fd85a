import type { ClaimRecord } from '../../ports/claims.ts';
import type { Settlement } from '../../ports/ledger.ts';
import { EndClaimInput, EndedClaim } from '../../schema/claim.ts';
import { createDraft, type RequestedChange } from '../call/log-draft.ts';
import { defineOperation } from '../call/operation.ts';
import { requireAudit } from '../call/require-audit.ts';
import { recordOutcome } from '../changes/write/record-outcome.ts';
import { claimNotFound } from './claim.ts';

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
    if (!claim) throw claimNotFound(id);
    if (dryRun) return { change: null };
    return await deps.locks.whileHolding(claim.accountId, claim.roleName, async () => {
      // The claimant may have ended the claim while this request waited for the lock.
      if (!(await requireAudit(deps.claims.get(id)))) throw claimNotFound(id);
      const { roleId } = claim;
      const intent = await deps.ledger.open({
        ...createDraft(deps, { ...releaseOf(claim), idempotencyKey }, caller),
        roleId,
      });
      return { change: await recordOutcome(deps, intent, { ...released, roleId }, deps.recordPatienceMs) };
    });
  },
});

/** The end of a claim, as the log has it. */
const releaseOf = ({ accountId, roleName, cluster, claimant }: ClaimRecord): RequestedChange => ({
  kind: 'RELEASE',
  accountId,
  roleName,
  clusters: [cluster],
  claim: { claimant, effect: 'END' },
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
