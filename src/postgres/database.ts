import type { TrustedKeys } from '../audit/checkpoint.ts';
import { unobserved } from '../observe.ts';
import type { AccountImports } from '../ports/account-imports.ts';
import type { Accounts } from '../ports/accounts.ts';
import type { Audit, CheckpointSink } from '../ports/audit.ts';
import type { WarningLog } from '../ports/authenticate.ts';
import type { Claims } from '../ports/claims.ts';
import type { Figures, PoolFigures } from '../ports/figures.ts';
import type { Health } from '../ports/health.ts';
import type { IdempotencyKeys } from '../ports/idempotency-keys.ts';
import type { Ledger } from '../ports/ledger.ts';
import type { Locks } from '../ports/locks.ts';
import type { Observer } from '../ports/observer.ts';
import type { Posture } from '../ports/posture.ts';
import type { Queue } from '../ports/queue.ts';
import type { Schedules } from '../ports/schedules.ts';
import type { SeenClusters } from '../ports/seen-clusters.ts';
import type { Sweeps } from '../ports/sweeps.ts';
import type { ServiceTokens } from '../ports/tokens.ts';
import type { Outbox } from '../ports/webhooks.ts';
import { withCache } from './accounts/account-cache.ts';
import { openAccountImports } from './accounts/account-imports.ts';
import { openAccounts } from './accounts/accounts.ts';
import { openAudit } from './audit/audit.ts';
import { openLedger } from './changes/ledger.ts';
import { openClaims } from './claims/claims.ts';
import { withSeenCache } from './clusters/seen-cache.ts';
import { openSeenClusters } from './clusters/seen-clusters.ts';
import { type DatabaseClock, openClock } from './connection/clock.ts';
import { reserveConnections, shareConnections } from './connection/connections.ts';
import { openHealth } from './connection/health.ts';
import { requireOwnSession } from './connection/own-session.ts';
import { openPool } from './connection/pool.ts';
import { createPrisma } from './connection/prisma.ts';
import { openFigures, poolFiguresOf } from './figures/figures.ts';
import { openIdempotencyKeys } from './idempotency/idempotency-keys.ts';
import { openLocks } from './locks/locks.ts';
import { migrateDatabase } from './migrations/migrate-database.ts';
import { openPosture } from './posture/posture.ts';
import { openQueue } from './queue/queue.ts';
import { openSchedules } from './schedules/schedules.ts';
import { openSweeps } from './sweeps/sweeps.ts';
import { openServiceTokens } from './tokens/service-tokens.ts';
import { openOutbox } from './webhooks/outbox.ts';

export interface DatabaseOptions {
  /** postgresql://user:password@host:port/database */
  url: string;
  /** The URL of another role, which owns the tables. It migrates, and grants the role of `url` its rights. */
  migrationUrl?: string | undefined;
  /**
   * Every read and every append answers or fails within this time, in ms. The promise to callers is two
   * seconds in all.
   */
  timeoutMs?: number;
  /** How long a change waits for the lock of its role, in ms. */
  lockWaitMs?: number;
  /** The public keys whose checkpoints count. Left out, the log is compared with no checkpoint. */
  keys?: TrustedKeys | null;
  /** The place where checkpoints are published. */
  sink?: CheckpointSink | null;
  /** A replica that is silent for this time loses its locks, in ms. */
  lockSilenceMs?: number;
  /** A webhook is configured, so changed verdicts create events. */
  announces?: boolean;
  /** Interval in seconds at which due schedules are looked up. */
  clockSeconds?: number;
  /** DATABASE_POOL_SIZE: how many connections the pools hold together. */
  poolSize: number;
  observer?: Observer;
  /** The account label by whose values metrics count verdicts. */
  postureLabel?: string | undefined;
}

