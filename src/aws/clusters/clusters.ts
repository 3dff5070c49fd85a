import {
  DescribeAccessEntryCommand,
  DescribeClusterCommand,
  DescribeFargateProfileCommand,
  DescribeNodegroupCommand,
  type EKSClient,
  type FargateProfile as EksFargateProfile,
  paginateListClusters,
  paginateListFargateProfiles,
  paginateListNodegroups,
} from '@aws-sdk/client-eks';
import { ListOpenIDConnectProvidersCommand } from '@aws-sdk/client-iam';
import type { FargateProfile } from '../../domain/readiness/world.ts';
import { Fault } from '../../fault.ts';
import type { Clusters, Shown } from '../../ports/clusters.ts';
import type { Account } from '../../schema/account.ts';
import type { Caller } from '../../schema/caller.ts';
import type { Clients } from '../clients.ts';
import type { Call } from '../faults/call.ts';
import { hiddenBy } from '../faults/hidden.ts';
import type { Calls } from '../sessions/calls.ts';
import type { Session } from '../sessions/sessions.ts';

/** The largest page that EKS answers. */
const pageSize = 100;
const missing = 'ResourceNotFoundException';

/** EKS in every registered account. */
export function createClusters({ clients, calls }: { clients: Clients; calls: Calls }): Clusters {
  const inRegion =
    <T>(region: string, run: (eks: EKSClient) => Promise<T>) =>
    ({ credentials, retries }: Session) =>
      run(clients.eks(region, credentials, retries));

  /** Null where there is no such thing. */
  async function find<T>(
    action: string,
    account: Account,
    region: string,
    caller: Caller,
    run: (eks: EKSClient) => Promise<T>,
  ): Promise<Shown<T | null>> {
    const call: Call = { action, account, region, write: false };
    return show(call, () => calls.find(call, caller, inRegion(region, run), missing));
  }

  const incomplete = (action: string, { accountId }: Account) =>
    new Fault('AWS_FAILED', `AWS answered ${action} in account ${accountId} without what was asked for.`);

  return {
    list(account, region, caller) {
      const call: Call = { action: 'eks:ListClusters', account, region, write: false };
      const read = inRegion(region, (client) =>
        collect(paginateListClusters({ client, pageSize }, {}), ({ clusters }) => clusters),
      );
      return show(call, () => calls.ask(call, caller, read));
    },

    read: (account, { region, name }, caller) =>
      find('eks:DescribeCluster', account, region, caller, async (eks) => {
        const { cluster } = await eks.send(new DescribeClusterCommand({ name }));
        if (!cluster) throw incomplete('eks:DescribeCluster', account);
        return {
          // Clusters that are older than access entries have no accessConfig.
          authenticationMode: cluster.accessConfig?.authenticationMode ?? 'CONFIG_MAP',
          oidcIssuer: cluster.identity?.oidc?.issuer ?? null,
        };
      }),

    profileNames: (account, { region, name: clusterName }, caller) =>
      find('eks:ListFargateProfiles', account, region, caller, (client) =>
        collect(
          paginateListFargateProfiles({ client, pageSize }, { clusterName }),
          ({ fargateProfileNames }) => fargateProfileNames,
        ),
      ),

    profile: (account, { region, name: clusterName }, fargateProfileName, caller) =>
      find('eks:DescribeFargateProfile', account, region, caller, async (eks) => {
        const { fargateProfile } = await eks.send(
          new DescribeFargateProfileCommand({ clusterName, fargateProfileName }),
        );
        const profile = fargateProfile && toProfile(fargateProfile);
        if (!profile) throw incomplete('eks:DescribeFargateProfile', account);
        return profile;
      }),

    nodeGroupNames: (account, { region, name: clusterName }, caller) =>
      find('eks:ListNodegroups', account, region, caller, (client) =>
        collect(
          paginateListNodegroups({ client, pageSize }, { clusterName }),
          ({ nodegroups }) => nodegroups,
        ),
      ),

    nodeRole: (account, { region, name: clusterName }, nodegroupName, caller) =>
      find('eks:DescribeNodegroup', account, region, caller, async (eks) => {
        const { nodegroup } = await eks.send(new DescribeNodegroupCommand({ clusterName, nodegroupName }));
        if (!nodegroup?.nodeRole) throw incomplete('eks:DescribeNodegroup', account);
        return nodegroup.nodeRole;
      }),

    accessEntry: (account, { region, name: clusterName }, principalArn, caller) =>
      find('eks:DescribeAccessEntry', account, region, caller, async (eks) => {
        const { accessEntry } = await eks.send(new DescribeAccessEntryCommand({ clusterName, principalArn }));
        const { type, createdAt, modifiedAt } = accessEntry ?? {};
        if (!type || !createdAt) throw incomplete('eks:DescribeAccessEntry', account);
        return { type, createdAt, modifiedAt: modifiedAt ?? createdAt };
      }),

    async oidcProviders(account, caller) {
      const call: Call = { action: 'iam:ListOpenIDConnectProviders', account, write: false };
      return show(call, async () => {
        const answer = await calls.ask(call, caller, ({ iam }) =>
          iam.send(new ListOpenIDConnectProvidersCommand({})),
        );
        return (answer.OpenIDConnectProviderList ?? []).flatMap(({ Arn }) => Arn ?? []);
      });
    },
  };
}

/** A denial, and a Region that is not enabled, are answers and no faults. */
async function show<T>(call: Call, run: () => Promise<T>): Promise<Shown<T>> {
  try {
    return { value: await run() };
  } catch (error) {
    const hidden = hiddenBy(call, error);
    if (hidden) return { hidden };
    throw error;
  }
}

async function collect<P>(
  pages: AsyncIterable<P>,
  namesOf: (page: P) => string[] | undefined,
): Promise<string[]> {
  const names: string[] = [];
  for await (const page of pages) names.push(...(namesOf(page) ?? []));
  return names;
}

/** Null where AWS left out what every profile has. */
function toProfile({
  fargateProfileName: name,
  status,
  podExecutionRoleArn: roleArn,
  health,
}: EksFargateProfile): FargateProfile | null {
  if (!name || !status || !roleArn) return null;
  const issues = health?.issues ?? [];
  return {
    name,
    status,
    roleArn,
    health: issues.map(({ code, message, resourceIds }) => ({
      code: code ?? 'UNKNOWN',
      message: message ?? '',
      resourceIds: resourceIds ?? [],
    })),
  };
}
