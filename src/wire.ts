import { randomUUID } from 'node:crypto';
import type { FastifyInstance } from 'fastify';
import { createRoles } from './aws/roles.ts';
import type { Config } from './config.ts';
import { buildServer, type ServerOptions } from './server.ts';
import { openDatabase } from './store/database.ts';
import { recover } from './usecases/recover.ts';
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

/** So often is it looked whether a change was left without an outcome. */
const recoveryEveryMs = 2000;

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
    const deps: ServerOptions['deps'] = {
      roles,
      accounts: database.accounts,
      ledger: database.ledger,
      locks: database.locks,
      now,
      newId: randomUUID,
      memberRole: { name: config.MEMBER_ROLE_NAME, externalId: config.MEMBER_EXTERNAL_ID ?? null },
      readBackDelays: [50, 100, 200, 400, 800, 1600],
      recordDelays: [100, 300, 1000, 2000, 4000, 8000],
      recordPatienceMs: 1500,
      staleMs: config.IAM_STALE_SECONDS * 1000,
      underway,
    };
    const app = await buildServer({
      deps,
      ready: () => database.health.check(),
      logLevel: config.LOG_LEVEL,
      graphiql: process.env.NODE_ENV !== 'production',
    });
    if (mayChangeLog)
      app.log.warn(
        'the role of DATABASE_URL may change the audit log: set MIGRATION_DATABASE_URL to its owner, and give the service another',
      );
    const stopRecovery = repeat(recoveryEveryMs, () => recover({ ...deps, log: app.log }), app.log);
    const close = async () => {
      await app.close();
      await stopRecovery();
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

/** Does the work now and then again and again, `everyMs` after it ended. Answers how to stop: when the work under way is done. */
function repeat(everyMs: number, work: () => Promise<void>, log: FastifyInstance['log']): () => Promise<void> {
  let stopped = false;
  let timer: NodeJS.Timeout | undefined;
  const once = async (): Promise<void> => {
    // Whatever it is, it may pass: the next time tries again.
    await work().catch((err: unknown) => log.error({ err }, 'recovery failed'));
    if (!stopped) timer = setTimeout(() => (running = once()), everyMs);
  };
  let running = once();
  return async () => {
    stopped = true;
    clearTimeout(timer);
    await running;
  };
}