export interface Database {
  accounts: Accounts;
  imports: AccountImports;
  ledger: Ledger;
  audit: Audit;
  claims: Claims;
  seenClusters: SeenClusters;
  clock: DatabaseClock;
  locks: Locks;
  idempotencyKeys: IdempotencyKeys;
  serviceTokens: ServiceTokens;
  sweeps: Sweeps;
  posture: Posture;
  outbox: Outbox;
  schedules: Schedules;
  queue: Queue;
  figures: Figures;
  pools(): PoolFigures[];
  /** Fault: UNAVAILABLE. */
  health: Health;
  /**
   * Checks that connections are sessions of their own (own-session.ts). Throws SessionNotOwn, and the errors
   * of pg.
   */
  requireOwnSessions(): Promise<void>;
  /**
   * Opens the connections of all pools (connections.ts). Throws an Error when PostgreSQL has no room for
   * them.
   */
  reserveConnections(): Promise<void>;
  /** Brings the database up to date and grants the rights: see migrate-database.ts. */
  migrate(log?: WarningLog): ReturnType<typeof migrateDatabase>;
  close(): Promise<void>;
}

/** In ms. Longer than a read, because a sweep of the whole fleet begins in one transaction. */
const sweepTimeoutMs = 20_000;

/** Everything that the service keeps in PostgreSQL. It connects on first use. */
export function openDatabase(options: DatabaseOptions): Database {
  const { url, migrationUrl, timeoutMs = 1800, lockWaitMs = 10_000, lockSilenceMs = 20_000 } = options;
  const { keys = null, sink = null, announces = false, poolSize, observer = unobserved } = options;
  const share = shareConnections(poolSize);
  const reads = openPool({ url, max: share.reads, timeoutMs });
  const appends = openPool({ url, max: share.appends, timeoutMs, pipeline: true });
  const prisma = createPrisma(reads);
  const clock = openClock(reads);
  const sweeps = openPool({ url, max: share.sweeps, timeoutMs: sweepTimeoutMs });
  const sweepPrisma = createPrisma(sweeps);
  const queue = openQueue({ url, max: share.queue, clockSeconds: options.clockSeconds, observer });
  const locks = openLocks({ url, timeoutMs, waitMs: lockWaitMs, silenceMs: lockSilenceMs, observer });
  return {
    accounts: withCache(openAccounts(prisma, clock.now)),
    imports: openAccountImports(prisma, clock.now),
    ledger: openLedger({ prisma, reads, pool: appends, timeoutMs, observer }),
    audit: openAudit({ url, pool: reads, keys, sink, observer }),
    claims: openClaims(prisma),
    seenClusters: withSeenCache(openSeenClusters(prisma), { patienceMs: timeoutMs / 6 }),
    clock,
    locks,
    idempotencyKeys: openIdempotencyKeys(prisma),
    serviceTokens: openServiceTokens(prisma),
    sweeps: openSweeps({ prisma: sweepPrisma, pool: sweeps, queue, announces }),
    posture: openPosture({ prisma: sweepPrisma, pool: sweeps }),
    outbox: openOutbox(prisma),
    schedules: openSchedules({ prisma: sweepPrisma, pool: sweeps, queue }),
    queue,
    figures: openFigures({ pool: reads, signs: keys !== null, postureLabel: options.postureLabel ?? null }),
    pools: () => poolFiguresOf({ reads, appends, sweeps }),
    health: openHealth({ pool: reads, clock }),
    async requireOwnSessions() {
      await requireOwnSession(url, 'DATABASE_URL');
      if (migrationUrl !== undefined) await requireOwnSession(migrationUrl, 'MIGRATION_DATABASE_URL');
    },
    reserveConnections: () => reserveConnections([reads, appends, sweeps], { url, size: poolSize }),
    migrate: (log) => migrateDatabase({ url, migrationUrl }, log),
    async close() {
      // The queue first, because its jobs in flight need all the others.
      await queue.close();
      await Promise.all([prisma.$disconnect(), sweepPrisma.$disconnect()]);
      await Promise.all([reads.end(), appends.end(), sweeps.end(), locks.close()]);
    },
  };
}
