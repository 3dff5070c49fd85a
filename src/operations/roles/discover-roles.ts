import { defaultKind } from '../../domain/kinds/kinds.ts';
import type { RoleState } from '../../domain/role/role-state.ts';
import { roleKeyOf } from '../../domain/role/same.ts';
import { looksLikeExecutionRole } from '../../domain/trust/discovery.ts';
import type { Account } from '../../schema/account.ts';
import type { Caller } from '../../schema/caller.ts';
import type { Deps } from '../call/deps.ts';
import { canSee } from '../call/permission.ts';

/**
 * The roles of the account that are, or look like, execution roles and that the caller may see, by name. One
 * IAM call lists a thousand of the account's roles. The answer includes every role in `known`, whatever it is
 * now. `gone` lists the known roles that the account no longer has.
 */
export async function discoverRoles(
  deps: Deps,
  account: Account,
  caller: Caller,
  known: string[] = [],
): Promise<{ roles: RoleState[]; gone: string[] }> {
  const { accountId, partition } = account;
  const isVisible = (roleName: string) => canSee(deps, caller, 'executionRole', accountId, account, roleName);
  // IAM role names ignore letter case.
  const gone = new Map(known.map((name) => [roleKeyOf(name), name]));
  const listed = await deps.roles.listAll(account, caller, (role) => {
    // Also for a role that the caller may not see: it is not gone.
    const isKnown = gone.delete(roleKeyOf(role.roleName));
    return (
      (isKnown || looksLikeExecutionRole(role, { kind: defaultKind, partition })) && isVisible(role.roleName)
    );
  });
  const roles = [...new Map(listed.map((role) => [roleKeyOf(role.roleName), role])).values()];
  return {
    roles: roles.sort((one, other) => (one.roleName < other.roleName ? -1 : 1)),
    gone: [...gone.values()].filter(isVisible),
  };
}
