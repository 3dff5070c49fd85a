import type { FastifyInstance, InjectOptions } from 'fastify';
import type { Test } from 'tap';
import { startAwsSandbox } from '#dev/sandbox/aws/server.ts';
import type { World } from '#dev/sandbox/aws/world.ts';
import { createSigningKey, parseSigningKey } from '#src/audit/checkpoint.ts';
import { createAws } from '#src/aws/aws.ts';
import type { ClientOptions } from '#src/aws/clients.ts';
import { openOrganizations } from '#src/aws/organizations.ts';
import { buildServer, type ServerOptions } from '#src/http/server.ts';
import { createScheduleHandler } from '#src/jobs/schedule.ts';
import { createSweepHandler } from '#src/jobs/sweep.ts';
import { unobserved } from '#src/observe.ts';
import { createRefusalCounts } from '#src/operations/call/refusal-counts.ts';
import { rememberClusters } from '#src/operations/clusters/remember-clusters.ts';
import type { Authenticate } from '#src/ports/authenticate.ts';
import { startCheckpointer } from '#src/postgres/audit/checkpointer.ts';
import type { Database } from '#src/postgres/database.ts';
import type { Change } from '#src/schema/change.ts';
import type { Partition } from '#src/schema/primitives.ts';
import { plainDeps } from './plain-deps.ts';
import { freshStore, type StoreOptions } from './postgres.ts';
import { useOwnCredentials } from './scripted-aws.ts';

export const roleName = 'AmazonEKSFargatePodExecutionRole';
/** The account of the service's own credentials. */
export const serviceAccountId = '999999999999';
const externalId = 'ext-1';
/** The management account. It exists once a test creates an organization. */
export const managementAccountId = '900000000009';
const organizationsRole = `arn:aws:iam::${managementAccountId}:role/RolewrightOrganizations`;

/** An answer. `json` is null when there is no body. */
export interface Answer {
  status: number;
  headers: Record<string, unknown>;
  // biome-ignore lint/suspicious/noExplicitAny: a test says itself what it expects there
  json: any;
}

export interface TestService {
  app: FastifyInstance;
  world: World;
  databaseUrl: string;
  store: Database;
  awsUrl: string;
  /** The log's lines, parsed. */
  log: Record<string, unknown>[];
  rest(method: string, url: string, payload?: unknown, headers?: Record<string, string>): Promise<Answer>;
  graphql(query: string, variables?: Record<string, unknown>): Promise<Answer>;
  /** A registered account of its own, with its member role in AWS. */
  account(options?: {
    accountId?: string;
    partition?: Partition;
    quotas?: Record<string, number>;
    labels?: Record<string, string>;
  }): Promise<TestAccount>;
  changes(accountId: string): Promise<Change[]>;
  /** Replaces the organization by one with these members. Its management account lets the service read it. */
  organization(members: Parameters<World['putOrganization']>[0]['members'], organizationId?: string): void;
  /** Resolves when no work is in flight. */
  settled(): Promise<void>;
  /** Makes a checkpoint of the current log. */
  checkpoint(): Promise<void>;
}

export interface TestAccount {
  accountId: string;
  /** /v1/accounts/ID/execution-roles */
  roles: string;
  /** The same, with the usual role's name. */
  role: string;
  line(cluster: string, region?: string): string;
  /**
   * Creates the usual role directly in AWS: as in the EKS guide, with these clusters, and with `differences`.
   */
  seed(clusters: string[], differences?: Partial<Parameters<World['putRole']>[0]>): void;
  /**
   * Creates a cluster in AWS, in the Region of `line`: healthy, with one profile `default` of the usual role,
   * and with `differences`. Put its roles before.
   */
  cluster(name: string, differences?: Partial<Parameters<World['putCluster']>[0]>): void;
  /** The trust policy in AWS, as it is stored there. */
  trust(): string;
  calls(): Record<string, number>;
  ledger(): ReturnType<World['ledger']>;
}

/** The parts and settings of the server. */
export type Parts = ServerOptions['deps'];

