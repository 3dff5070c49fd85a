import { randomUUID } from 'node:crypto';
import Type from 'typebox';
import { roleArn } from '../model.ts';
import { storeCluster } from '../state.ts';
import { EksError } from './error.ts';
import { type AccessEntry, type Cluster, eksArn, hasAccessEntries } from './model.ts';
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

/** The cluster. Throws InvalidRequestException for one that has no access entries. */
const clusterWithEntries = (call: Call, name: string): Cluster => {
  const cluster = clusterOf(call, name);
  if (hasAccessEntries(cluster)) return cluster;
  throw new EksError(
    'InvalidRequestException',
    "The cluster's authentication mode must be set to one of [API, API_AND_CONFIG_MAP] to perform this operation.",
    { clusterName: name },
  );
};

const entryArn = ({ account, region }: Call, clusterName: string, principalArn: string, uuid: string) => {
  const [, , , , accountId = '', name = ''] = principalArn.split(':');
  const [kind = '', ...path] = name.split('/');
  return eksArn(account, region, 'access-entry', clusterName, kind, accountId, path.at(-1) ?? '', uuid);
};

const entryResource = (call: Call, { clusterName, principalArn }: Input) => {
  const entries = findCluster(call, clusterName)?.accessEntries ?? [];
  const uuid = entries.find((entry) => entry.principalArn === principalArn)?.uuid ?? '*';
  return entryArn(call, String(clusterName), String(principalArn), uuid);
};

const entryOf = (cluster: Cluster, principalArn: string): AccessEntry => {
  const entry = cluster.accessEntries.find((one) => one.principalArn === principalArn);
  if (entry) return entry;
  throw new EksError(
    'ResourceNotFoundException',
    "The specified principalArn could not be found. You can view your available access entries with 'list-access-entries'.",
    { clusterName: cluster.name },
  );
};

const usernames: Record<string, string> = {
  EC2_LINUX: 'system:node:{{EC2PrivateDNSName}}',
  EC2_WINDOWS: 'system:node:{{EC2PrivateDNSName}}',
  FARGATE_LINUX: 'system:node:{{SessionName}}',
};

const shown = (call: Call, cluster: Cluster, entry: AccessEntry) => ({
  clusterName: cluster.name,
  principalArn: entry.principalArn,
  kubernetesGroups: entry.type === 'STANDARD' ? [] : ['system:nodes'],
  accessEntryArn: entryArn(call, cluster.name, entry.principalArn, entry.uuid),
  createdAt: seconds(entry.createdAt),
  modifiedAt: seconds(entry.modifiedAt),
  tags: {},
  username: usernames[entry.type] ?? entry.principalArn,
  type: entry.type,
});

const Names = Type.Object({ clusterName: Type.String(), principalArn: Type.String() });
const path = '/clusters/{clusterName}/access-entries';

export const accessEntryOperations = [
  reads(
    { action: 'ListAccessEntries', method: 'GET', path },
    Type.Object({ clusterName: Type.String(), ...Page }),
    clusterResource,
    (call, input) => {
      const { accessEntries } = clusterWithEntries(call, input.clusterName);
      const { page, nextToken } = pageOf(
        accessEntries.map(({ principalArn }) => principalArn),
        input,
      );
      return { accessEntries: page, nextToken };
    },
  ),

  reads(
    { action: 'DescribeAccessEntry', method: 'GET', path: `${path}/{principalArn}` },
    Names,
    entryResource,
    (call, { clusterName, principalArn }) => {
      const cluster = clusterWithEntries(call, clusterName);
      return { accessEntry: shown(call, cluster, entryOf(cluster, principalArn)) };
    },
  ),

  writes(
    { action: 'CreateAccessEntry', method: 'POST', path },
    Type.Object({ ...Names.properties, type: Type.Optional(Type.String()) }),
    clusterResource,
    (call, { clusterName, principalArn, type = 'STANDARD' }) => {
      const { state, account } = call;
      const cluster = clusterWithEntries(call, clusterName);
      const isRole = [...account.roles.values()].some((role) => roleArn(account, role) === principalArn);
      if (!isRole && !/:user\//.test(principalArn))
        throw new EksError(
          'InvalidParameterException',
          'The specified principalArn is invalid: invalid principal.',
          { clusterName },
        );
      if (cluster.accessEntries.some((entry) => entry.principalArn === principalArn))
        throw new EksError(
          'ResourceInUseException',
          'The specified access entry resource is already in use on this cluster.',
          { clusterName },
        );
      const at = state.now();
      const entry = { principalArn, uuid: randomUUID(), type, createdAt: at, modifiedAt: at };
      storeCluster(state, account, { ...cluster, accessEntries: [...cluster.accessEntries, entry] });
      return { accessEntry: shown(call, cluster, entry) };
    },
  ),

  writes(
    { action: 'DeleteAccessEntry', method: 'DELETE', path: `${path}/{principalArn}` },
    Names,
    entryResource,
    (call, { clusterName, principalArn }) => {
      const cluster = clusterWithEntries(call, clusterName);
      const gone = entryOf(cluster, principalArn);
      const accessEntries = cluster.accessEntries.filter((entry) => entry !== gone);
      storeCluster(call.state, call.account, { ...cluster, accessEntries });
      return {};
    },
  ),
];
