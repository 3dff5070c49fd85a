import { PrismaPg } from '@prisma/adapter-pg';
import type { Accounts, Health, Ledger, Locks } from '../ports.ts';
import { openAccounts } from './accounts.ts';
import { PrismaClient } from './generated/client.ts';
import { openLedger } from './ledger.ts';
import { openLocks } from './locks.ts';
import { type Migrated, migrate } from './migrate.ts';
import { openPool } from './pool.ts';
import { reading } from './reading.ts';

export interface DatabaseOptions {
  /** postgresql://user:password@host:port/database */
  url: string;
  /** Within this time every read and every append answers, or fails: milliseconds. */
  timeoutMs?: number;
  /** How long a change waits for its role: milliseconds. */
  lockWaitMs?: number;
  /** A replica that the database has not heard of for so long has lost its locks: milliseconds. */
  lockSilenceMs?: number;
}

export interface Database {
  accounts: Accounts;
  ledger: Ledger;
  locks: Locks;
  /** Fault: UNAVAILABLE. */
  health: Health;
  /** Applies the migrations that are missing; see migrate.ts. */
  migrate(): Promise<Migrated>;
  close(): Promise<void>;
}

/** Everything that the service keeps in PostgreSQL. It connects when first asked. */
export function openDatabase({ url, timeoutMs = 2000, lockWaitMs = 10_000, lockSilenceMs = 20_000 }: DatabaseOptions): Database {
  const reads = openPool({ url, max: 10, timeoutMs });
  // Appends follow one another: one runs while the next connects. More would only wait in the database.
  const appends = openPool({ url, max: 2, timeoutMs });
  const prisma = new PrismaClient({ adapter: new PrismaPg(reads) });
  const locks = openLocks({ url, timeoutMs, waitMs: lockWaitMs, silenceMs: lockSilenceMs });
  return {
    accounts: openAccounts(prisma),
    ledger: openLedger({ prisma, pool: appends, timeoutMs }),
    locks,
    health: {
      async check() {
        await reading(prisma.$queryRaw`SELECT 1`);
      },
    },
    migrate: () => migrate(url),
    async close() {
      await prisma.$disconnect();
      await Promise.all([reads.end(), appends.end(), locks.close()]);
    },
  };
}
