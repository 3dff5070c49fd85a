import { randomUUID } from 'node:crypto';
import type { FastifyInstance } from 'fastify';
import { type SigningKey, signingKeyOf, type TrustedKeys, trustedKeysOf } from './audit/checkpoint.ts';
import { createAuthentication } from './auth/authenticate.ts';
import { createIssuerKeys } from './auth/issuer.ts';
import { mintServiceToken } from './auth/service-token.ts';
import type { ServiceTokenDeps } from './auth/service-tokens.ts';
import { awaitLater } from './await-later.ts';
import { openCheckpointBucket } from './aws/checkpoint-bucket.ts';
import { defaultStsPerSecond } from './aws/clients.ts';
import { openOrganizations } from './aws/organizations.ts';
import { createRoles } from './aws/roles/roles.ts';
import type { Config } from './config.ts';
import { parseNetworks } from './http/connection/client-address.ts';
import { operationsLog } from './http/log/operations-log.ts';
import { buildServer, type ServerOptions } from './http/server.ts';
import { scheduleWork } from './jobs/schedule.ts';
import { sweepWork } from './jobs/sweep.ts';
import { createRefusalCounts, type RefusalCounts } from './operations/call/refusal-counts.ts';
import { recover } from './operations/changes/recover.ts';
import { attachable } from './operations/guards/attachable-policies.ts';
import { deliverEvents } from './operations/webhooks/deliver-events.ts';
import { createPermissions } from './permissions/cedar.ts';
import { defaultFile, readPolicies } from './permissions/policies.ts';
import type { CheckpointSink } from './ports/audit.ts';
import type { Authenticate } from './ports/authenticate.ts';
import type { GuardRails } from './ports/guard-rails.ts';
import { openCheckpointFile } from './postgres/audit/checkpoint-file.ts';
import { startCheckpointer } from './postgres/audit/checkpointer.ts';
import { openDatabase } from './postgres/database.ts';
import { version } from './version.ts';
import { createWebhook } from './webhook/sender.ts';

export interface Service {
  app: FastifyInstance;
  /** Stops taking requests, finishes those that it took, then lets go of the database and of AWS. */
  close: () => Promise<void>;
}

type Defaulted = Pick<
  Config,
  | 'AUDIT_CHECKPOINT_SECONDS'
  | 'SWEEP_CONCURRENCY'
  | 'STS_ASSUMPTIONS_PER_SECOND'
  | 'OIDC_GROUPS_CLAIM'
  | 'OIDC_CLOCK_SKEW_SECONDS'
  | 'RATE_LIMIT_PER_MINUTE'
  | 'DATABASE_POOL_SIZE'
>;

export interface WireOptions {
  config: Omit<Config, 'DATABASE_URL' | 'MIGRATION_DATABASE_URL' | 'DATABASE_WAIT_SECONDS' | 'HOST' | 'PORT' | keyof Defaulted> &
    Partial<Defaulted>;
  databaseUrl: string;
  /** The owner's, who migrates; without it the service does so itself. */
  migrationDatabaseUrl?: string | undefined;
  /** How long AWS may take to answer one call. */
  awsTimeoutMs?: number;
}

const minuteMs = 60_000;
const hourMs = 3_600_000;
/** The contract keeps answers for 24 hours; who comes back the next day is to find one too. */
const keepAnswersMs = 48 * hourMs;
const keepSweepsMs = 90 * 24 * hourMs;
/** So often is it looked whether there is an event to send. */
const deliveryEveryMs = 1000;
/** So often is it looked how many replicas there are. */
const replicasEveryMs = 5000;
/** So often is it looked whether a change was left without an outcome. */
const recoveryEveryMs = 2000;
/** Interval in ms at which this machine's clock is compared with the database's. */
const compareClockEveryMs = 30_000;

type GuardRailSettings = 'ROLE_NAME_PATTERN' | 'ROLE_PATH_PATTERN' | 'REQUIRED_PERMISSIONS_BOUNDARY' | 'ALLOWED_POLICY_ARNS';

export const guardRailsOf = (config: Pick<Config, 'AUTH'> & Partial<Pick<Config, GuardRailSettings>>): GuardRails => ({
  roleNames: config.ROLE_NAME_PATTERN ?? null,
  rolePaths: config.ROLE_PATH_PATTERN ?? null,
  permissionsBoundary: config.REQUIRED_PERMISSIONS_BOUNDARY ?? null,
  // Without identities everybody may do everything: to bar one thing would protect nothing.
  policyArns: config.ALLOWED_POLICY_ARNS ?? (config.AUTH === 'none' ? '*' : null),
});

