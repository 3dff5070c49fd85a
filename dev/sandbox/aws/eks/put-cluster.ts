import { randomUUID } from 'node:crypto';
import { type Account, roleArn, roleKey } from '../model.ts';
import { oidcProvider } from '../oidc-providers.ts';
import { accountOf, type State, storeCluster } from '../state.ts';
import { latestVersion, newIssuer } from './clusters.ts';
import {
  type AccessEntry,
  type Cluster,
  clusterKey,
  type FargateProfile,
  hasAccessEntries,
  type Nodegroup,
  ownEntryTypes,
  withOwnEntry,
} from './model.ts';
import type { ClusterSeed } from './seed.ts';

const usualRole = 'AmazonEKSFargatePodExecutionRole';

const arnOf = (
  account: Account,
  { roleName = usualRole, roleArn: arn }: { roleName?: string; roleArn?: string },
) => {
  const role = account.roles.get(roleKey(roleName));
  if (arn !== undefined) return arn;
  return role
    ? roleArn(account, role)
    : `arn:${account.partition}:iam::${account.accountId}:role/${roleName}`;
};

/** Creates or changes a cluster. Throws for an unknown account. */
export const putCluster = (state: State, seed: ClusterSeed): Cluster => {
  const account = accountOf(state, seed.accountId);
  const { region, name } = seed;
  const known = account.clusters.get(clusterKey(seed));
  const now = state.now();
  const status = seed.status ?? known?.status ?? 'ACTIVE';
  const usual = known?.issuer ?? (status === 'CREATING' ? null : newIssuer(account, region));

  const profiles = seed.profiles?.map(
    ({ roleName, roleArn, issues = [], ...given }): FargateProfile => ({
      status: 'ACTIVE',
      namespaces: ['default'],
      createdAt: now,
      ...given,
      uuid: randomUUID(),
      roleArn: arnOf(account, { roleName, roleArn }),
      issues: issues.map((issue) => ({ message: '', resourceIds: [], ...issue })),
    }),
  );
  const nodegroups = seed.nodegroups?.map(
    ({ roleName = 'AmazonEKSNodeRole', roleArn, ...given }): Nodegroup => ({
      createdAt: now,
      ...given,
      uuid: randomUUID(),
      roleArn: arnOf(account, { roleName, roleArn }),
    }),
  );
  const accessEntries = seed.accessEntries?.map(
    ({ roleName, roleArn, createdAt = now, modifiedAt = createdAt, type = 'STANDARD' }): AccessEntry => ({
      principalArn: arnOf(account, { roleName, roleArn }),
      uuid: randomUUID(),
      type,
      createdAt,
      modifiedAt,
    }),
  );
  const cluster: Cluster = {
    region,
    name,
    status,
    version: seed.version ?? known?.version ?? latestVersion,
    roleArn: known?.roleArn ?? `arn:${account.partition}:iam::${account.accountId}:role/AmazonEKSClusterRole`,
    authenticationMode: seed.authenticationMode ?? known?.authenticationMode ?? 'API',
    issuer: seed.issuer === undefined ? usual : seed.issuer,
    createdAt: seed.createdAt ?? known?.createdAt ?? now,
    profiles: profiles ?? known?.profiles ?? [],
    nodegroups: nodegroups ?? known?.nodegroups ?? [],
    accessEntries: accessEntries ?? known?.accessEntries ?? [],
  };
  const whole = accessEntries ? cluster : withOwnEntries(cluster);
  storeCluster(state, account, whole);
  registerIssuer(account, whole, seed.oidcProvider ?? (known ? undefined : true), now);
  return whole;
};

const withOwnEntries = (cluster: Cluster): Cluster => {
  if (!hasAccessEntries(cluster)) return { ...cluster, accessEntries: [] };
  const users: [type: string, users: readonly { roleArn: string; createdAt: number }[]][] = [
    [ownEntryTypes.nodegroup, cluster.nodegroups],
    [ownEntryTypes.profile, cluster.profiles],
  ];
  let { accessEntries } = cluster;
  for (const [type, list] of users)
    for (const { roleArn: principalArn, createdAt } of list) {
      const entry = { principalArn, uuid: randomUUID(), type, createdAt, modifiedAt: createdAt };
      accessEntries = withOwnEntry({ ...cluster, accessEntries }, entry);
    }
  return { ...cluster, accessEntries };
};

/** Registers the issuer in IAM, or takes it away. Undefined leaves it as it is. */
const registerIssuer = (account: Account, { issuer }: Cluster, wanted: boolean | undefined, at: number) => {
  if (issuer === null || wanted === undefined) return;
  const provider = oidcProvider(account, issuer, at);
  if (!wanted) account.oidcProviders.delete(provider.arn);
  else if (!account.oidcProviders.has(provider.arn)) account.oidcProviders.set(provider.arn, provider);
};
