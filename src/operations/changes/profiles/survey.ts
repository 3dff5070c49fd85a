import pLimit from 'p-limit';
import type { CoverageScope } from '../../../domain/plan/effects/coverage-changes.ts';
import type { FargateProfile } from '../../../domain/readiness/world.ts';
import { clusterKey } from '../../../domain/role/cluster.ts';
import { parseRoleArn } from '../../../domain/role/role-arn.ts';
import { isSameRole } from '../../../domain/role/same.ts';
import { Fault } from '../../../fault.ts';
import type { Shown } from '../../../ports/clusters.ts';
import type { Account } from '../../../schema/account.ts';
import type { Caller } from '../../../schema/caller.ts';
import type { Cluster } from '../../../schema/primitives.ts';
import { within } from '../../../within.ts';
import type { Deps } from '../../call/deps.ts';
import { listChanges, type ProfileQuestion, scopeOf, tooComplex } from './question.ts';

/** What EKS answered before the lock was taken. */
export interface Survey {
  /** The names of all clusters, by Region. */
  listed: ReadonlyMap<string, readonly string[]>;
  /** The Fargate profiles that use the role, by REGION/NAME of their cluster. */
  profiles: ReadonlyMap<string, readonly FargateProfile[]>;
  /** Why EKS did not answer, or was not asked. Null: what was asked is known. */
  unknown: string | null;
}

export const nothingAsked: Survey = { listed: new Map(), profiles: new Map(), unknown: null };

/** Maximum number of clusters that a plan asks EKS about. */
const most = 25;

/** The end of a survey that cannot be finished. `message` is the reason, as callers see it. */
class Unanswered extends Error {}

/**
 * Asks EKS for the profiles that use the role, of the clusters that gain it or lose it: one call for each
 * Region with a wildcard, then one for each cluster and one for each profile. Asks nothing where no cluster
 * loses the role. Never fails because of EKS: what is not known is a reason in the answer.
 */
export async function surveyProfiles(
  deps: Deps,
  account: Account,
  question: ProfileQuestion,
  caller: Caller,
): Promise<Survey> {
  const scope = scopeOf(deps, question);
  if (!scope.canLose) return nothingAsked;
  const ending = new AbortController();
  const { profilesPatienceMs: patienceMs } = deps;
  const unknown = (reason: string): Survey => ({ ...nothingAsked, unknown: reason });
  try {
    const asking = askEks(deps, account, { ...question, scope }, caller, ending.signal);
    return await within(patienceMs, asking, () => unknown(tooSlow(patienceMs)));
  } catch (error) {
    if (!(error instanceof Unanswered || error instanceof Fault)) throw error;
    return unknown(error.message);
  } finally {
    ending.abort();
  }
}

/** Faults: Unanswered, and those of the port. Sends no further call once the signal is aborted. */
async function askEks(
  deps: Deps,
  account: Account,
  question: ProfileQuestion & { scope: CoverageScope },
  caller: Caller,
  signal: AbortSignal,
): Promise<Survey> {
  const { scope } = question;
  if (scope.isBoundless) throw new Unanswered(boundless);
  const lists = scope.regions.map(
    async (region) => [region, see(await deps.clusters.list(account, region, caller))] as const,
  );
  const listed = new Map(await Promise.all(lists));
  signal.throwIfAborted();
  const changes = listChanges(question, scope, listed);
  if (changes === null) throw new Unanswered(tooComplex);
  if (changes.length > most) throw new Unanswered(tooMany(changes.length));
  const clusters = changes.map(({ cluster }) => cluster);
  const profiles = await readProfiles(deps, account, clusters, caller, signal);
  const { role } = question.observed;
  const uses = ({ roleArn }: FargateProfile) => role !== null && isRole(roleArn, account, role.roleName);
  return {
    listed,
    profiles: new Map([...profiles].map(([key, all]) => [key, all.filter(uses)])),
    unknown: null,
  };
}

/** Number of profiles that are read at once. */
const atOnce = 16;

/** The profiles by REGION/NAME of their cluster. A cluster that does not exist has none. */
async function readProfiles(
  { clusters: eks }: Deps,
  account: Account,
  clusters: Cluster[],
  caller: Caller,
  signal: AbortSignal,
): Promise<Map<string, FargateProfile[]>> {
  const named = await Promise.all(
    clusters.map(async (cluster) => {
      const names = see(await eks.profileNames(account, cluster, caller)) ?? [];
      return names.map((name) => ({ cluster, name }));
    }),
  );
  const profiles = new Map(clusters.map((cluster): [string, FargateProfile[]] => [clusterKey(cluster), []]));
  const inTurn = pLimit(atOnce);
  await inTurn.map(named.flat(), async ({ cluster, name }) => {
    signal.throwIfAborted();
    const profile = see(await eks.profile(account, cluster, name, caller));
    // Null: it was deleted after it was listed.
    if (profile) profiles.get(clusterKey(cluster))?.push(profile);
  });
  return profiles;
}

/** Names of roles are unique in an account, whatever their path and letter case. */
function isRole(arn: string, { accountId }: Account, roleName: string): boolean {
  const role = parseRoleArn(arn);
  return role.accountId === accountId && isSameRole(role.roleName, roleName);
}

function see<T>(shown: Shown<T>): T {
  if ('hidden' in shown) throw new Unanswered(shown.hidden.message);
  return shown.value;
}

const tooSlow = (ms: number) => `EKS did not answer within ${ms / 1000} s.`;
const tooMany = (count: number) =>
  `The plan changes the coverage of ${count} clusters, and Rolewright asks EKS about at most ${most}.`;
const boundless =
  'A wildcard stands for the Region, no line of the role names a Region, and EKS_REGIONS is not set, so it is not known where to ask EKS.';
