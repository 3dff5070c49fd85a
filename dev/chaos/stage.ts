import type { LedgerEntry } from '../sandbox/aws/model.ts';
import { type AwsSandbox, startAwsSandbox } from '../sandbox/aws/server.ts';
import { externalId, hub } from '../sandbox/fleet.ts';
import { send } from './client.ts';
import { atEnd } from './endings.ts';
import { startVictim, type Victim } from './postgres.ts';
import { type PostgresProxy, startPostgresProxy } from './postgres-proxy.ts';
import type { Random } from './random.ts';
import { type Replica, startReplica } from './replica.ts';

export const roleName = 'AmazonEKSFargatePodExecutionRole';

/** A replica with the proxy that its connections to PostgreSQL go through. */
export interface WatchedReplica extends Replica {
  proxy: PostgresProxy;
}

/** The environment of a row: AWS in this process, PostgreSQL and replicas as processes of their own. */
export interface Stage {
  aws: AwsSandbox;
  postgres: Victim;
  /** `more`: further settings, for this replica only. `root`: the folder of another version of the service. */
  replica(more?: Record<string, string>, root?: string): Promise<WatchedReplica>;
  /** Starts and stops one replica, so that later ones start faster. For rows that start many. */
  warmUp(): Promise<void>;
  /** Creates an account in AWS, with its member role and an execution role with lines for these clusters. */
  account(accountId: string, clusters: string[], quota?: number): void;
  /** Creates another role. */
  role(accountId: string, roleName: string, clusters: string[]): void;
  /** Advances AWS's clock, which ends sessions. */
  advance(ms: number): void;
  /** Every write that AWS accepted, timed by this machine's clock. */
  writes(accountId?: string): LedgerEntry[];
  /** Registers an account with the service. Throws an Error when that is refused. */
  register(origin: string, accountId: string): Promise<void>;
  close(): Promise<void>;
}

export const lineOf = (accountId: string, cluster: string) =>
  `arn:aws:eks:us-west-2:${accountId}:fargateprofile/${cluster}/*`;

export const trustOf = (accountId: string, clusters: string[]) => ({
  Version: '2012-10-17',
  Statement: [
    {
      Effect: 'Allow',
      Principal: { Service: 'eks-fargate-pods.amazonaws.com' },
      Action: 'sts:AssumeRole',
      Condition: { ArnLike: { 'aws:SourceArn': clusters.map((cluster) => lineOf(accountId, cluster)) } },
    },
  ],
});

/** The trust policy of the member role of each account. */
export const memberTrust = {
  Version: '2012-10-17',
  Statement: {
    Effect: 'Allow',
    Principal: { AWS: `arn:aws:iam::${hub.accountId}:root` },
    Action: 'sts:AssumeRole',
    Condition: { StringEquals: { 'sts:ExternalId': externalId } },
  },
};

export interface StageOptions {
  random: Random;
  /** Passed to startVictim. */
  durable?: boolean;
  tmpfsMegabytes?: number;
  /** The factor by which AWS's clock runs faster. With 20, a minute of staleness takes three seconds. */
  haste?: number;
  /** IAM_STALE_SECONDS: how long a read may be stale, by this machine's clock. */
  staleSeconds?: number;
  /** Other settings of the replicas. `directory` holds PostgreSQL's data, and is deleted with the stage. */
  settings?: Record<string, string> | ((place: { directory: string }) => Record<string, string>);
}

/** Starts a stage. Everything in it ends with `close`, or with this process. */
export async function startStage({
  random,
  durable = false,
  tmpfsMegabytes,
  haste = 1,
  staleSeconds = 1,
  settings = {},
}: StageOptions): Promise<Stage> {
  const postgres = await startVictim({ durable, ...(tmpfsMegabytes !== undefined && { tmpfsMegabytes }) });
  const began = Date.now();
  // The end of a session is by the service's clock.
  let ahead = 0;
  const jumps: { from: number; ms: number }[] = [];
  const awsNow = () => began + (Date.now() - began) * haste + ahead;
  const ourTime = (at: number) =>
    began + (jumps.reduce((left, { from, ms }) => (from <= at ? left - ms : left), at) - began) / haste;
  const clocks = { now: awsNow, currentTime: Date.now };
  const aws = await startAwsSandbox({ random: () => random.next(), ...clocks });
  const { accountId: hubId, ...keys } = hub;
  aws.world.putAccount({ accountId: hubId, accessKeys: [{ ...keys, userName: 'rolewright' }] });
  const putRole = (accountId: string, roleName: string, clusters: string[]) => {
    const attached = ['arn:aws:iam::aws:policy/AmazonEKSFargatePodExecutionRolePolicy'];
    aws.world.putRole({
      accountId,
      roleName,
      trustText: JSON.stringify(trustOf(accountId, clusters)),
      attached,
    });
  };
  const ownSettings = typeof settings === 'function' ? settings(postgres) : settings;
  const replicas = new Set<WatchedReplica>();
  const endPostgres = atEnd(() => postgres.end());
  const replica = async (more: Record<string, string> = {}, root?: string): Promise<WatchedReplica> => {
    const proxy = await startPostgresProxy(postgres.serviceUrl);
    const started = await startReplica(
      {
        DATABASE_URL: proxy.url,
        MIGRATION_DATABASE_URL: postgres.url,
        AWS_ENDPOINT_URL: aws.url,
        IAM_STALE_SECONDS: String(staleSeconds),
        ...ownSettings,
        ...more,
      },
      root,
    ).catch((error: unknown) => {
      proxy.close();
      throw error;
    });
    const gone = () => {
      proxy.close();
      replicas.delete(watched);
    };
    const watched: WatchedReplica = {
      ...started,
      proxy,
      kill: () => started.kill().then(gone),
      stop: () => started.stop().finally(gone),
    };
    replicas.add(watched);
    return watched;
  };
  return {
    aws,
    postgres,
    replica,
    warmUp: async () => void (await (await replica()).stop()),
    account(accountId, clusters, quota = 4096) {
      aws.world.putAccount({ accountId, quotas: { trustPolicySize: quota } });
      aws.world.putRole({ accountId, roleName: 'RolewrightMember', trustText: JSON.stringify(memberTrust) });
      putRole(accountId, roleName, clusters);
    },
    role: putRole,
    advance(ms) {
      ahead += ms;
      jumps.push({ from: awsNow(), ms });
    },
    writes: (accountId) => aws.world.ledger(accountId).map((entry) => ({ ...entry, at: ourTime(entry.at) })),
    async register(origin, accountId) {
      const { status, body } = await send(origin, 'PUT', `/v1/accounts/${accountId}`, {
        name: `chaos ${accountId}`,
      });
      if (status !== 201 && status !== 200)
        throw new Error(`account ${accountId} could not be registered: ${status} ${JSON.stringify(body)}`);
    },
    async close() {
      await Promise.all([...replicas].map((replica) => replica.kill()));
      await aws.close();
      endPostgres();
    },
  };
}