/** Puts the service together by hand and brings its database up to date. It does not listen. */
export async function wire({ config, databaseUrl, migrationDatabaseUrl, awsTimeoutMs }: WireOptions): Promise<Service> {
  const now = () => database.clock.now();
  const key = config.AUDIT_SIGNING_KEY === undefined ? null : signingKeyOf(config.AUDIT_SIGNING_KEY);
  const keys = keysOf(key, config.AUDIT_PUBLIC_KEYS);
  const sink = config.AUDIT_CHECKPOINT_SINK === undefined ? null : openSink(config.AUDIT_CHECKPOINT_SINK);
  const permissions = createPermissions(readPolicies(config.PERMISSIONS_FILE ?? defaultFile));
  const { WEBHOOK_URL: webhookUrl, WEBHOOK_SECRET: webhookSecrets } = config;
  const webhook =
    webhookUrl !== undefined && webhookSecrets !== undefined
      ? createWebhook({ url: webhookUrl, secrets: webhookSecrets, now, userAgent: `rolewright/${version}` })
      : null;
  const database = openDatabase({
    url: databaseUrl,
    migrationUrl: migrationDatabaseUrl,
    keys,
    sink,
    announces: webhook !== null,
    ...(config.DATABASE_POOL_SIZE !== undefined && { poolSize: config.DATABASE_POOL_SIZE }),
  });
  const aws = { version, ...(awsTimeoutMs && { requestTimeoutMs: awsTimeoutMs }) };
  const guardRails = guardRailsOf(config);
  // STS counts the hub's assumptions, whichever replica makes them.
  let replicas = 1;
  const roles = createRoles({
    now,
    ...aws,
    stsPerSecond: () => (config.STS_ASSUMPTIONS_PER_SECOND ?? defaultStsPerSecond) / replicas,
    sourceIdentity: config.STS_SOURCE_IDENTITY === 'true',
    attachable: (partition) => attachable(guardRails, partition),
  });
  const { ORGANIZATIONS_ROLE_ARN: roleArn, ORGANIZATIONS_EXTERNAL_ID: externalId = null } = config;
  const organizations = roleArn === undefined ? null : openOrganizations({ roleArn, externalId, ...aws });
  const stopping = new AbortController();
  const underway = new Set<Promise<unknown>>();
  const release = async () => {
    roles.close();
    organizations?.close();
    await database.close();
  };
  try {
    const deps: ServerOptions['deps'] = {
      roles,
      permissions,
      accounts: database.accounts,
      imports: database.imports,
      organizations,
      ledger: database.ledger,
      audit: database.audit,
      claims: database.claims,
      locks: database.locks,
      idempotencyKeys: database.idempotencyKeys,
      serviceTokens: database.serviceTokens,
      mintServiceToken,
      sweeps: database.sweeps,
      posture: database.posture,
      outbox: database.outbox,
      schedules: database.schedules,
      now,
      clock: database.clock,
      newId: randomUUID,
      memberRole: { name: config.MEMBER_ROLE_NAME, externalId: config.MEMBER_EXTERNAL_ID ?? null },
      guardRails,
      organizationId: config.ORGANIZATION_ID ?? null,
      extraRegions: config.EXTRA_REGIONS?.split(',') ?? [],
      readBackDelays: [50, 100, 200, 400, 800, 1600],
      recordDelays: [100, 300, 1000, 2000, 4000, 8000],
      recordPatienceMs: 1500,
      staleMs: config.IAM_STALE_SECONDS * 1000,
      underway,
      stopping: stopping.signal,
      refusals: createRefusalCounts(),
    };
    const app = await buildServer({
      deps,
      ready: () => database.health.check(),
      authenticate: authenticationOf(config, { tokens: database.serviceTokens, now, underway }),
      ratePerMinute: config.RATE_LIMIT_PER_MINUTE ?? 0,
      proxies: config.TRUSTED_PROXIES === undefined ? null : parseNetworks(config.TRUSTED_PROXIES),
      logLevel: config.LOG_LEVEL,
      graphiql: config.NODE_ENV === 'development',
      corsOrigins: config.CORS_ORIGINS?.split(',') ?? [],
      hstsSeconds: config.HSTS_SECONDS ?? 0,
    });
    const { log } = app;
    await database.requireOwnSessions();
    const { mayChangeLog } = await database.migrate(log);
    await database.reserveConnections();
    await database.clock.compare(log);
    const acts = operationsLog(log);
    // Whatever LOG_LEVEL is: it is the end of all that protects.
    if (config.AUTH === 'none') acts.warn('AUTH=none: whoever reaches this address may change every role of every registered account');
    if (mayChangeLog)
      log.warn('the role of DATABASE_URL may change the audit log: set MIGRATION_DATABASE_URL to its owner, and give the service another');
    if (key === null)
      log.warn('AUDIT_SIGNING_KEY is not set: no checkpoints are signed, and who can rewrite the whole log leaves no trace');
    else if (sink === null)
      log.warn('AUDIT_CHECKPOINT_SINK is not set: checkpoints stay in the database, so a cut-off tail leaves no trace');
    const intervalMs = (config.AUDIT_CHECKPOINT_SECONDS ?? 10) * 1000;
    const checkpointer = key && keys && startCheckpointer({ url: databaseUrl, key, keys, sink, now, log, intervalMs });
    const told = new Set<string>();
    const stopRecovery = repeat('recovery', recoveryEveryMs, () => recover({ ...deps, log }, told), log);
    const background = [
      repeat('counting refusals', minuteMs, () => tellRefusals(deps.refusals, log), log),
      repeat('comparing the clock', compareClockEveryMs, () => database.clock.compare(log), log),
      repeat('purging sweeps', hourMs, () => database.sweeps.purge(new Date(now().getTime() - keepSweepsMs)), log),
      repeat('purging dead letters', hourMs, () => database.outbox.purge(new Date(now().getTime() - keepSweepsMs)), log),
      repeat('purging roles that are gone', hourMs, () => database.posture.purge(new Date(now().getTime() - keepSweepsMs)), log),
      ...(webhook
        ? [repeat('delivering events', deliveryEveryMs, () => deliverEvents({ ...deps, log, webhook }, stopping.signal), log)]
        : []),
      repeat('purging idempotency keys', hourMs, () => database.idempotencyKeys.purge(new Date(now().getTime() - keepAnswersMs)), log),
    ];
    // What works by itself calls operations, too.
    const working = { ...deps, log: acts };
    const concurrency = config.SWEEP_CONCURRENCY ?? 64;
    await database.queue.work(concurrency, sweepWork(working, concurrency), log);
    await database.queue.workOnSchedules(scheduleWork(working));
    const countReplicas = async () => {
      replicas = await database.queue.replicas();
    };
    const stopCounting = repeat('counting replicas', replicasEveryMs, countReplicas, log);
    const close = async () => {
      // No further event is taken; those on their way have ten seconds, beside all that follows.
      stopping.abort();
      const stopped = awaitLater(Promise.all([app.close(), stopCounting(), ...background.map((stop) => stop())]));
      // Changes are waited for, connections are not: neither they nor an event's receiver delay the last checkpoint.
      await app.finishWrites();
      // The accounts under way get their results; what is left of a batch is another replica's, or of after the next start.
      await database.queue.close();
      await stopRecovery();
      // A change goes on when its caller has hung up; AWS and the log must still be there for it.
      while (underway.size > 0) await Promise.allSettled(underway);
      await checkpointer?.close();
      await stopped;
      await release();
    };
    return { app, close };
  } catch (error) {
    await release();
    throw error;
  }
}

