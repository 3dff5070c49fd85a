import { looksLikeExecutionRole } from '../domain/discovery.ts';
import type { RoleState } from '../domain/role-state.ts';
import { ListRolesInput } from '../schema/inputs.ts';
import { page } from '../schema/page.ts';
import { ExecutionRole } from '../schema/role.ts';
import { recalled } from './accounts.ts';
import { maySee } from './judge.ts';
import { knownQuota } from './observe.ts';
import { operation } from './operation.ts';
import { decodeCursor, encodeCursor, pageOf } from './page.ts';
import { resourceOf } from './role-resource.ts';

const isRoleName = (key: string) => /^[\w+=,.@-]{1,64}$/.test(key);

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
    const isSeen = (roleName: string) => maySee(deps, caller, 'executionRole', accountId, account, roleName);
    const found: RoleState[] = [];
    for await (const role of deps.roles.listAll(account, caller))
      if (role.roleName > after && looksLikeExecutionRole(role, partition) && isSeen(role.roleName)) found.push(role);
    found.sort((one, other) => (one.roleName < other.roleName ? -1 : 1));
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
