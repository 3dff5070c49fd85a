import { judgeReadiness } from '../../domain/readiness/judge.ts';
import type { AccessEntry, FargateProfile, Hidden, ProfileRole } from '../../domain/readiness/world.ts';
import type { Shown } from '../../ports/clusters.ts';
import type { Caller } from '../../schema/caller.ts';
import type { Cluster } from '../../schema/primitives.ts';
import type { FargateReadiness } from '../../schema/readiness.ts';
import type { RegisteredAccount } from '../accounts/account.ts';
import type { Deps } from '../call/deps.ts';
import { report } from '../roles/report/report.ts';
import type { AccountReads, RoleRead } from './account-reads.ts';

/**
 * Asks EKS and IAM about one cluster, and judges whether pods can start on Fargate in it. A cluster without
 * Fargate profiles takes two calls. Each other takes one more for the names of its node groups, one for each
 * profile and node group, one for the access entry of each role, and two for each role and one for all OIDC
 * providers of the account. What AWS hides makes the answer UNKNOWN. Faults: ACCOUNT_UNREACHABLE, AWS_FAILED,
 * AWS_THROTTLED.
 */
export async function readReadiness(
  deps: Deps,
  account: RegisteredAccount,
  cluster: Cluster,
  reads: AccountReads,
  caller: Caller,
): Promise<FargateReadiness> {
  const { accountId } = account;
  const { clusters } = deps;
  const hidden: Hidden[] = [];
  const see: See = (shown) => {
    if ('value' in shown) return shown.value;
    // What is denied once is denied for every profile.
    if (!hidden.some(({ message }) => message === shown.hidden.message)) hidden.push(shown.hidden);
    return undefined;
  };

  const read = see(await clusters.read(account, cluster, caller));
  const names = read ? see(await clusters.profileNames(account, cluster, caller)) : [];
  // Null: the cluster was deleted between the two calls.
  const state = names === null ? null : read;
  const profiles = await readProfiles(deps, account, cluster, names ?? [], caller, see);
  const roleArns = [...new Set(profiles.map(({ roleArn }) => roleArn))];
  const hasEntries = state ? state.authenticationMode !== 'CONFIG_MAP' : false;
  const [nodeGroups, roles, entries, providers] = await Promise.all([
    profiles.length > 0 ? readNodeGroups(deps, account, cluster, caller, see) : new Map<string, string[]>(),
    Promise.all(roleArns.map((arn) => reads.role(arn))),
    Promise.all(hasEntries ? roleArns.map((arn) => clusters.accessEntry(account, cluster, arn, caller)) : []),
    profiles.length > 0 ? reads.oidcProviders() : null,
  ]);
  const now = deps.now();
  const judged = judgeReadiness({
    accountId,
    cluster,
    state,
    profiles,
    roles: byRole(roleArns, roles.map(see), (role) => checkRole(role, cluster, now, caller)),
    nodeGroups,
    accessEntries: byRole<AccessEntry | null>(roleArns, entries.map(see), (entry) => entry),
    oidcProviders: (providers && see(providers)) ?? null,
    hidden,
  });
  const { region, name: clusterName } = cluster;
  return { accountId, region, clusterName, checkedAt: now.toISOString(), ...judged };
}

/** The value, or undefined where it is hidden. */
type See = <T>(shown: Shown<T>) => T | undefined;

function byRole<T, U = T>(
  roleArns: string[],
  values: (T | undefined)[],
  convert: (value: T) => U,
): Map<string, U> {
  const known = roleArns.flatMap((arn, i) => {
    const value = values[i];
    return value === undefined ? [] : [[arn, convert(value)] as const];
  });
  return new Map(known);
}

/** The profiles by name, without those that were deleted meanwhile. */
async function readProfiles(
  { clusters }: Deps,
  account: RegisteredAccount,
  cluster: Cluster,
  names: string[],
  caller: Caller,
  see: See,
): Promise<FargateProfile[]> {
  const read = await Promise.all(names.map((name) => clusters.profile(account, cluster, name, caller)));
  return read.flatMap((profile) => see(profile) ?? []).sort((a, b) => (a.name < b.name ? -1 : 1));
}

/** The managed node groups by the ARN of their role. */
async function readNodeGroups(
  { clusters }: Deps,
  account: RegisteredAccount,
  cluster: Cluster,
  caller: Caller,
  see: See,
): Promise<Map<string, string[]>> {
  const names = see(await clusters.nodeGroupNames(account, cluster, caller)) ?? [];
  const roles = await Promise.all(names.map((name) => clusters.nodeRole(account, cluster, name, caller)));
  const groups = new Map<string, string[]>();
  for (const [i, name] of names.entries()) {
    const shown = roles[i];
    const arn = shown && see(shown);
    if (arn) groups.set(arn, [...(groups.get(arn) ?? []), name]);
  }
  return groups;
}

function checkRole(
  { observed, isPropagating }: RoleRead,
  cluster: Cluster,
  now: Date,
  caller: Caller,
): ProfileRole {
  const { accountId, roleName, verdict, findings } = report(observed, [cluster], now, caller);
  const error = findings.find(({ severity }) => severity === 'ERROR') ?? null;
  const asked = `${cluster.region}/${cluster.name}`;
  return {
    verdict,
    error,
    checkPath: `/v1/accounts/${accountId}/execution-roles/${roleName}/check?cluster=${asked}`,
    createdAt: observed.role?.createdAt ?? null,
    isPropagating,
  };
}
