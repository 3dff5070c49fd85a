import { type Case, fails, invalid, mistyped, ofAccount, works } from './case.ts';
import { seedRole } from './givens.ts';

const cluster = { region: 'us-west-2', name: 'a' };
const issuer = 'https://oidc.eks.us-west-2.amazonaws.com/id/ABC';

export const clustersCases: Record<string, Case[]> = {
  fargateReadiness: [
    works('a cluster that is ready', ofAccount(cluster), (x, service) => {
      seedRole(x);
      service.world.putCluster({
        accountId: x.accountId,
        ...cluster,
        issuer,
        profiles: [{ name: 'default' }],
      });
    }),
    works('a cluster with a fault in each part', ofAccount(cluster), ({ accountId }, { world }) =>
      world.putCluster({
        accountId,
        ...cluster,
        profiles: [{ name: 'default', issues: [{ code: 'AccessDenied', resourceIds: ['subnet-1'] }] }],
        nodegroups: [{ name: 'workers', roleName: 'AmazonEKSFargatePodExecutionRole' }],
        authenticationMode: 'API_AND_CONFIG_MAP',
        accessEntries: [],
        issuer,
        oidcProvider: false,
      }),
    ),
    works('no cluster', ofAccount(cluster)),
    works('a Region that is not enabled', ofAccount({ ...cluster, region: 'ap-east-1' })),
    invalid('every cluster', ['/name', '/region'], ofAccount({ region: '*', name: '*' })),
    invalid('a Region of another partition', '/region', ofAccount({ ...cluster, region: 'cn-north-1' })),
    invalid('an account ID that is none', '/accountId', { accountId: '12', ...cluster }),
    fails('an unknown account', 'ACCOUNT_UNKNOWN', { accountId: '999999999998', ...cluster }),
    fails('an account that may not be assumed', 'ACCOUNT_UNREACHABLE', ofAccount(cluster), (x, { world }) =>
      world.deleteRole(x.accountId, 'RolewrightMember'),
    ),
    mistyped('no cluster name', ofAccount({ region: 'us-west-2' })),
  ],
};
