import { fargate } from '../../domain/kinds/fargate.ts';
import type { RoleState } from '../../domain/role/role-state.ts';
import { roleKeyOf } from '../../domain/role/same.ts';
import { looksLikeExecutionRole } from '../../domain/trust/discovery.ts';
import type { Account } from '../../schema/account.ts';
import type { Caller } from '../../schema/caller.ts';
import { page } from '../../schema/page.ts';
import { ExecutionRole, ListRolesInput } from '../../schema/role.ts';
import { requireActive } from '../accounts/accounts.ts';
import type { Deps } from '../call/deps.ts';
import { defineOperation } from '../call/operation.ts';
import { decodeCursor, encodeCursor, makePage } from '../call/paging.ts';
import { canSee } from '../call/permission.ts';
import { contextOf, knownQuota } from './report.ts';
import { resourceOf } from './role-resource.ts';

const isRoleName = (key: string) => /^[\w+=,.@-]{1,64}$/.test(key);

/**
 * The roles of the account that are, or look like, execution roles, those that the caller may see, by name, in one IAM call for
 * each thousand of all its roles.
 */
const discovered = async (deps: Deps, account: Account, caller: Caller): Promise<RoleState[]> =>
  (await inventory(deps, account, caller, [])).found;

/** As `discovered`, with those of the `known` that are there, whatever they are now; `gone` are those that the account has no more. */
export async function inventory(
  deps: Deps,
  account: Account,
  caller: Caller,
  known: string[],
): Promise<{ found: RoleState[]; gone: string[] }> {
  const isSeen = (roleName: string) => canSee(deps, caller, 'executionRole', account.accountId, account, roleName);
  // IAM's role names ignore case.
  const gone = new Map(known.map((name) => [roleKeyOf(name), name]));
  const wanted = await deps.roles.listAll(account, caller, (role) => {
    // Also of a role that the caller may not see: it is there.
    const isKnown = gone.delete(roleKeyOf(role.roleName));
    return (isKnown || looksLikeExecutionRole(role, { kind: fargate, partition: account.partition })) && isSeen(role.roleName);
  });
  const found = [...new Map(wanted.map((role) => [roleKeyOf(role.roleName), role])).values()];
  return { found: found.sort((one, other) => (one.roleName < other.roleName ? -1 : 1)), gone: [...gone.values()].filter(isSeen) };
}

export const executionRoles = defineOperation({
  name: 'executionRoles',
  tag: 'Execution roles',
  summary: 'Lists the roles of the account that are, or look like, pod execution roles, by name. Each has its verdict.',
  permission: ['read'],
  concerns: 'ACCOUNT',
  kind: 'QUERY',
  input: ListRolesInput,
  output: page('ExecutionRolePage', ExecutionRole),
  run: async (deps, { accountId, limit, cursor }, caller, { account: record }) => {
    const after = cursor === undefined ? '' : decodeCursor(cursor, isRoleName);
    const account = requireActive(deps, accountId, record);
    const found = (await discovered(deps, account, caller)).filter(({ roleName }) => roleName > after);
    const { items, nextCursor } = makePage(found, limit ?? found.length, ({ roleName }) => encodeCursor(roleName));
    const quota = knownQuota(deps, account);
    const context = contextOf(deps, account);
    return {
      items: items.flatMap(
        (role) => resourceOf({ ...context, roleName: role.roleName, role, quota, earlierClusters: [] }, context.now, caller) ?? [],
      ),
      nextCursor,
    };
  },
});