export interface ServiceOptions extends ClientOptions {
  /** As STS_SOURCE_IDENTITY. Member roles then allow it. */
  sourceIdentity?: boolean;
  deps?: (real: Parts) => Partial<Parts>;
  database?: StoreOptions;
  /** Authenticates callers. By default everyone is an administrator, as with AUTH=none. */
  authenticate?: (real: Parts) => Authenticate | null;
  ratePerMinute?: number;
  reauthenticateEveryMs?: number;
  /** AWS's clock. */
  awsNow?: () => number;
  /** Number of accounts of sweeps at once. 0, the default: this service does not work on sweeps. */
  sweepConcurrency?: number;
}

let accounts = 0;

/**
 * The service with the AWS sandbox and a new database. `deps` replaces parts of it. It works on sweeps only
 * with a `sweepConcurrency`. Everything ends with the test.
 */
export async function startService(
  t: Test,
  {
    deps = () => ({}),
    database = {},
    authenticate = () => null,
    ratePerMinute = 0,
    reauthenticateEveryMs = 60_000,
    sweepConcurrency = 0,
    awsNow = Date.now,
    observer = unobserved,
    ...given
  }: ServiceOptions = {},
): Promise<TestService> {
  useOwnCredentials();
  const aws = { ...given, observer };
  const sandbox = await startAwsSandbox({ now: awsNow, currentTime: Date.now });
  const { world } = sandbox;
  const { AWS_ACCESS_KEY_ID: accessKeyId = '', AWS_SECRET_ACCESS_KEY: secretAccessKey = '' } = process.env;
  world.putAccount({ accountId: serviceAccountId, accessKeys: [{ accessKeyId, secretAccessKey }] });
  const now = () => new Date();
  const {
    roles,
    clusters,
    close: closeAws,
  } = createAws({ now, endpoint: sandbox.url, attachable: () => ['*'], ...aws });
  // Emulators do not throttle unless a test says so.
  const organizations = openOrganizations({
    roleArn: organizationsRole,
    externalId: null,
    perSecond: 10_000,
    endpoint: sandbox.url,
    ...aws,
  });
  const key = parseSigningKey(createSigningKey().privateKey);
  const keys = new Map([[key.keyId, key.publicKey]]);
  const store = await freshStore(t, { lockWaitMs: 5000, timeoutMs: 30_000, keys, observer, ...database });
  const plain = plainDeps(store);
  const { seenClusters, inFlight } = plain;
  const onFailure = (err: unknown) => app.log.error({ err }, 'clusters are not remembered');
  const real: Parts = {
    ...plain,
    observer,
    refusals: createRefusalCounts(observer),
    roles,
    clusters: rememberClusters(clusters, { seenClusters, inFlight, onFailure, patienceMs: 30_000 }),
    organizations,
    now,
    memberRole: { name: 'RolewrightMember', externalId },
    readBackDelays: [5, 10, 20],
    recordDelays: [5, 10],
    recordPatienceMs: 30_000,
    untouchedPatienceMs: 30_000,
    readiness: { patienceMs: 2000, intervalMs: 5, settleMs: 20 },
  };
  const log: Record<string, unknown>[] = [];
  const app = await buildServer({
    deps: { ...real, ...deps(real) },
    ready: () => store.health.check(),
    authenticate: authenticate(real),
    ratePerMinute,
    reauthenticateEveryMs,
    logLevel: 'info',
    graphiql: true,
    logTo: { write: (line) => void log.push(JSON.parse(line) as Record<string, unknown>) },
  });
  if (sweepConcurrency > 0) {
    const work = createSweepHandler({ ...real, ...deps(real), log: app.log }, sweepConcurrency);
    await store.queue.work(sweepConcurrency, work, app.log);
    await store.queue.workOnSchedules(createScheduleHandler({ ...real, ...deps(real), log: app.log }));
  }
  const hour = 3_600_000;
  const checkpointer = startCheckpointer({
    url: store.url,
    key,
    keys,
    sink: null,
    now,
    log: app.log,
    intervalMs: hour,
    observer,
  });
  t.teardown(async () => {
    await app.close();
    await store.queue.close();
    await checkpointer.close();
    closeAws();
    organizations.close();
    await sandbox.close();
  });

  const rest: TestService['rest'] = async (method, url, payload, headers = {}) => {
    const given = payload === undefined ? {} : { payload: payload as NonNullable<InjectOptions['payload']> };
    const answer = await app.inject({ method: method as 'GET', url, headers, ...given });
    return { status: answer.statusCode, headers: answer.headers, json: answer.body ? answer.json() : null };
  };

  return {
    app,
    world,
    databaseUrl: store.url,
    store,
    organization: (members, organizationId = 'o-rolewright1') => {
      world.putAccount({ accountId: managementAccountId });
      const trust = {
        Effect: 'Allow',
        Principal: { AWS: `arn:aws:iam::${serviceAccountId}:root` },
        Action: 'sts:AssumeRole',
      };
      const trustText = JSON.stringify({ Version: '2012-10-17', Statement: trust });
      world.putRole({ accountId: managementAccountId, roleName: 'RolewrightOrganizations', trustText });
      world.putOrganization({ organizationId, managementAccountId, members });
    },
    settled: async () => {
      while (real.inFlight.size > 0) await Promise.allSettled(real.inFlight);
    },
    checkpoint: () => checkpointer.run(),
    awsUrl: sandbox.url,
    log,
    rest,
    graphql: (query, variables = {}) => rest('POST', '/graphql', { query, variables }),
    changes: async (accountId) =>
      (await rest('GET', `/v1/changes?accountId=${accountId}&limit=100`)).json.items,
    async account({
      accountId = String(100000000001 + accounts),
      partition = 'aws',
      quotas = {},
      labels = {},
    } = {}) {
      accounts += 1;
      world.putAccount({ accountId, partition, quotas });
      const member = {
        Version: '2012-10-17',
        Statement: {
          Effect: 'Allow',
          Principal: { AWS: `arn:aws:iam::${serviceAccountId}:root` },
          Action: aws.sourceIdentity
            ? ['sts:AssumeRole', 'sts:SetSourceIdentity', 'sts:TagSession']
            : 'sts:AssumeRole',
          Condition: { StringEquals: { 'sts:ExternalId': externalId } },
        },
      };
      world.putRole({ accountId, roleName: 'RolewrightMember', trustText: JSON.stringify(member) });
      await store.accounts.put({
        accountId,
        name: `account ${accounts}`,
        partition,
        memberRoleArn: null,
        externalId: null,
        labels,
      });
      const usualRegion = partition === 'aws' ? 'us-west-2' : 'cn-north-1';
      const line = (cluster: string, region = usualRegion) =>
        `arn:${partition}:eks:${region}:${accountId}:fargateprofile/${cluster}/*`;
      return {
        accountId,
        roles: `/v1/accounts/${accountId}/execution-roles`,
        role: `/v1/accounts/${accountId}/execution-roles/${roleName}`,
        line,
        seed: (clusters, differences) => {
          world.putRole({
            accountId,
            roleName,
            trustText: JSON.stringify(trustOf(clusters.map((cluster) => line(cluster)))),
            attached: [`arn:${partition}:iam::aws:policy/AmazonEKSFargatePodExecutionRolePolicy`],
            ...differences,
          });
        },
        cluster: (name, differences) => {
          const profiles = [{ name: 'default' }];
          world.putCluster({ accountId, region: usualRegion, name, profiles, ...differences });
        },
        trust: () => world.role(accountId, roleName)?.trustText ?? '',
        calls: () => world.calls(accountId)[accountId] ?? {},
        ledger: () => world.ledger(accountId),
      };
    },
  };
}

/** The statement of the EKS guide. */
export const statementOf = (lines: string[]) => ({
  Effect: 'Allow',
  Principal: { Service: 'eks-fargate-pods.amazonaws.com' },
  Action: 'sts:AssumeRole',
  Condition: { ArnLike: { 'aws:SourceArn': lines.length === 1 ? lines[0] : lines } },
});
export const trustOf = (lines: string[]) => ({ Version: '2012-10-17', Statement: [statementOf(lines)] });

/** Clusters in us-west-2, by name. */
export const clusters = (...names: string[]) => names.map((name) => ({ region: 'us-west-2', name }));
