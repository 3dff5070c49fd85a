import type { FargateReadiness, ReadinessFinding, ReadinessVerdict } from '../../schema/readiness.ts';
import { readinessFinding } from './finding.ts';
import { judgeAccessEntry, judgeRole, type RoleUse } from './judge-role.ts';
import type { ClusterWorld, FargateProfile, Hidden } from './world.ts';

export type Readiness = Omit<FargateReadiness, 'accountId' | 'region' | 'clusterName' | 'checkedAt'>;

/** Judges whether pods can start on Fargate in a cluster. */
export function judgeReadiness(world: ClusterWorld): Readiness {
  const { state, profiles, roles, planned, hidden } = world;
  const uses = [...Map.groupBy(profiles, ({ roleArn }) => roleArn)].map(
    ([roleArn, users]): RoleUse => ({
      roleArn,
      profiles: users,
      pointer: `/profiles/${profiles.findIndex((one) => one.roleArn === roleArn)}`,
    }),
  );
  const isUsed = uses.some(({ roleArn }) => roleArn === planned);
  const asked =
    planned === null || isUsed ? uses : [...uses, { roleArn: planned, profiles: [], pointer: null }];
  // EKS creates the access entry with the profile.
  const entries = uses.map((use) => ({ use, ...judgeAccessEntry(world, use) }));
  const unverified = entries.filter(({ isUnverified }) => isUnverified).map(({ use }) => use.roleArn);
  const findings = [
    ...(state === null ? [clusterNotFound(world)] : []),
    ...hidden.map(notShown),
    ...asked.flatMap((use) => judgeRole(world, use)),
    ...entries.flatMap(({ findings }) => findings),
    ...profiles.flatMap(judgeHealth),
    ...judgeIssuer(world),
    ...(unverified.length > 0 ? [rbacUnverified(world, unverified)] : []),
  ].sort((one, other) => order.indexOf(one.severity) - order.indexOf(other.severity));
  return {
    verdict: verdictOf(findings),
    authenticationMode: state?.authenticationMode ?? null,
    oidcProvider:
      state && state.oidcIssuer !== null
        ? { issuer: state.oidcIssuer, registeredInIam: isRegistered(world, state.oidcIssuer) }
        : null,
    profiles: profiles.map(({ name, status, roleArn, health }) => ({
      name,
      status,
      roleArn,
      roleVerdict: roles.get(roleArn)?.verdict ?? null,
      health,
      accessEntry: entries.find(({ use }) => use.roleArn === roleArn)?.accessEntry ?? 'UNKNOWN',
    })),
    findings,
  };
}

const order = ['ERROR', 'WARNING', 'INFO'];

function verdictOf(findings: readonly ReadinessFinding[]): ReadinessVerdict {
  if (findings.some(({ severity }) => severity === 'ERROR')) return 'NOT_READY';
  return findings.some(({ code }) => code === 'READINESS_UNKNOWN') ? 'UNKNOWN' : 'READY';
}

const clusterNotFound = ({ accountId, cluster: { region, name } }: ClusterWorld) =>
  readinessFinding(
    'CLUSTER_NOT_FOUND',
    `Account ${accountId} has no EKS cluster ${name} in Region ${region}.`,
    null,
    `See which clusters there are: aws eks list-clusters --region ${region}`,
  );

const notShown = ({ action, reason, message }: Hidden) =>
  readinessFinding('READINESS_UNKNOWN', message, null, hiddenRemedies[reason](action));

const hiddenRemedies: Record<Hidden['reason'], (action: string) => string> = {
  DENIED: (action) =>
    `Unless the message names another policy, bring the member role up to date with deploy/member-role.cfn.yaml, so that it allows ${action}.`,
  REGION_DISABLED: () => 'Ask for a Region that the account uses, or enable this one in the account.',
  FORBIDDEN: () => 'Ask an administrator of Rolewright for the permission.',
  ELSEWHERE: () => 'Make the profile again with a role of the same account.',
};

/** The remedy of each health code of a Fargate profile. Source: the EKS API, FargateProfileIssue. */
const healthRemedies: Record<string, string> = {
  PodExecutionRoleAlreadyInUse:
    'The role is also that of a node group. Make the profile again with a role of its own.',
  AccessDenied: 'Check the role of the profile, and the Kubernetes permissions of EKS in the cluster.',
  ClusterUnreachable:
    'EKS cannot reach the API server of the cluster. Check its endpoint access and security groups.',
};

function judgeHealth({ name, status, health }: FargateProfile, index: number): ReadinessFinding[] {
  const pointer = `/profiles/${index}/health`;
  const isFailed = status === 'CREATE_FAILED' || status === 'DELETE_FAILED';
  if (isFailed && health.length === 0)
    return [
      readinessFinding(
        'PROFILE_UNHEALTHY',
        `Fargate profile ${name} is ${status}. EKS gives no reason.`,
        `/profiles/${index}/status`,
        'Delete the profile and make it again.',
      ),
    ];
  return health.map(({ code, message, resourceIds }) =>
    readinessFinding(
      'PROFILE_UNHEALTHY',
      `Fargate profile ${name} is ${status}, and EKS reports ${code}: ${message}${resourceIds.length > 0 ? ` (${resourceIds.join(', ')})` : ''}`,
      pointer,
      healthRemedies[code] ??
        'If it stays for more than a few minutes, delete the profile and make it again.',
    ),
  );
}

/** `arn:PARTITION:iam::ACCOUNT:oidc-provider/ISSUER`, the issuer without https:// */
const isRegistered = ({ oidcProviders }: ClusterWorld, issuer: string): boolean | null =>
  oidcProviders?.some((arn) => arn.endsWith(`:oidc-provider/${issuer.replace(/^https:\/\//, '')}`)) ?? null;

function judgeIssuer(world: ClusterWorld): ReadinessFinding[] {
  const issuer = world.state?.oidcIssuer ?? null;
  if (issuer === null || world.profiles.length === 0 || isRegistered(world, issuer) !== false) return [];
  return [
    readinessFinding(
      'IRSA_MISSING',
      `IAM in account ${world.accountId} has no OIDC provider for the cluster (${issuer}). Containers on Fargate cannot use the pod execution role, and without a provider they have no role of their own.`,
      '/oidcProvider',
      `If containers call AWS, create the provider: aws iam create-open-id-connect-provider --url ${issuer} --client-id-list sts.amazonaws.com`,
    ),
  ];
}

const rbacUnverified = ({ state, cluster }: ClusterWorld, roleArns: string[]) =>
  readinessFinding(
    'RBAC_UNVERIFIED',
    `The authentication mode of the cluster is ${state?.authenticationMode}, and AWS's API does not show its ConfigMap aws-auth. It may name ${roleArns.join(', ')}.`,
    '/authenticationMode',
    `Look into it: kubectl -n kube-system get configmap aws-auth -o yaml. It names a role without the role's path. To let AWS show it, create an access entry: aws eks create-access-entry --region ${cluster.region} --cluster-name ${cluster.name} --principal-arn ROLE-ARN --type FARGATE_LINUX (with the authentication mode API_AND_CONFIG_MAP or API).`,
  );
