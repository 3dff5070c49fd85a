import { once } from 'node:events';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { Worker } from 'node:worker_threads';
import { atEnd } from '../chaos/endings.ts';
import { startVictim, type Victim } from '../chaos/postgres.ts';
import { type Replica, startReplica } from '../chaos/replica.ts';
import { roleName } from '../chaos/stage.ts';
import { startIssuer } from '../sandbox/issuer.ts';
import { accountIdAt } from './accounts.ts';

/** The callers of the soak, and the group of each. The groups of strangers permit nothing. */
const groups = {
  reader: 'rolewright-viewers',
  checker: 'rolewright-operators',
  stranger: 'soak-strangers',
  viewer: 'rolewright-viewers',
  sweeper: 'rolewright-operators',
  idler: 'rolewright-viewers',
} as const;
export type Tokens = Record<keyof typeof groups, string>;

export interface Place {
  service: Replica;
  postgres: Victim;
  tokens: Tokens;
  /** The file to which the service writes its usage. See report-usage.ts. */
  usageFile: string;
  close(): Promise<void>;
}

const audience = 'rolewright';
const host = '127.0.0.1';

/**
 * Starts AWS, PostgreSQL, an issuer and the service with a heap of `heapMegabytes`. Registers the accounts,
 * each with a role.
 */
export async function startPlace(accounts: number, heapMegabytes: number): Promise<Place> {
  const aws = new Worker(new URL('aws.ts', import.meta.url));
  const endAws = atEnd(() => void aws.terminate().catch(() => {}));
  const [awsUrl] = (await once(aws, 'message')) as [string];
  const postgres = await startVictim({ durable: false });
  const endPostgres = atEnd(() => postgres.end());
  const issuer = await startIssuer({
    host,
    port: 0,
    audience,
    keyFile: join(postgres.directory, 'issuer-key.json'),
  });
  const usageFile = join(postgres.directory, 'usage.ndjson');
  const service = await startReplica({
    DATABASE_URL: postgres.serviceUrl,
    MIGRATION_DATABASE_URL: postgres.url,
    AWS_ENDPOINT_URL: awsUrl,
    AUTH: 'oidc',
    OIDC_ISSUER: issuer.url,
    OIDC_AUDIENCE: audience,
    // What the settings say by themselves.
    RATE_LIMIT_PER_MINUTE: '1200',
    NODE_OPTIONS: `--max-old-space-size=${heapMegabytes} --import=${pathToFileURL(join(import.meta.dirname, 'report-usage.ts')).href}`,
    SOAK_USAGE_FILE: usageFile,
  });
  await putFleet(postgres, accounts);
  const tokens = await makeTokens(service.origin, await issuer.token('administrator'));
  return {
    service,
    postgres,
    tokens,
    usageFile,
    async close() {
      await service.kill();
      await issuer.close();
      endPostgres();
      endAws();
      await aws.terminate();
    },
  };
}

/** Stores registered accounts, and a known verdict of the role in each. */
async function putFleet(postgres: Victim, count: number): Promise<void> {
  const ids = Array.from({ length: count }, (_, i) => accountIdAt(i));
  await postgres.sql(
    `INSERT INTO account (account_id, name, partition, labels, updated_at)
     SELECT id, 'soak ' || id, 'aws', '{"team": "soak"}', now() FROM unnest($1::text[]) AS id`,
    [ids],
  );
  await postgres.sql(
    `INSERT INTO posture (account_id, role_key, role_name, verdict, findings, checked_at, changed_at, sweep_id)
     SELECT id, lower($2), $2, 'COMPLIANT', '{}', now(), now(), 'sweep_soak' FROM unnest($1::text[]) AS id`,
    [ids, roleName],
  );
}

async function makeTokens(origin: string, administrator: string): Promise<Tokens> {
  const expiresAt = new Date(Date.now() + 24 * 3_600_000).toISOString();
  const made = Object.entries(groups).map(async ([name, group]) => {
    const response = await fetch(`${origin}/v1/service-tokens`, {
      method: 'POST',
      headers: { authorization: `Bearer ${administrator}`, 'content-type': 'application/json' },
      body: JSON.stringify({ name, groups: [group], expiresAt }),
    });
    const { token } = (await response.json()) as { token?: string };
    if (token === undefined) throw new Error(`the token of ${name} was refused: ${response.status}`);
    return [name, token] as const;
  });
  return Object.fromEntries(await Promise.all(made)) as Tokens;
}
