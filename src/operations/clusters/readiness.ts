import { judgeReadiness } from '../../domain/readiness/judge.ts';
import type { AccessEntry, FargateProfile, Hidden, ProfileRole } from '../../domain/readiness/world.ts';
import { clusterKey } from '../../domain/role/cluster.ts';
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
 *
 * `plannedName` names a role that a profile is still to be made with, and that is judged too.
 */
export async function readReadiness(
  deps: Deps,
  account: RegisteredAccount,
  cluster: Cluster,
  reads: AccountReads,
  caller: Caller,
  plannedName: string | null = null,
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

  const [shown, plannedRole] = await Promise.all([
    clusters.read(account, cluster, caller),
    plannedName === null ? null : reads.role(arnOf(account, plannedName)),
  ]);
  const read = see(shown);
  const planned = plannedName === null ? null : arnOf(account, plannedName, plannedRole && see(plannedRole));
  const names = read ? see(await clusters.profileNames(account, cluster, caller)) : [];
  // Null: the cluster was deleted between the two calls.
  const state = names === null ? null : read;
  const profiles = await readProfiles(deps, account, cluster, names ?? [], caller, see);
  const roleArns = [
    ...new Set([...profiles.map(({ roleArn }) => roleArn), ...(planned === null ? [] : [planned])]),
  ];
  const hasEntries = state ? state.authenticationMode !== 'CONFIG_MAP' : false;
  const [nodeGroups, roles, entries, providers] = await Promise.all([
    state && roleArns.length > 0
      ? readNodeGroups(deps, account, cluster, caller, see)
      : new Map<string, string[]>(),
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
    roles: byRole(roleArns, roles.map(see), (role, arn) => checkRole(role, arn, cluster, now, caller)),
    planned,
    nodeGroups,
    accessEntries: byRole<AccessEntry | null>(roleArns, entries.map(see), (entry) => entry),
    oidcProviders: (providers && see(providers)) ?? null,
    hidden,
  });
  const { region, name: clusterName } = cluster;
  return { accountId, region, clusterName, checkedAt: now.toISOString(), ...judged };
}

/** The ARN of a role by its name. Where there is no such role, the path is taken to be `/`. */
const arnOf = (
  { partition, accountId }: RegisteredAccount,
  roleName: string,
  read?: RoleRead | null,
): string => read?.observed.role?.roleArn ?? `arn:${partition}:iam::${accountId}:role/${roleName}`;

/** The value, or undefined where it is hidden. */
type See = <T>(shown: Shown<T>) => T | undefined;

function byRole<T, U = T>(
  roleArns: string[],
  values: (T | undefined)[],
  convert: (value: T, roleArn: string) => U,
): Map<string, U> {
  const known = roleArns.flatMap((arn, i) => {
    const value = values[i];
    return value === undefined ? [] : [[arn, convert(value, arn)] as const];
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
  roleArn: string,
  cluster: Cluster,
  now: Date,
  caller: Caller,
): ProfileRole {
  const { accountId, roleName, verdict, findings } = report(observed, [cluster], now, caller);
  const error = findings.find(({ severity }) => severity === 'ERROR') ?? null;
  const checkPath = `/v1/accounts/${accountId}/execution-roles/${roleName}/check?cluster=${clusterKey(cluster)}`;
  const { role } = observed;
  if (role && role.roleArn !== roleArn)
    return { verdict: 'MISSING', error: madeAnewAs(role.roleArn), checkPath, createdAt: null, isPropagating };
  return { verdict, error, checkPath, createdAt: role?.createdAt ?? null, isPropagating };
}

/**
 * A role cannot change its path or name, so the one that EKS would assume has been deleted. Source: the IAM user
 * guide, "Troubleshoot IAM roles": an ARN has to be exact, letter case included.
 */
const madeAnewAs = (roleArn: string): ProfileRole['error'] => ({
  message: `IAM has the role ${roleArn} instead. EKS can assume a role only by its exact ARN, path and letter case included.`,
  remedy:
    'Make each Fargate profile of the role again with the ARN that IAM has. A profile cannot change its role.',
});
