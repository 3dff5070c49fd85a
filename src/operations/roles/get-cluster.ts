import { isSameCluster } from '../../domain/role/cluster.ts';
import { Fault } from '../../fault.ts';
import { ClusterLine, GetClusterInput } from '../../schema/role.ts';
import { requireActive } from '../accounts/account.ts';
import { defineOperation } from '../call/operation.ts';
import { parseClusters } from './report/clusters.ts';
import { readRole, roleNotFound } from './report/read-role.ts';
import { report } from './report/report.ts';

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
    const requested = parseClusters(deps, account, [{ region, name }], 'ANY');
    const [observed, claims] = await Promise.all([
      readRole(deps, account, roleName, caller),
      deps.claims.ofRole(accountId, roleName),
    ]);
    const {
      clusters,
      etag,
      findings,
      roleName: actual,
      roleId,
    } = report(observed, requested, deps.now(), caller);
    if (!etag) throw roleNotFound(accountId, roleName, caller);
    const [coverage] = clusters;
    if (!coverage?.covered) {
      const finding = findings.find(({ code }) => code === 'CLUSTER_NOT_LISTED' || code === 'DENIED');
      throw new Fault(
        'CLUSTER_NOT_LISTED',
        finding?.message ?? `Role ${roleName} does not cover the cluster.`,
      );
    }
    return {
      id: [accountId, actual, region, name].join('.'),
      accountId,
      roleName: actual,
      region,
      name,
      coveredBy: coverage.coveredBy,
      claims: claims
        .filter((claim) => claim.roleId === roleId && isSameCluster(claim.cluster, { region, name }))
        .map(({ claimant, actor, since }) => ({ claimant, actor, since: since.toISOString() })),
      etag,
    };
  },
});
