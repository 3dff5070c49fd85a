import type { Remedy } from '../../domain/remedies/remedy.ts';
import type { Observed } from '../../domain/role/role-state.ts';
import { Fault } from '../../fault.ts';
import type { Caller } from '../../schema/caller.ts';
import { RoleReport } from '../../schema/report.ts';
import { CheckRoleInput, ClusterLine, ExecutionRole, GetClusterInput, GetRoleInput } from '../../schema/role.ts';
import { type RegisteredAccount, requireActive } from '../accounts/accounts.ts';
import type { Deps } from '../call/deps.ts';
import { defineOperation } from '../call/operation.ts';
import { faceOf, sayRemedy } from '../call/words.ts';
import { clustersOf, contextOf, knownQuota, report } from './report.ts';
import { resourceOf } from './role-resource.ts';

/** The role as two IAM calls show it. The quota is what is known: a check never asks for it. */
async function observe(
  deps: Deps,
  account: RegisteredAccount,
  roleName: string,
  caller: Caller,
  read: 'read' | 'readWhole' = 'read',
): Promise<Observed> {
  const role = await deps.roles[read](account, roleName, caller);
  return { ...contextOf(deps, account), roleName, role, quota: knownQuota(deps, account), earlierClusters: [] };
}

export const checkExecutionRole = defineOperation({
  name: 'checkExecutionRole',
  tag: 'Execution roles',
  summary: 'Checks whether the role is a pod execution role that covers these clusters. The findings say what is wrong, and how to fix it.',
  permission: ['read'],
  concerns: 'ACCOUNT',
  kind: 'QUERY',
  input: CheckRoleInput,
  output: RoleReport,
  run: async (deps, { accountId, roleName, clusters }, caller, { account: record }) => {
    const account = requireActive(deps, accountId, record);
    const asked = clustersOf(deps, account, clusters, 'OF_PARTITION');
    return report(await observe(deps, account, roleName, caller), asked, deps.now(), caller);
  },
});

function notFound(accountId: string, roleName: string, caller: Caller): Fault {
  const create: Remedy = { request: { request: 'CREATE', clusters: 'CHOSEN' }, text: 'create it' };
  const remedy = sayRemedy(create, faceOf(caller), { accountId, roleName, clusters: [] });
  return new Fault('ROLE_NOT_FOUND', `Account ${accountId} has no role ${roleName}. ${remedy}`);
}

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
    const observed = await observe(deps, account, roleName, caller, 'readWhole');
    const resource = resourceOf(observed, deps.now(), caller);
    if (!resource) throw notFound(accountId, roleName, caller);
    return resource;
  },
});

export const executionRoleCluster = defineOperation({
  name: 'executionRoleCluster',
  tag: 'Execution roles',
  summary: 'Gets one line of the trust policy. It exists while the cluster is covered.',
  permission: ['read'],
  concerns: 'ACCOUNT',
  kind: 'QUERY',
  input: GetClusterInput,
  output: ClusterLine,
  run: async (deps, { accountId, roleName, region, name }, caller, { account: record }) => {
    const account = requireActive(deps, accountId, record);
    const asked = clustersOf(deps, account, [{ region, name }], 'ANY');
    const [observed, claims] = await Promise.all([observe(deps, account, roleName, caller), deps.claims.ofRole(accountId, roleName)]);
    const { clusters, etag, findings, roleName: actual, roleId } = report(observed, asked, deps.now(), caller);
    if (!etag) throw notFound(accountId, roleName, caller);
    const [coverage] = clusters;
    if (!coverage?.covered)
      throw new Fault(
        'CLUSTER_NOT_LISTED',
        findings.find((f) => f.code === 'CLUSTER_NOT_LISTED' || f.code === 'DENIED')?.message ??
          `Role ${roleName} does not cover the cluster.`,
      );
    return {
      id: [accountId, actual, region, name].join('.'),
      accountId,
      roleName: actual,
      region,
      name,
      coveredBy: coverage.coveredBy,
      claims: claims
        .filter(({ cluster, roleId: claimed }) => claimed === roleId && cluster.region === region && cluster.name === name)
        .map(({ claimant, actor, since }) => ({ claimant, actor, since: since.toISOString() })),
      etag,
    };
  },
});
