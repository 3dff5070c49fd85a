import { randomUUID } from 'node:crypto';
import Type from 'typebox';
import { authorize } from '../permissions.ts';
import { storeCluster } from '../state.ts';
import { EksError } from './error.ts';
import { type Cluster, eksArn, type FargateProfile, ownEntryTypes, withOwnEntry } from './model.ts';
import {
  type Call,
  clusterOf,
  clusterResource,
  findCluster,
  type Input,
  reads,
  seconds,
  writes,
} from './operation.ts';
import { Page, pageOf } from './page.ts';
import { requirePodExecutionRole } from './pod-execution-role.ts';
import { ResourceName, RoleArn, Subnets } from './shapes.ts';

const arnOf = ({ account, region }: Call, clusterName: string, name: string, uuid: string) =>
  eksArn(account, region, 'fargateprofile', clusterName, name, uuid);

const profileResource = (call: Call, { clusterName, fargateProfileName }: Input) => {
  const profiles = findCluster(call, clusterName)?.profiles ?? [];
  const uuid = profiles.find(({ name }) => name === fargateProfileName)?.uuid ?? '*';
  return arnOf(call, String(clusterName), String(fargateProfileName), uuid);
};

const profileOf = (cluster: Cluster, fargateProfileName: string): FargateProfile => {
  const profile = cluster.profiles.find(({ name }) => name === fargateProfileName);
  if (profile) return profile;
  throw new EksError(
    'ResourceNotFoundException',
    `No Fargate Profile found with name: ${fargateProfileName}.`,
    { clusterName: cluster.name, fargateProfileName },
  );
};

const shown = (call: Call, cluster: Cluster, profile: FargateProfile) => ({
  fargateProfileName: profile.name,
  fargateProfileArn: arnOf(call, cluster.name, profile.name, profile.uuid),
  clusterName: cluster.name,
  createdAt: seconds(profile.createdAt),
  podExecutionRoleArn: profile.roleArn,
  subnets: [],
  selectors: profile.namespaces.map((namespace) => ({ namespace, labels: null })),
  status: profile.status,
  tags: {},
  health: { issues: profile.issues },
});

const Names = Type.Object({ clusterName: Type.String(), fargateProfileName: Type.String() });
const path = '/clusters/{clusterName}/fargate-profiles';

export const fargateProfileOperations = [
  reads(
    { action: 'ListFargateProfiles', method: 'GET', path },
    Type.Object({ clusterName: Type.String(), ...Page }),
    clusterResource,
    (call, input) => {
      const { profiles } = clusterOf(call, input.clusterName);
      const { page, nextToken } = pageOf(
        profiles.map(({ name }) => name),
        input,
      );
      return { fargateProfileNames: page, nextToken };
    },
  ),

  reads(
    { action: 'DescribeFargateProfile', method: 'GET', path: `${path}/{fargateProfileName}` },
    Names,
    profileResource,
    (call, { clusterName, fargateProfileName }) => {
      const cluster = clusterOf(call, clusterName);
      return { fargateProfile: shown(call, cluster, profileOf(cluster, fargateProfileName)) };
    },
  ),

  // The answer says CREATING. In the sandbox the profile is ACTIVE at the next look.
  writes(
    { action: 'CreateFargateProfile', method: 'POST', path },
    Type.Object({
      clusterName: Type.String(),
      fargateProfileName: ResourceName,
      podExecutionRoleArn: RoleArn,
      subnets: Subnets,
      selectors: Type.Optional(Type.Array(Type.Object({ namespace: Type.String() }))),
    }),
    clusterResource,
    (call, { clusterName, fargateProfileName, podExecutionRoleArn: roleArn, selectors = [] }) => {
      const { state, account } = call;
      authorize(call, 'iam:PassRole', roleArn);
      const about = { clusterName, fargateProfileName };
      const cluster = clusterOf(call, clusterName);
      if (cluster.status !== 'ACTIVE')
        throw new EksError(
          'InvalidRequestException',
          `Cluster '${clusterName}' is not in ACTIVE status`,
          about,
        );
      if (cluster.profiles.some(({ name }) => name === fargateProfileName))
        throw new EksError(
          'ResourceInUseException',
          `A Fargate Profile already exists with this name in this cluster.`,
          about,
        );
      if (selectors.length === 0)
        throw new EksError(
          'InvalidParameterException',
          'Fargate Profile requires at least one selector.',
          about,
        );
      const uuid = randomUUID();
      const arn = arnOf(call, clusterName, fargateProfileName, uuid);
      requirePodExecutionRole(call, roleArn, { ...about, arn });
      const at = state.now();
      const profile: FargateProfile = {
        name: fargateProfileName,
        uuid,
        status: 'ACTIVE',
        roleArn,
        namespaces: selectors.map(({ namespace }) => namespace),
        issues: [],
        createdAt: at,
      };
      const type = ownEntryTypes.profile;
      const entry = { principalArn: roleArn, uuid: randomUUID(), type, createdAt: at, modifiedAt: at };
      storeCluster(state, account, {
        ...cluster,
        profiles: [...cluster.profiles, profile],
        accessEntries: withOwnEntry(cluster, entry),
      });
      return { fargateProfile: shown(call, cluster, { ...profile, status: 'CREATING' }) };
    },
  ),

  // The answer says DELETING. In the sandbox the profile is gone at the next look. The role's access entry
  // stays.
  writes(
    { action: 'DeleteFargateProfile', method: 'DELETE', path: `${path}/{fargateProfileName}` },
    Names,
    profileResource,
    (call, { clusterName, fargateProfileName }) => {
      const cluster = clusterOf(call, clusterName);
      const gone = profileOf(cluster, fargateProfileName);
      storeCluster(call.state, call.account, {
        ...cluster,
        profiles: cluster.profiles.filter((profile) => profile !== gone),
      });
      return { fargateProfile: shown(call, cluster, { ...gone, status: 'DELETING' }) };
    },
  ),
];
