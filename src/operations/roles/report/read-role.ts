import type { Remedy } from '../../../domain/remedies/remedy.ts';
import type { Observed, RoleState } from '../../../domain/role/role-state.ts';
import type { Seen } from '../../../domain/role/seen.ts';
import { Fault } from '../../../fault.ts';
import type { Caller } from '../../../schema/caller.ts';
import type { RegisteredAccount } from '../../accounts/account.ts';
import type { Deps } from '../../call/deps.ts';
import { faceOf, formatRemedy } from '../../call/remedy-text.ts';
import { createCheckContext, knownQuota } from './check-context.ts';

/** Reads the role in two IAM calls, or with `readWhole` in three. The quota is the one that is known. */
export async function readRole(
  deps: Deps,
  account: RegisteredAccount,
  roleName: string,
  caller: Caller,
  read: 'read' | 'readWhole' = 'read',
): Promise<Observed> {
  const [role, seen] = await Promise.all([
    deps.roles[read](account, roleName, caller),
    deps.seenClusters.of(account.accountId),
  ]);
  return withContext(deps, account, roleName, role, seen);
}

/** A role that was read, with the context of its check. */
export const observe = async (
  deps: Deps,
  account: RegisteredAccount,
  roleName: string,
  role: RoleState | null,
): Promise<Observed> =>
  withContext(deps, account, roleName, role, await deps.seenClusters.of(account.accountId));

const withContext = (
  deps: Deps,
  account: RegisteredAccount,
  roleName: string,
  role: RoleState | null,
  seen: Seen,
): Observed => ({
  ...createCheckContext(deps, account),
  roleName,
  role,
  quota: knownQuota(deps, account),
  earlierClusters: [],
  seen,
});

export function roleNotFound(accountId: string, roleName: string, caller: Caller): Fault {
  const create: Remedy = { request: { request: 'CREATE', clusters: 'CHOSEN' }, text: 'create it' };
  const remedy = formatRemedy(create, faceOf(caller), { accountId, roleName, clusters: [] });
  return new Fault('ROLE_NOT_FOUND', `Account ${accountId} has no role ${roleName}. ${remedy}`);
}
