import { looksLikeExecutionRole } from '../domain/discovery.ts';
import type { RoleState } from '../domain/role-state.ts';
import type { Caller } from '../ports.ts';
import type { Account } from '../schema/account.ts';
import { ListRolesInput } from '../schema/inputs.ts';
import { page } from '../schema/page.ts';
import { ExecutionRole } from '../schema/role.ts';
import { recalled } from './accounts.ts';
import { maySee } from './judge.ts';
import { knownQuota } from './observe.ts';
import { type Deps, operation } from './operation.ts';
import { decodeCursor, encodeCursor, pageOf } from './page.ts';
import { resourceOf } from './role-resource.ts';

const isRoleName = (key: string) => /^[\w+=,.@-]{1,64}$/.test(key);

/**
 * The roles of the account that are, or look like, execution roles, and those of `others` that are there, as far as the caller may
 * see them, by name, in one IAM call for each thousand of all its roles.
 */
export async function discovered(deps: Deps, account: Account, caller: Caller, others: string[] = []): Promise<RoleState[]> {
  const found: RoleState[] = [];
  // IAM's role names ignore case.
  const wanted = new Set(others.map((name) => name.toLowerCase()));
  const isSeen = (roleName: string) => maySee(deps, caller, 'executionRole', account.accountId, account, roleName);
  for await (const role of deps.roles.listAll(account, caller))
    if ((wanted.has(role.roleName.toLowerCase()) || looksLikeExecutionRole(role, account.partition)) && isSeen(role.roleName))
      found.push(role);
  return found.sort((one, other) => (one.roleName < other.roleName ? -1 : 1));
}

export const executionRoles = operation({
  name: 'executionRoles',
  summary: 'The roles of the account that are, or look like, pod execution roles, by name, each with its verdict',
  permission: ['read'],
  concerns: 'ACCOUNT',
  kind: 'QUERY',
  input: ListRolesInput,
  output: page('ExecutionRolePage', ExecutionRole),
  run: async (deps, { accountId, limit, cursor }, caller) => {
    const after = cursor === undefined ? '' : decodeCursor(cursor, isRoleName);
    const account = await recalled(deps, accountId);
    const { partition } = account;
    const found = (await discovered(deps, account, caller)).filter(({ roleName }) => roleName > after);
    const { items, nextCursor } = pageOf(found, limit ?? found.length, ({ roleName }) => encodeCursor(roleName));
    const quota = knownQuota(deps, account);
    return {
      items: items.flatMap(
        (role) => resourceOf({ accountId, partition, roleName: role.roleName, role, quota, known: [] }, deps.now()) ?? [],
      ),
      nextCursor,
    };
  },
});
