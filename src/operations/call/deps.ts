import type { AccountImports } from '../../ports/account-imports.ts';
import type { Accounts } from '../../ports/accounts.ts';
import type { Audit } from '../../ports/audit.ts';
import type { Claims } from '../../ports/claims.ts';
import type { Clock } from '../../ports/clock.ts';
import type { Clusters } from '../../ports/clusters.ts';
import type { GuardRails } from '../../ports/guard-rails.ts';
import type { IdempotencyKeys } from '../../ports/idempotency-keys.ts';
import type { Ledger } from '../../ports/ledger.ts';
import type { Locks } from '../../ports/locks.ts';
import type { Observer } from '../../ports/observer.ts';
import type { Organizations } from '../../ports/organizations.ts';
import type { Permissions } from '../../ports/permissions.ts';
import type { Posture } from '../../ports/posture.ts';
import type { Roles } from '../../ports/roles.ts';
import type { Schedules } from '../../ports/schedules.ts';
import type { SeenClusters } from '../../ports/seen-clusters.ts';
import type { Sweeps } from '../../ports/sweeps.ts';
import type { ServiceTokens } from '../../ports/tokens.ts';
import type { Outbox } from '../../ports/webhooks.ts';
import type { RefusalCounts } from './refusal-counts.ts';

/** The service's log, for operators. Callers do not see it. */
interface Log {
  info(details: object, message: string): void;
  error(details: object, message: string): void;
}

/** The parts that operations use. wire.ts puts them together. */
export interface Deps {
  roles: Roles;
  /** What it shows is remembered in `seenClusters`. */
  clusters: Clusters;
  seenClusters: SeenClusters;
  permissions: Permissions;
  accounts: Accounts;
  imports: AccountImports;
  /** Null: ORGANIZATIONS_ROLE_ARN is not set. */
  organizations: Organizations | null;
  ledger: Ledger;
  claims: Claims;
  audit: Audit;
  locks: Locks;
  idempotencyKeys: IdempotencyKeys;
  serviceTokens: ServiceTokens;
  /** Creates a credential: its ID, its text, and the hash to store. */
  mintServiceToken: () => { id: string; token: string; secretHash: Uint8Array };
  sweeps: Sweeps;
  posture: Posture;
  outbox: Outbox;
  schedules: Schedules;
  /** The database's time. */
  now: () => Date;
  clock: Pick<Clock, 'requireAccurate'>;
  newId: () => string;
  /** The member role of accounts that name none. */
  memberRole: { name: string; externalId: string | null };
  guardRails: GuardRails;
  /** The organization of accounts that were not imported. Null: ORGANIZATION_ID is not set. */
  organizationId: string | null;
  /** Regions that are missing in the list in domain/patterns/regions.ts. */
  extraRegions: readonly string[];
  /** The Regions in which every account may have clusters. */
  eksRegions: readonly string[];
  /** Delays in ms between reads of a role that does not show a write yet. */
  readBackDelays: number[];
  /** Delays in ms between attempts to record an outcome. */
  recordDelays: number[];
  /** How long a caller waits for the record of an outcome, in ms. The attempts go on without it. */
  recordPatienceMs: number;
  /** The same for a change of which AWS took nothing, in ms. */
  untouchedPatienceMs: number;
  /** How long EKS may take to say which Fargate profiles a plan is about, in ms. */
  profilesPatienceMs: number;
  /** How far a read of IAM may lag behind a write that IAM took, in ms. */
  staleMs: number;
  /** How a write waits until EKS would accept its role: see operations/roles/await-ready.ts. In ms. */
  readiness: {
    /** After this time the answer comes anyway. */
    patienceMs: number;
    /** Between two reads of the role. */
    intervalMs: number;
    /** How long after a write IAM may still decide by the old role. */
    settleMs: number;
  };
  /** The work that a stop of the service waits for, even if its caller has hung up. */
  inFlight: Set<Promise<unknown>>;
  /** Aborted when the service stops. Work that takes minutes ends then. */
  stopping: AbortSignal;
  refusals: RefusalCounts;
  observer: Observer;
  log: Log;
}
