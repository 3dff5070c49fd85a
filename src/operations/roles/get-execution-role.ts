import { ExecutionRole, GetRoleInput } from '../../schema/role.ts';
import { requireActive } from '../accounts/account.ts';
import { defineOperation } from '../call/operation.ts';
import { readRole, roleNotFound } from './report/read-role.ts';
import { resourceOf } from './role-resource.ts';

export const executionRole = defineOperation({
  name: 'executionRole',
  tag: 'Execution roles',
  summary: 'Gets an execution role.',
  permission: ['read'],
  concerns: 'ACCOUNT',
  kind: 'QUERY',
  input: GetRoleInput,
  output: ExecutionRole,
  run: async (deps, { accountId, roleName }, caller, { account: record }) => {
    const account = requireActive(deps, accountId, record);
    const observed = await readRole(deps, account, roleName, caller, 'readWhole');
    const resource = resourceOf(observed, deps.now(), caller);
    if (!resource) throw roleNotFound(accountId, roleName, caller);
    return resource;
  },
});
