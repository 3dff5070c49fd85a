import type { World } from './aws/world.ts';

type Seed = Omit<Parameters<World['putCluster']>[0], 'accountId' | 'region'>;

/** A cluster of the fleet, and what readiness finds in it: null where all is well. */
interface FleetCluster extends Seed {
  accountId: string;
  region: string;
  finding: string | null;
}

/** Its clusters show what can be wrong beside the role. */
export const retailAccountId = '202020202020';
export const retailRegion = 'eu-central-1';
/** Its member role is of before readiness: it lacks the actions of EKS. */
export const fieldAccountId = '303030303030';
/** The cluster whose profile has a role of its own, which the nodes use too. */
export const nodesCluster = 'orders';
export const sharedRoleName = 'EksNodesAndPods';

/** The retail account's role has a line for this cluster, which EKS has never shown. */
export const unseenCluster = 'spring';
/** The first start deletes this cluster once the service has seen it. The line stays. */
export const retired = { accountId: retailAccountId, region: retailRegion, name: 'christmas' };

const everySystem = [{ name: 'default' }, { name: 'system', namespaces: ['kube-system'] }];
const month = 30 * 86_400_000;

const retail = (name: string, finding: string | null, more: Omit<Seed, 'name'> = {}): FleetCluster => ({
  accountId: retailAccountId,
  region: retailRegion,
  name,
  finding,
  profiles: everySystem,
  ...more,
});

/** The clusters, with the roles of `fleet`. Each finding occurs once; most clusters are healthy. */
export const fleetClusters = (roleCreatedAt: number): FleetCluster[] => [
  // payments-prod. The tour of README.md mends the role of my-cluster, which shows PROPAGATING for two minutes.
  {
    accountId: '111122223333',
    region: 'us-west-2',
    name: 'checkout',
    finding: null,
    profiles: [...everySystem, { name: 'jobs', namespaces: ['jobs'] }],
  },
  {
    accountId: '111122223333',
    region: 'us-west-2',
    name: 'my-cluster',
    finding: 'ROLE_NOT_READY',
    profiles: [{ name: 'default' }],
  },
  // Clusters whose pods run on nodes.
  {
    accountId: '555566667777',
    region: 'eu-west-1',
    name: 'core',
    finding: null,
    nodegroups: [{ name: 'system' }],
  },
  {
    accountId: '666677778888',
    region: 'us-east-1',
    name: 'video',
    finding: null,
    nodegroups: [{ name: 'encoders' }],
  },
  {
    accountId: '888899990000',
    region: 'us-west-2',
    name: 'old',
    finding: null,
    profiles: [{ name: 'default' }],
  },
  retail('cart', null),
  retail('delivery', null),
  retail('reviews', null, { nodegroups: [{ name: 'workers' }] }),
  retail('stock', null, { authenticationMode: 'API_AND_CONFIG_MAP' }),
  retail('storefront', null),
  retail(nodesCluster, 'ROLE_USED_BY_NODES', {
    profiles: [{ name: 'default', roleName: sharedRoleName }],
    nodegroups: [{ name: 'workers', roleName: sharedRoleName }],
  }),
  retail('returns', 'ACCESS_ENTRY_MISSING', { accessEntries: [] }),
  // The role was deleted and created again: the entry is older than the role.
  retail('loyalty', 'ACCESS_ENTRY_STALE', {
    createdAt: roleCreatedAt - month,
    accessEntries: [{ type: 'FARGATE_LINUX', createdAt: roleCreatedAt - month }],
  }),
  retail('warehouse', 'PROFILE_UNHEALTHY', {
    profiles: [
      {
        name: 'default',
        issues: [
          { code: 'ClusterUnreachable', message: 'Amazon EKS cannot reach the API server of the cluster.' },
        ],
      },
    ],
  }),
  retail('catalogue', 'RBAC_UNVERIFIED', { authenticationMode: 'CONFIG_MAP' }),
  retail('pricing', 'IRSA_MISSING', { oidcProvider: false }),
  retail(retired.name, null),
  // The account's readiness is UNKNOWN, and names the action that the member role lacks.
  {
    accountId: fieldAccountId,
    region: 'us-east-1',
    name: 'sensors',
    finding: null,
    profiles: [{ name: 'default' }],
  },
];
