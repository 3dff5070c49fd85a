import { randomBytes } from 'node:crypto';
import type { Cluster } from './eks/model.ts';

/** The IAM quotas of one account. GetAccountSummary shows most of them. */
interface Quotas {
  trustPolicySize: number;
  policiesPerRole: number;
  rolesPerAccount: number;
  tagsPerRole: number;
  inlinePolicySize: number;
}

/**
 * A stored role. It is immutable: every write stores a new object, so that stale reads can show the older
 * ones.
 */
export interface Role {
  readonly roleName: string;
  readonly roleId: string;
  readonly path: string;
  /** The trust policy, verbatim. */
  readonly trustText: string;
  readonly description: string | null;
  readonly maxSessionDuration: number;
  readonly createdAt: number;
  readonly tags: Readonly<Record<string, string>>;
  /** ARNs of the managed policies. */
  readonly attached: readonly string[];
  /** Inline policies: name to document, verbatim. */
  readonly inline: Readonly<Record<string, string>>;
  readonly permissionsBoundary: string | null;
}

/** A customer managed policy. Its document is not stored: the sandbox simulates only session policies. */
export interface ManagedPolicy {
  policyName: string;
  policyId: string;
  path: string;
  createdAt: number;
}

/** A long-term key of an IAM user. The user may do everything in its account. The secret is not verified. */
interface AccessKey {
  accessKeyId: string;
  secretAccessKey: string;
  userName: string;
}

/** An identity provider in IAM. Its ARN ends with the URL without the scheme. */
export interface OidcProvider {
  arn: string;
  url: string;
  createdAt: number;
}

export interface Account {
  accountId: string;
  partition: string;
  /** The opt-in Regions that are enabled. All other Regions of the partition always are. */
  enabledRegions: readonly string[];
  quotas: Quotas;
  accessKeys: AccessKey[];
  /** By lower-case name: IAM's names are unique ignoring case. */
  roles: Map<string, Role>;
  /** Customer managed policies by ARN. */
  policies: Map<string, ManagedPolicy>;
  /** By ARN. */
  oidcProviders: Map<string, OidcProvider>;
  /** EKS clusters, by `REGION/NAME`. */
  clusters: Map<string, Cluster>;
}

/** One account of an organization. The sandbox need not have the account itself. */
export interface OrganizationMember {
  accountId: string;
  name: string;
  /** The state in Organizations: ACTIVE, SUSPENDED, CLOSED, … */
  state: string;
  tags: Readonly<Record<string, string>>;
}

export interface Organization {
  organizationId: string;
  managementAccountId: string;
  /** Accounts that may read the organization too. */
  delegatedAdministrators: readonly string[];
  members: readonly OrganizationMember[];
}

/** The caller: an IAM user with a long-term key, or a session of an assumed role. */
export interface Principal {
  accountId: string;
  arn: string;
  userId: string;
  /** `policy`: the session policy that it was assumed with. */
  session: {
    roleArn: string;
    roleId: string;
    name: string;
    secretAccessKey: string;
    token: string;
    expiresAt: number;
    policy: string | null;
  } | null;
}

/** One accepted write; `params` are the request's own. `at` is in milliseconds. */
export interface LedgerEntry {
  seq: number;
  at: number;
  accountId: string;
  action: string;
  roleName: string | null;
  requestId: string;
  sessionName: string | null;
  params: unknown;
}

export const defaultQuotas: Quotas = {
  trustPolicySize: 2048,
  policiesPerRole: 10,
  rolesPerAccount: 1000,
  tagsPerRole: 50,
  inlinePolicySize: 10240,
};

const alphabet = 'ABCDEFGHIJKLMNOPQRSTUVWXYZ234567';

/** An ID in AWS's format: a prefix of four letters (AROA, ASIA, …), then letters and digits. */
export const uniqueId = (prefix: string, length: number) =>
  prefix + Array.from(randomBytes(length), (byte) => alphabet.charAt(byte % 32)).join('');

export const roleArn = (account: Account, role: Role) =>
  `arn:${account.partition}:iam::${account.accountId}:role${role.path}${role.roleName}`;

export const policyArn = (account: Account, policy: Pick<ManagedPolicy, 'path' | 'policyName'>) =>
  `arn:${account.partition}:iam::${account.accountId}:policy${policy.path}${policy.policyName}`;

export const roleKey = (roleName: string) => roleName.toLowerCase();
