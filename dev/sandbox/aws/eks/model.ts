export const authenticationModes = ['API', 'API_AND_CONFIG_MAP', 'CONFIG_MAP'] as const;
export const clusterStatuses = ['CREATING', 'ACTIVE', 'DELETING', 'FAILED', 'UPDATING', 'PENDING'] as const;
export const profileStatuses = ['CREATING', 'ACTIVE', 'DELETING', 'CREATE_FAILED', 'DELETE_FAILED'] as const;

interface Issue {
  code: string;
  message: string;
  resourceIds: readonly string[];
}

export interface FargateProfile {
  name: string;
  /** The last part of its ARN. */
  uuid: string;
  status: (typeof profileStatuses)[number];
  roleArn: string;
  namespaces: readonly string[];
  issues: readonly Issue[];
  createdAt: number;
}

/** A managed node group. */
export interface Nodegroup {
  name: string;
  uuid: string;
  roleArn: string;
  createdAt: number;
}

export interface AccessEntry {
  principalArn: string;
  uuid: string;
  /** FARGATE_LINUX, EC2_LINUX, STANDARD, … */
  type: string;
  createdAt: number;
  modifiedAt: number;
}

/** A stored cluster. It is immutable: every write stores a new object. Times are in milliseconds. */
export interface Cluster {
  readonly region: string;
  readonly name: string;
  readonly status: (typeof clusterStatuses)[number];
  readonly version: string;
  /** The role of the control plane. */
  readonly roleArn: string;
  readonly authenticationMode: (typeof authenticationModes)[number];
  /** A URL. Null while there is none, as of a cluster that is being created. */
  readonly issuer: string | null;
  readonly createdAt: number;
  readonly profiles: readonly FargateProfile[];
  readonly nodegroups: readonly Nodegroup[];
  readonly accessEntries: readonly AccessEntry[];
}

/** In CONFIG_MAP a cluster has no access entries. */
export const hasAccessEntries = ({ authenticationMode }: Pick<Cluster, 'authenticationMode'>) =>
  authenticationMode !== 'CONFIG_MAP';

export const clusterKey = ({ region, name }: Pick<Cluster, 'region' | 'name'>) => `${region}/${name}`;

/** `kind` is `cluster`, `fargateprofile`, …; `names` what follows it in the ARN. */
export const eksArn = (
  { partition, accountId }: { partition: string; accountId: string },
  region: string,
  kind: string,
  ...names: string[]
) => `arn:${partition}:eks:${region}:${accountId}:${[kind, ...names].join('/')}`;

/** The type of the entry that EKS makes for a role of this use. */
export const ownEntryTypes = { profile: 'FARGATE_LINUX', nodegroup: 'EC2_LINUX' } as const;

/**
 * The entries with one for this role. EKS makes it with a Fargate profile or a node group, where the cluster
 * has entries and none names the role: a principal has one entry.
 */
export const withOwnEntry = (
  cluster: Pick<Cluster, 'authenticationMode' | 'accessEntries'>,
  entry: AccessEntry,
): readonly AccessEntry[] =>
  !hasAccessEntries(cluster) ||
  cluster.accessEntries.some(({ principalArn }) => principalArn === entry.principalArn)
    ? cluster.accessEntries
    : [...cluster.accessEntries, entry];
