import { randomUUID } from 'node:crypto';
import type { FastifyInstance } from 'fastify';
import { createRoles } from './aws/roles.ts';
import type { Config } from './config.ts';
import { buildServer } from './server.ts';
import { openDatabase } from './store/database.ts';
import { version } from './version.ts';

export interface Service {
  app: FastifyInstance;
  /** Stops taking requests, finishes those that it took, then lets go of the database and of AWS. */
  close: () => Promise<void>;
}

export interface WireOptions {
  config: Omit<Config, 'DATABASE_URL' | 'MIGRATION_DATABASE_URL' | 'AUTH' | 'HOST' | 'PORT'>;
  databaseUrl: string;
  /** The owner's, who migrates; without it the service does so itself. */
  migrationDatabaseUrl?: string | undefined;
  /** How long AWS may take to answer one call. */
  awsTimeoutMs?: number;
}

/** Puts the service together by hand and brings its database up to date. It does not listen. */
export async function wire({ config, databaseUrl, migrationDatabaseUrl, awsTimeoutMs }: WireOptions): Promise<Service> {
  const now = () => new Date();
  const database = openDatabase({ url: databaseUrl, migrationUrl: migrationDatabaseUrl });
  const roles = createRoles({ now, version, ...(awsTimeoutMs && { requestTimeoutMs: awsTimeoutMs }) });
  const underway = new Set<Promise<unknown>>();
  const release = async () => {
    roles.close();
    await database.close();
  };
  try {
    const { mayChangeLog } = await database.migrate();
    const app = await buildServer({
      deps: {
        roles,
        accounts: database.accounts,
        ledger: database.ledger,
        locks: database.locks,
        now,
        newId: randomUUID,
        memberRole: { name: config.MEMBER_ROLE_NAME, externalId: config.MEMBER_EXTERNAL_ID ?? null },
        readBackDelays: [50, 100, 200, 400, 800, 1600],
        recordDelays: [100, 300, 1000, 2000, 4000, 8000],
        underway,
      },
      ready: () => database.health.check(),
      logLevel: config.LOG_LEVEL,
      graphiql: process.env.NODE_ENV !== 'production',
    });
    if (mayChangeLog)
      app.log.warn(
        'the role of DATABASE_URL may change the audit log: set MIGRATION_DATABASE_URL to its owner, and give the service another',
      );
    const close = async () => {
      await app.close();
      // A change goes on when its caller has hung up; AWS and the log must still be there for it.
      await Promise.allSettled(underway);
      await release();
    };
    return { app, close };
  } catch (error) {
    await release();
    throw error;
  }
}
