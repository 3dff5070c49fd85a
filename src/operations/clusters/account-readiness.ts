import pLimit from 'p-limit';
import Type from 'typebox';
import { judgeReadiness } from '../../domain/readiness/judge.ts';
import type { Hidden } from '../../domain/readiness/world.ts';
import { isAmong, isSameCluster } from '../../domain/role/cluster.ts';
import { Fault, type FaultCode } from '../../fault.ts';
import { AccountReadinessInput, type FargateReadiness } from '../../schema/readiness.ts';
import { requireActive } from '../accounts/account.ts';
import { defineOperation } from '../call/operation.ts';
import { createAccountReads } from './account-reads.ts';
import { chooseRegions } from './account-regions.ts';
import { fargateReadiness } from './fargate-readiness.ts';
import { readReadiness } from './readiness.ts';

/** The answer for one cluster. Without a cluster's name it is about the Region: AWS shows no cluster there. */
export interface ClusterAnswer {
  region: string;
  clusterName: string | null;
  readiness: FargateReadiness | null;
  /** Why there is no answer. Null: there is one. */
  error: unknown;
}

/** Clusters of an account that are asked at once. The account's pace limits their calls. */
const clustersAtOnce = 8;

/** Faults that every further cluster of the account would have too. */
const ofAccount = new Set<FaultCode>(['ACCOUNT_UNREACHABLE', 'UNAVAILABLE', 'AUDIT_UNAVAILABLE']);

/**
 * A sweep's question for all clusters of one account. A cluster or Region that fails has its own error. The
 * roles and the OIDC providers of the account are read once.
 */
export const accountReadiness = defineOperation({
  // The same right as to ask for one cluster.
  name: fargateReadiness.name,
  tag: 'Clusters',
  summary: 'The readiness of each cluster of the account',
  permission: ['read'],
  concerns: 'ACCOUNT',
  kind: 'QUERY',
  input: AccountReadinessInput,
  output: Type.Unsafe<ClusterAnswer[]>(Type.Array(Type.Object({}))),
  run: async (deps, { accountId, regions, clusters, answered = [] }, caller, { account: record }) => {
    const account = requireActive(deps, accountId, record);
    const asked = { ...(regions && { regions }), ...(clusters && { clusters }) };
    const place = await chooseRegions(deps, account, asked, caller);
    const reads = createAccountReads(deps, account, caller, place.roles);
    const inTurn = pLimit(clustersAtOnce);

    const askCluster = (region: string, name: string) =>
      inTurn(() => answer(region, name, () => readReadiness(deps, account, { region, name }, reads, caller)));
    const askRegion = async (region: string): Promise<ClusterAnswer[]> => {
      let names: string[] = [];
      const ofRegion = await answer(region, null, async () => {
        const listed = await deps.clusters.list(account, region, caller);
        if ('hidden' in listed) return hideRegion(accountId, region, listed.hidden, deps.now());
        names = listed.value.filter((name) => !clusters || isAmong(clusters, { region, name }));
        return null;
      });
      if (names.length === 0) return [ofRegion];
      const open = names.filter((name) => !answered.some((one) => isSameCluster(one, { region, name })));
      return Promise.all(open.map((name) => askCluster(region, name)));
    };
    try {
      return (await Promise.all(place.regions.map(askRegion))).flat();
    } finally {
      // After a fault of the account no further cluster is asked.
      inTurn.clearQueue();
    }
  },
});

async function answer(
  region: string,
  clusterName: string | null,
  ask: () => Promise<FargateReadiness | null>,
): Promise<ClusterAnswer> {
  try {
    return { region, clusterName, readiness: await ask(), error: null };
  } catch (error) {
    if (error instanceof Fault && ofAccount.has(error.code)) throw error;
    return { region, clusterName, readiness: null, error };
  }
}

/** The readiness of a Region whose clusters AWS does not show. */
function hideRegion(accountId: string, region: string, hidden: Hidden, now: Date): FargateReadiness {
  const judged = judgeReadiness({
    accountId,
    cluster: { region, name: '*' },
    state: undefined,
    profiles: [],
    roles: new Map(),
    nodeGroups: new Map(),
    accessEntries: new Map(),
    oidcProviders: null,
    hidden: [hidden],
    planned: null,
  });
  return { accountId, region, clusterName: null, checkedAt: now.toISOString(), ...judged };
}
