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
  config: Omit<Config, 'DATABASE_URL' | 'AUTH' | 'HOST' | 'PORT'>;
  databaseUrl: string;
  logTo?: { write: (line: string) => void };
  now?: () => Date;
  /** How long AWS may take to answer one call. */
  awsTimeoutMs?: number;
  /** How long to wait, in ms, between looks at a role that does not show a write yet. */
  readBackDelays?: number[];
}

/** Puts the service together by hand and brings its database up to date. It does not listen. */
export async function wire({
  config,
  databaseUrl,
  logTo,
  now = () => new Date(),
  awsTimeoutMs,
  readBackDelays = [50, 100, 200, 400, 800, 1600],
}: WireOptions): Promise<Service> {
  const database = openDatabase({ url: databaseUrl });
  const roles = createRoles({ now, version, ...(awsTimeoutMs && { requestTimeoutMs: awsTimeoutMs }) });
  const release = async () => {
    roles.close();
    await database.close();
  };
  try {
    await database.migrate();
    const app = await buildServer({
      deps: {
        roles,
        accounts: database.accounts,
        ledger: database.ledger,
        locks: database.locks,
        now,
        newId: randomUUID,
        memberRole: { name: config.MEMBER_ROLE_NAME, externalId: config.MEMBER_EXTERNAL_ID ?? null },
        readBackDelays,
      },
      ready: () => database.health.check(),
      logLevel: config.LOG_LEVEL,
      graphiql: process.env.NODE_ENV !== 'production',
      ...(logTo && { logTo }),
    });
    const close = async () => {
      await app.close();
      await release();
    };
    return { app, close };
  } catch (error) {
    await release();
    throw error;
  }
}
