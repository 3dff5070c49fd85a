import { findMergeBase, type MergeBase } from '../../../domain/plan/steps/merge-base.ts';
import { findLateCreation } from '../../../domain/role/late-creation.ts';
import type { RoleState } from '../../../domain/role/role-state.ts';
import type { Seen } from '../../../domain/role/seen.ts';
import { Fault } from '../../../fault.ts';
import type { ClaimRecord } from '../../../ports/claims.ts';
import type { Quotas } from '../../../ports/roles.ts';
import type { Caller } from '../../../schema/caller.ts';
import type { Cluster } from '../../../schema/primitives.ts';
import type { RegisteredAccount } from '../../accounts/account.ts';
import type { Deps } from '../../call/deps.ts';
import { requireAudit } from '../../call/require-audit.ts';
import { requirePath } from '../../guards/guard-rails.ts';
import { etagOf } from '../../roles/report/etag.ts';
import type { WriteRequest } from '../write-request.ts';
import { retryReadUntilFound } from './iam-consistency.ts';
import { validateRequest } from './validate-request.ts';

/** The role and what a plan needs besides. */
export interface Observation {
  account: RegisteredAccount;
  /** As IAM has it. The letter case may differ from the caller's. */
  roleName: string;
  base: MergeBase;
  clusters: Cluster[];
  /** Of this very role, by its ID. */
  claims: ClaimRecord[];
  seen: Seen;
  quotas: Quotas;
  /** This service has just created the role, and IAM may not know it everywhere. */
  isYoung: boolean;
}

/**
 * Validates the request and reads the role. Faults: those of both, and ROLE_CHANGED where `If-Match` is not
 * met.
 */
export async function observe(
  deps: Deps,
  account: RegisteredAccount,
  request: WriteRequest,
  caller: Caller,
): Promise<Observation> {
  const { accountId } = account;
  const clusters = await validateRequest(deps, account, request);
  const now = deps.now().getTime();
  const look = () => deps.roles.read(account, request.roleName, caller);
  const [first, quotas, history, everyClaim, seen] = await Promise.all([
    look(),
    deps.roles.quotas(account, caller),
    deps.ledger.effectiveSince(accountId, request.roleName, new Date(now - 2 * deps.staleMs)),
    requireAudit(deps.claims.ofRole(accountId, request.roleName)),
    deps.seenClusters.of(accountId),
  ]);
  const creation = findLateCreation(history, now, deps.staleMs);
  const read = first ?? (creation && (await retryReadUntilFound(deps.readBackDelays, look)));
  const isYoung = creation !== null && (creation.roleId === null || read?.roleId === creation.roleId);
  const base = findMergeBase(read, history, now, deps.staleMs);
  const { role } = base;
  if (role) requirePath(deps.guardRails, role.path);
  requireMatch(request.ifMatch, role);
  const roleName = role?.roleName ?? request.roleName;
  // A role that was deleted and created again has another ID. The claims of the old role have ended.
  const claims = everyClaim.filter(({ roleId }) => roleId === role?.roleId);
  return { account, roleName, base, clusters, claims, seen, quotas, isYoung };
}

function requireMatch(ifMatch: string | undefined, role: RoleState | null): void {
  if (ifMatch === undefined) return;
  const etag = role && etagOf(role);
  const isMet = ifMatch === '*' ? etag !== null : ifMatch.split(',').some((one) => one.trim() === etag);
  if (isMet) return;
  const current = etag === null ? 'There is no such role' : `The role's ETag is ${etag}`;
  throw new Fault(
    'ROLE_CHANGED',
    `${current}, and If-Match is ${ifMatch}. Read the role again, and decide anew.`,
  );
}
