import { execFileSync } from 'node:child_process';
import { chmodSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import pg from 'pg';
import { createSigningKey } from '#src/audit/checkpoint.ts';
import { atEnd } from '../chaos/endings.ts';
import { type Replica, startReplica } from '../chaos/replica.ts';
import { until } from '../chaos/waiting.ts';
import { type AwsSandbox, startAwsSandbox } from '../sandbox/aws/server.ts';
import { type EmbeddedPostgres, startPostgres } from '../sandbox/postgres.ts';
import { runBound } from '../sandbox/spawn-bound.ts';

/** What the drill takes place in: a PostgreSQL that archives its WAL, AWS, and the service. */
export interface Place {
  aws: AwsSandbox;
  /** The variables that the page's commands use. */
  env: Record<string, string>;
  /** Runs a statement as the superuser. */
  sql(statement: string): Promise<pg.QueryResult>;
  /** The running replica. Throws an Error when there is none. */
  service(): Replica;
  /** Starts a replica that publishes checkpoints to this file. */
  startService(sink: string): Promise<Replica>;
  stopService(): Promise<void>;
  startServer(settings?: string[]): Promise<void>;
  /** Kills the server and deletes its files. */
  loseServer(): Promise<void>;
  /** Runs commands as a reader does. Answers what they print. Throws an Error when they fail. */
  run(commands: string): Promise<string>;
  end(): Promise<void>;
}

const database = 'rolewright';

/** `bin`: the folder of PostgreSQL's programs. */
export async function openPlace(bin: string): Promise<Place> {
  const directory = mkdtempSync(join(tmpdir(), 'rolewright-drill-'));
  chmodSync(directory, 0o755);
  atEnd(() => rmSync(directory, { recursive: true, force: true, maxRetries: 20 }));
  const path = (name: string) => join(directory, name);
  for (const name of ['backup', 'archive']) mkdirSync(path(name));
  // The server runs as nobody when we are root, and archives there.
  chmodSync(path('archive'), 0o777);
  const key = createSigningKey();
  writeFileSync(path('audit-key.pem.pub'), key.publicKey);
  const aws = await startAwsSandbox({});
  const env: Record<string, string> = {
    BACKUP: path('backup'),
    ARCHIVE: path('archive'),
    PUBLIC_KEY: path('audit-key.pem.pub'),
    PGDATA: path('postgres/data'),
  };
  let server: EmbeddedPostgres | null = null;
  let serviceUrl = '';
  let replica: Replica | null = null;

  async function sql(statement: string): Promise<pg.QueryResult> {
    const client = new pg.Client(env.SERVER_URL);
    client.on('error', () => {}); // The query under way fails, and says so.
    await client.connect();
    try {
      return await client.query(statement);
    } finally {
      await client.end();
    }
  }

  async function stopService(): Promise<void> {
    const code = await replica?.stop();
    replica = null;
    if (code !== 0) throw new Error(`the service ended with exit code ${code}`);
  }

  const place: Place = {
    aws,
    env,
    sql,
    stopService,
    service() {
      if (replica === null) throw new Error('the service does not run');
      return replica;
    },
    async startService(sink) {
      env.CHECKPOINTS = path(sink);
      replica = await startReplica({
        DATABASE_URL: serviceUrl,
        MIGRATION_DATABASE_URL: env.OWNER_URL ?? '',
        AWS_ENDPOINT_URL: aws.url,
        IAM_STALE_SECONDS: '1',
        AUDIT_SIGNING_KEY: key.privateKey,
        AUDIT_CHECKPOINT_SINK: pathToFileURL(path(sink)).href,
        AUDIT_CHECKPOINT_SECONDS: '1',
      });
      return replica;
    },
    async startServer(settings = []) {
      if (process.getuid?.() === 0) execFileSync('chown', ['-R', 'nobody', path('postgres')]);
      server = await startPostgres({ directory: path('postgres'), persistent: true, settings });
      const at = (url: string) => Object.assign(new URL(url), { pathname: database }).href;
      env.SERVER_URL = server.url;
      env.OWNER_URL = at(server.url);
      serviceUrl = at(server.serviceUrl);
    },
    async loseServer() {
      const pid = Number.parseInt(readFileSync(join(env.PGDATA ?? '', 'postmaster.pid'), 'utf8'), 10);
      process.kill(pid, 'SIGKILL');
      await until('the killed server is gone', 30_000, () =>
        sql('SELECT').then(
          () => false,
          () => true,
        ),
      );
      rmSync(env.PGDATA ?? '', { recursive: true, maxRetries: 20, retryDelay: 100 });
    },
    async run(commands) {
      // Without a look whether the packages are installed: this process runs on them.
      const verify = `${process.execPath} src/cli/audit-verify.ts`;
      const text = commands.replaceAll('npm run audit:verify --', verify);
      const { stdout } = await runBound('bash', ['-euo', 'pipefail', '-c', text], {
        env: { ...process.env, ...env, PATH: `${bin}:${process.env.PATH}` },
      });
      return stdout;
    },
    async end() {
      await replica?.kill();
      await server?.stop();
      await aws.close();
    },
  };
  mkdirSync(path('postgres'), { mode: 0o700 });
  await place.startServer([
    'wal_level=replica',
    'archive_mode=on',
    `archive_command=test ! -f ${path('archive')}/%f && cp %p ${path('archive')}/%f`,
  ]);
  await sql(`CREATE DATABASE ${database}`);
  await place.startService('checkpoints.ndjson');
  return place;
}