/** Null: without identity. */
function authenticationOf(config: WireOptions['config'], deps: ServiceTokenDeps): Authenticate | null {
  const { AUTH, OIDC_ISSUER: issuer, OIDC_AUDIENCE: audience } = config;
  if (AUTH === 'none') return null;
  if (issuer === undefined || audience === undefined) throw new Error('AUTH=oidc needs OIDC_ISSUER and OIDC_AUDIENCE.');
  const { OIDC_GROUPS_CLAIM: groupsClaim = 'groups', OIDC_CLOCK_SKEW_SECONDS: clockSkewSeconds = 60 } = config;
  return createAuthentication({ issuer, audience, groupsClaim, clockSkewSeconds }, createIssuerKeys({ issuer }), deps);
}

/** Our own key, and those that were ours once. Null where there is none. */
function keysOf(key: SigningKey | null, others: string | undefined): TrustedKeys | null {
  const keys = new Map(others === undefined ? [] : trustedKeysOf(others));
  if (key) keys.set(key.keyId, key.publicKey);
  return keys.size > 0 ? keys : null;
}

async function tellRefusals(refusals: RefusalCounts, log: FastifyInstance['log']): Promise<void> {
  const counts = refusals.take();
  if (Object.keys(counts).length > 0) log.info({ counts }, 'requests of the last minute that were refused for now, by code');
}

const openSink = (url: string): CheckpointSink => (url.startsWith('s3:') ? openCheckpointBucket(url) : openCheckpointFile(url));
/** Does the work now and then again and again, `everyMs` after it ended. Answers how to stop: when the work under way is done. */
function repeat(name: string, everyMs: number, work: () => Promise<unknown>, log: FastifyInstance['log']): () => Promise<void> {
  let stopped = false;
  let timer: NodeJS.Timeout | undefined;
  const once = async (): Promise<void> => {
    // Whatever it is, it may pass: the next time tries again.
    await work().catch((err: unknown) => log.error({ err }, `${name} failed`));
    // Not awaited: it never rejects.
    if (!stopped) timer = setTimeout(() => (running = once()), everyMs);
  };
  // Not awaited: see above.
  let running = once();
  return async () => {
    stopped = true;
    clearTimeout(timer);
    await running;
  };
}
