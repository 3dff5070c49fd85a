import { page } from '../../schema/page.ts';
import { ExecutionRole, ListRolesInput } from '../../schema/role.ts';
import { requireActive } from '../accounts/account.ts';
import { defineOperation } from '../call/operation.ts';
import { decodeCursor, encodeCursor, makePage } from '../call/paging.ts';
import { discoverRoles } from './discover-roles.ts';
import { createCheckContext, knownQuota } from './report/check-context.ts';
import { resourceOf } from './role-resource.ts';

export const executionRoles = defineOperation({
  name: 'executionRoles',
  tag: 'Execution roles',
  summary:
    'Lists the roles of the account that are, or look like, pod execution roles, by name. Each has its verdict.',
  permission: ['read'],
  concerns: 'ACCOUNT',
  kind: 'QUERY',
  input: ListRolesInput,
  output: page('ExecutionRolePage', ExecutionRole),
  run: async (deps, { accountId, limit, cursor }, caller, { account: record }) => {
    const after = cursor === undefined ? '' : decodeCursor(cursor, (key) => /^[\w+=,.@-]{1,64}$/.test(key));
    const account = requireActive(deps, accountId, record);
    const [{ roles }, seen] = await Promise.all([
      discoverRoles(deps, account, caller),
      deps.seenClusters.of(accountId),
    ]);
    const rest = roles.filter(({ roleName }) => roleName > after);
    const { items, nextCursor } = makePage(rest, limit ?? rest.length, ({ roleName }) =>
      encodeCursor(roleName),
    );
    const quota = knownQuota(deps, account);
    const context = createCheckContext(deps, account);
    return {
      items: items.flatMap(
        (role) =>
          resourceOf(
            { ...context, roleName: role.roleName, role, quota, earlierClusters: [], seen },
            context.now,
            caller,
          ) ?? [],
      ),
      nextCursor,
    };
  },
});
