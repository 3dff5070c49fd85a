// The HTTP API of the backend plugin, under /api/rolewright. The account and the role are always those that the
// entity's annotations name in the catalog. A request names neither.

export interface Cluster {
  /** An AWS Region, or `*`. */
  region: string;
  /** The name of an EKS cluster, or `*`. */
  name: string;
}

export interface Role {
  accountId: string;
  roleName: string;
  /** Null: the account has no such role. */
  roleArn: string | null;
}

export interface Finding {
  code: string;
  severity: 'ERROR' | 'WARNING' | 'INFO';
  message: string;
  remedy: string;
}

/** Whether pods can start on Fargate in one cluster. */
export interface Readiness {
  cluster: Cluster;
  /** Null: it could not be asked, for the reason in `reason`. */
  verdict: 'READY' | 'NOT_READY' | 'UNKNOWN' | null;
  reason: string | null;
  findings: Finding[];
}

export interface Change {
  id: string;
  /** A time as 2026-11-23T12:00:00.000Z. */
  at: string;
  kind: string;
  outcome: 'SUCCEEDED' | 'FAILED' | 'PARTIAL' | 'PENDING' | 'UNKNOWN';
  clusters: Cluster[];
  /** Whose credential it was: of a change from Backstage, that of the plugin. */
  actor: string;
  /** The person for whom it was made. Null: nobody but the actor. */
  onBehalfOf: string | null;
  /** A text that a person wrote: show it as text. */
  reason: string | null;
  /** The change in Rolewright's console. Null: no console is configured. */
  url: string | null;
}

/** `GET /overview?entityRef=component:default/payments` */
export interface Overview {
  role: Role;
  verdict: 'COMPLIANT' | 'NEEDS_EXTENSION' | 'NEEDS_REPAIR' | 'MISSING';
  /** The verdict as a sentence. */
  sentence: string;
  /** Errors first. */
  findings: Finding[];
  /** The clusters that the trust policy has a line for. A line may have wildcards. */
  clusters: Cluster[];
  /** One answer a cluster. Null: not asked, for the reason in `readinessUnknown`. */
  readiness: Readiness[] | null;
  /** Why `readiness` is null, or leaves clusters out. */
  readinessUnknown: string | null;
  /** The last five, newest first. Null: the person may not see them. */
  changes: Change[] | null;
  /**
   * Whether the button that extends is shown. A hint: each request is authorized again. False without a
   * signed-in person, and where Backstage's policy or Rolewright's does not permit it.
   */
  mayExtend: boolean;
  /** The role in Rolewright's console. Null: no console is configured. */
  consoleUrl: string | null;
}

/** `POST /extend` */
export interface ExtendBody {
  entityRef: string;
  clusters: Cluster[];
  /** Written to Rolewright's history. */
  reason?: string;
  /** Plans, and writes nothing. */
  dryRun: boolean;
  /**
   * A text of at most 128 characters that is new for each preview that a person confirms. A request that is sent
   * twice with the same one has one effect.
   */
  idempotencyKey?: string;
}

export interface ExtendAnswer {
  /** Unified diff of the trust policy. Empty: nothing has to be changed. */
  diff: string;
  effects: { clustersGained: Cluster[]; clustersLost: Cluster[]; statementsRemoved: number };
  /** Null for a dry run, and where nothing had to be done. */
  change: Change | null;
  /** What was done, or what would be done. */
  sentence: string;
}

/** Every answer that is not 2xx. */
export interface ErrorBody {
  error: {
    /** A code of Rolewright, such as FORBIDDEN, or of the plugin, such as NO_ANNOTATION. */
    code: string;
    /** What is wrong, in one sentence. */
    message: string;
    /** What to do, in one sentence. */
    remedy: string;
  };
}
