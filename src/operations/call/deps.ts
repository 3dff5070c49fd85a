import type { AccountImports } from '../../ports/account-imports.ts';
import type { Accounts } from '../../ports/accounts.ts';
import type { Audit } from '../../ports/audit.ts';
import type { Claims } from '../../ports/claims.ts';
import type { Clock } from '../../ports/clock.ts';
import type { GuardRails } from '../../ports/guard-rails.ts';
import type { IdempotencyKeys } from '../../ports/idempotency-keys.ts';
import type { Ledger } from '../../ports/ledger.ts';
import type { Locks } from '../../ports/locks.ts';
import type { Organizations } from '../../ports/organizations.ts';
import type { Permissions } from '../../ports/permissions.ts';
import type { Posture } from '../../ports/posture.ts';
import type { Roles } from '../../ports/roles.ts';
import type { Schedules } from '../../ports/schedules.ts';
import type { Sweeps } from '../../ports/sweeps.ts';
import type { ServiceTokens } from '../../ports/tokens.ts';
import type { Outbox } from '../../ports/webhooks.ts';
import type { RefusalCounts } from './refusal-counts.ts';

/** Where operations say what is for operators, not for callers. */
interface Log {
  info(details: object, message: string): void;
  error(details: object, message: string): void;
}

/** What operations work with; wire.ts puts it together. */
export interface Deps {
  roles: Roles;
  permissions: Permissions;
  accounts: Accounts;
  imports: AccountImports;
  /** Null: none was set up. */
  organizations: Organizations | null;
  ledger: Ledger;
  claims: Claims;
  audit: Audit;
  locks: Locks;
  idempotencyKeys: IdempotencyKeys;
  serviceTokens: ServiceTokens;
  /** A new credential: its id, its text, and what may be kept of it. */
  mintServiceToken: () => { id: string; token: string; secretHash: Uint8Array };
  sweeps: Sweeps;
  posture: Posture;
  outbox: Outbox;
  schedules: Schedules;
  /** The database's time. */
  now: () => Date;
  clock: Pick<Clock, 'requireAccurate'>;
  newId: () => string;
  /** The member role of accounts that name none of their own. */
  memberRole: { name: string; externalId: string | null };
  guardRails: GuardRails;
  /** The organization of accounts that were not imported; null where it is not set. */
  organizationId: string | null;
  /** Regions that are newer than the list in domain/patterns/regions.ts. */
  extraRegions: readonly string[];
  /** How long to wait, in ms, between looks at a role that does not show a write yet. */
  readBackDelays: number[];
  /** How long to wait, in ms, between attempts to record an outcome. */
  recordDelays: number[];
  /** How long a caller waits for an outcome to be recorded, in ms; the attempts go on without it. */
  recordPatienceMs: number;
  /** The same for a change of which AWS took nothing, in ms: its caller need not worry about the record. */
  untouchedPatienceMs: number;
  /** For so long, in ms, a read of IAM may be older than a write that IAM took. */
  staleMs: number;
  /** What a stop must wait for, also when its caller has hung up. */
  inFlight: Set<Promise<unknown>>;
  /** Told to what takes minutes, so that a stop need not wait for it. */
  stopping: AbortSignal;
  refusals: RefusalCounts;
  log: Log;
}
