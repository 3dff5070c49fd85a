import type { ClaimRequest } from '../../ports/claims.ts';
import type { ChangeDraft } from '../../ports/ledger.ts';
import type { Caller } from '../../schema/caller.ts';
import type { ChangeKind } from '../../schema/change.ts';
import type { Cluster } from '../../schema/primitives.ts';
import type { Deps } from './deps.ts';

/** The part of a request to change a role that the log keeps, also when the request is refused. */
export interface RequestedChange {
  /** The kind under which the request is logged while it has no plan. */
  kind: ChangeKind;
  accountId: string;
  roleName: string;
  clusters: Cluster[];
  reason?: string | undefined;
  idempotencyKey?: string | undefined;
  /** The ID of the change to undo. */
  reverts?: string | undefined;
  /** The effect of the request on claims of its clusters. Left out: none. */
  claim?: ClaimRequest | undefined;
}

/** The log entry of a request that has no plan. */
export function createDraft(
  { roles }: Pick<Deps, 'roles'>,
  request: RequestedChange,
  caller: Caller,
): ChangeDraft {
  const {
    kind,
    accountId,
    roleName,
    clusters,
    reason = null,
    idempotencyKey = null,
    reverts = null,
  } = request;
  return {
    kind,
    accountId,
    roleName,
    roleId: null,
    clusters,
    caller,
    reason,
    overrides: [],
    idempotencyKey,
    sessionName: roles.sessionName(caller),
    reverts,
    planId: null,
    planned: [],
    effects: null,
    before: null,
    after: null,
    diff: '',
    editedOutside: false,
    claimant: request.claim?.claimant ?? null,
    lineKept: null,
  };
}
