import Type from 'typebox';
import { readDocument } from '../domain/document.ts';
import type { RoleState } from '../domain/role-state.ts';
import { clustersIn, ofTrust } from '../domain/trust.ts';
import { CheckRolesInput } from '../schema/inputs.ts';
import { RoleReport } from '../schema/report.ts';
import { recalled } from './accounts.ts';
import { discovered } from './discover-roles.ts';
import { clustersOf, knownQuota, report } from './observe.ts';
import { operation } from './operation.ts';

/** What one account of a fleet is asked: `executionRoles` and a check of each in one, for the calls of the first alone. */
export const checkExecutionRoles = operation({
  name: 'checkExecutionRoles',
  summary: 'A report on each execution role of the account, or on the one that is named, by name',
  permission: ['read'],
  concerns: 'ACCOUNT',
  kind: 'QUERY',
  input: CheckRolesInput,
  output: Type.Array(RoleReport),
  run: async (deps, { accountId, roleName, clusters, knownRoles = [] }, caller) => {
    const account = await recalled(deps, accountId);
    const { partition } = account;
    const asked = clusters && clustersOf(account, clusters);
    const roles =
      roleName === undefined
        ? withThoseGone(await discovered(deps, account, caller, knownRoles), knownRoles)
        : [{ roleName, role: await deps.roles.read(account, roleName, caller) }];
    const quota = knownQuota(deps, account);
    return roles.map(({ roleName, role }) => {
      const own = () => (role ? ofTrust(readDocument(role.trustText).content, partition, accountId, clustersIn) : []);
      return report({ accountId, partition, roleName, role, quota, known: [] }, asked ?? own(), deps.now());
    });
  },
});

/** Those found, by their names, and with null those known that are not among them. */
function withThoseGone(found: RoleState[], known: string[]): { roleName: string; role: RoleState | null }[] {
  const there = new Set(found.map(({ roleName }) => roleName.toLowerCase()));
  const gone = known.filter((name) => !there.has(name.toLowerCase()));
  return [...found.map((role) => ({ roleName: role.roleName, role })), ...gone.map((roleName) => ({ roleName, role: null }))];
}
