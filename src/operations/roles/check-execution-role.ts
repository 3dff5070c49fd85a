import { RoleReport } from '../../schema/report.ts';
import { CheckRoleInput } from '../../schema/role.ts';
import { requireActive } from '../accounts/account.ts';
import { defineOperation } from '../call/operation.ts';
import { parseClusters } from './report/clusters.ts';
import { readRole } from './report/read-role.ts';
import { report } from './report/report.ts';

export const checkExecutionRole = defineOperation({
  name: 'checkExecutionRole',
  tag: 'Execution roles',
  summary:
    'Checks whether the role is a pod execution role that covers these clusters. The findings say what is wrong, and how to fix it.',
  permission: ['read'],
  concerns: 'ACCOUNT',
  kind: 'QUERY',
  input: CheckRoleInput,
  output: RoleReport,
  run: async (deps, input, caller, { account: record }) => {
    const { accountId, roleName } = input;
    const account = requireActive(deps, accountId, record);
    const clusters = parseClusters(deps, account, input.clusters, 'OF_PARTITION');
    const checked = report(await readRole(deps, account, roleName, caller), clusters, deps.now(), caller);
    deps.observer.note({ of: 'CHECK', verdict: checked.verdict });
    return checked;
  },
});
