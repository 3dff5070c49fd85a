import Type, { type Static } from 'typebox';
import { closed } from './parameters.ts';
import {
  AccountId,
  Cluster,
  nullable,
  OneClusterName,
  OneRegion,
  RoleName,
  Timestamp,
} from './primitives.ts';
import { Severity, Verdict } from './report.ts';

export const readinessSeverities = {
  CLUSTER_NOT_FOUND: 'ERROR',
  ROLE_NOT_READY: 'ERROR',
  ROLE_USED_BY_NODES: 'ERROR',
  ACCESS_ENTRY_MISSING: 'ERROR',
  ACCESS_ENTRY_STALE: 'ERROR',
  PROFILE_UNHEALTHY: 'ERROR',
  READINESS_UNKNOWN: 'WARNING',
  IRSA_MISSING: 'WARNING',
  RBAC_UNVERIFIED: 'INFO',
  PROPAGATING: 'INFO',
} as const;
export type ReadinessCode = keyof typeof readinessSeverities;
export const ReadinessCode = Type.Enum(Object.keys(readinessSeverities) as ReadinessCode[], {
  $id: 'ReadinessCode',
  description: "The code of a finding about a cluster's readiness. docs/findings.md has an entry for each",
});

export type ReadinessFinding = Static<typeof ReadinessFinding>;
export const ReadinessFinding = Type.Object(
  {
    code: ReadinessCode,
    severity: Severity,
    message: Type.String({ description: 'What was found. Names the offending value' }),
    pointer: nullable(
      Type.String(),
      'JSON pointer into this answer, where one applies. ROLE_NOT_READY: the path of the check of that role',
    ),
    remedy: Type.String({
      description: 'What to do. Rolewright does not write to EKS, so it names the AWS command',
    }),
  },
  {
    $id: 'ReadinessFinding',
    description: 'One result of a readiness check',
    additionalProperties: false,
  },
);

export type ReadinessVerdict = Static<typeof ReadinessVerdict>;
export const ReadinessVerdict = Type.Enum(['READY', 'NOT_READY', 'UNKNOWN'], {
  $id: 'ReadinessVerdict',
  description:
    'READY (nothing that AWS shows stands in the way of pods on Fargate), NOT_READY (a finding is an ERROR) or UNKNOWN (AWS does not show everything that decides it)',
});

export type AuthenticationMode = Static<typeof AuthenticationMode>;
export const AuthenticationMode = Type.Enum(['API', 'API_AND_CONFIG_MAP', 'CONFIG_MAP'], {
  $id: 'AuthenticationMode',
  description: 'Where the cluster looks up who may join: API, API_AND_CONFIG_MAP or CONFIG_MAP',
});

export type ProfileStatus = Static<typeof ProfileStatus>;
export const ProfileStatus = Type.Enum(['CREATING', 'ACTIVE', 'DELETING', 'CREATE_FAILED', 'DELETE_FAILED'], {
  $id: 'FargateProfileStatus',
  description: 'CREATING, ACTIVE, DELETING, CREATE_FAILED or DELETE_FAILED',
});

export type AccessEntry = Static<typeof AccessEntry>;
export const AccessEntry = Type.Enum(['PRESENT', 'MISSING', 'STALE', 'UNKNOWN'], {
  $id: 'AccessEntryState',
  description:
    "PRESENT, MISSING, STALE (it holds the ID of a deleted role) or UNKNOWN (AWS's API does not show it)",
});

export type HealthIssue = Static<typeof HealthIssue>;
export const HealthIssue = Type.Object(
  {
    code: Type.String({ description: "EKS's code, such as PodExecutionRoleAlreadyInUse" }),
    message: Type.String({ description: "EKS's words" }),
    resourceIds: Type.Array(Type.String(), { description: 'What the issue is about' }),
  },
  { $id: 'HealthIssue', description: 'A health issue that EKS reports', additionalProperties: false },
);

const ProfileReadiness = Type.Object(
  {
    name: Type.String({ description: 'The name of the Fargate profile' }),
    status: ProfileStatus,
    roleArn: Type.String({ description: 'The ARN of its pod execution role' }),
    roleVerdict: nullable(Verdict, 'What a check of the role for this cluster finds. Null: not read'),
    health: Type.Array(HealthIssue, { description: 'The health issues that EKS reports' }),
    accessEntry: AccessEntry,
  },
  {
    $id: 'ProfileReadiness',
    description: 'A Fargate profile, its role and the access entry of the role',
    additionalProperties: false,
  },
);

const OidcProvider = Type.Object(
  {
    issuer: Type.String({ description: "The URL of the cluster's OIDC issuer" }),
    registeredInIam: nullable(
      Type.Boolean(),
      'IAM in the account has a provider for it. Null: AWS does not show it',
    ),
  },
  {
    $id: 'OidcProvider',
    description: "The cluster's OIDC issuer, by which containers get roles of their own",
    additionalProperties: false,
  },
);

export type FargateReadiness = Static<typeof FargateReadiness>;
export const FargateReadiness = Type.Object(
  {
    accountId: AccountId,
    region: OneRegion,
    clusterName: nullable(
      OneClusterName,
      'Null in a sweep, where AWS does not show the clusters of the Region',
    ),
    checkedAt: Timestamp,
    verdict: ReadinessVerdict,
    authenticationMode: nullable(AuthenticationMode, 'Null: AWS does not show the cluster'),
    oidcProvider: nullable(OidcProvider, 'Null: AWS does not show the cluster, or it has no issuer'),
    profiles: Type.Array(ProfileReadiness, { description: 'The Fargate profiles, by name' }),
    findings: Type.Array(ReadinessFinding, { description: 'What was found, errors first' }),
  },
  {
    $id: 'FargateReadiness',
    description:
      'Whether pods can start on Fargate in a cluster. A cluster without a Fargate profile has nothing that could be wrong, and is READY',
    additionalProperties: false,
  },
);

export const FargateReadinessInput = Type.Object(
  {
    accountId: AccountId,
    region: OneRegion,
    name: OneClusterName,
    roleName: Type.Optional({
      ...RoleName,
      description:
        'an IAM role name: judges this role too, as the role of a profile that is still to be made',
    }),
  },
  { $id: 'FargateReadinessInput', ...closed },
);

/** The clusters of one account, for a sweep. */
export const AccountReadinessInput = Type.Object(
  {
    accountId: AccountId,
    regions: Type.Optional(Type.Array(OneRegion)),
    clusters: Type.Optional(Type.Array(Cluster)),
    answered: Type.Optional(
      Type.Array(Cluster, { description: 'Clusters that an earlier try has an answer for' }),
    ),
  },
  { $id: 'AccountReadinessInput', ...closed },
);
