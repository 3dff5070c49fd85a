import Type from 'typebox';
import type { RoleState } from '../../domain/role/role-state.ts';
import type { Account } from '../../schema/account.ts';
import type { Caller } from '../../schema/caller.ts';
import { RoleReport } from '../../schema/report.ts';
import { CheckRolesInput } from '../../schema/role.ts';
import { requireActive } from '../accounts/account.ts';
import type { Deps } from '../call/deps.ts';
import { defineOperation } from '../call/operation.ts';
import { discoverRoles } from './discover-roles.ts';
import { createCheckContext, knownQuota } from './report/check-context.ts';
import { parseClusters } from './report/clusters.ts';
import { report } from './report/report.ts';

/**
 * A sweep's check of one account: `executionRoles` and a check of each role, for the IAM calls of
 * `executionRoles` alone.
 */
export const checkExecutionRoles = defineOperation({
  name: 'checkExecutionRoles',
  tag: 'Execution roles',
  scopedAs: 'checkExecutionRole',
  summary: 'A report on each execution role of the account, or on the one that is named, by name',
  permission: ['read'],
  concerns: 'ACCOUNT',
  kind: 'QUERY',
  input: CheckRolesInput,
  output: Type.Array(RoleReport),
  run: async (deps, { accountId, roleName, clusters, knownRoles = [] }, caller, { account: record }) => {
    const account = requireActive(deps, accountId, record);
    const requested = clusters ? parseClusters(deps, account, clusters, 'OF_PARTITION') : null;
    const [roles, seen] = await Promise.all([
      roleName === undefined
        ? readAllRoles(deps, account, caller, knownRoles)
        : deps.roles.read(account, roleName, caller).then((role) => [{ roleName, role }]),
      deps.seenClusters.of(accountId),
    ]);
    const quota = knownQuota(deps, account);
    const context = createCheckContext(deps, account);
    const checked = roles.map(({ roleName, role }) =>
      report(
        { ...context, roleName, role, quota, earlierClusters: [], seen },
        requested,
        context.now,
        caller,
      ),
    );
    for (const { verdict } of checked) deps.observer.note({ of: 'CHECK', verdict });
    return checked;
  },
});

/** The roles of the account by their names. `role` is null for a known role that is gone. */
async function readAllRoles(
  deps: Deps,
  account: Account,
  caller: Caller,
  known: string[],
): Promise<{ roleName: string; role: RoleState | null }[]> {
  const { roles, gone } = await discoverRoles(deps, account, caller, known);
  return [
    ...roles.map((role) => ({ roleName: role.roleName, role })),
    ...gone.map((roleName) => ({ roleName, role: null })),
  ];
}
