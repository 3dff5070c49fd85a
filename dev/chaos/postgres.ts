import { execFileSync, spawnSync } from 'node:child_process';
import { chmodSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import pg from 'pg';
import { startPostgres } from '../sandbox/postgres.ts';
import { atEnd, signal } from './endings.ts';
import { until } from './waiting.ts';

/** A PostgreSQL that can be killed, stopped and filled. */
export interface Victim {
  /** The superuser's URL. */
  url: string;
  /** The URL of the service's role. */
  serviceUrl: string;
  /** The directory of all its files. */
  directory: string;
  sql(statement: string, values?: unknown[]): Promise<pg.QueryResult>;
  /** Kills the postmaster. Its children notice and end. Answers when all have ended. */
  kill(): Promise<void>;
  /** Starts it again on the same port, after `kill` or after it failed by itself. */
  restart(): Promise<void>;
  isRunning(): boolean;
  /**
   * Stops the server and its children (SIGSTOP). The kernel still accepts connections, but nothing answers.
   */
  pause(): void;
  resume(): void;
  end(): void;
}

/** The processes that still run. Zombies do not count. */
function living(pids: number[]): number[] {
  if (pids.length === 0) return [];
  const { stdout } = spawnSync('ps', ['-o', 'pid=,stat=', '-p', pids.join(',')], { encoding: 'utf8' });
  return stdout
    .trim()
    .split('\n')
    .flatMap((line) => {
      const [pid, state = ''] = line.trim().split(/\s+/);
      return pid && !state.startsWith('Z') ? [Number(pid)] : [];
    });
}

/**
 * Starts a PostgreSQL in a directory of its own. `durable`: with fsync, which is needed if it will be killed.
 * `tmpfsMegabytes`: on a tmpfs of that size, which needs root and Linux. Throws an Error when it cannot be
 * mounted.
 */
export async function startVictim({
  durable,
  tmpfsMegabytes,
}: {
  durable: boolean;
  tmpfsMegabytes?: number;
}): Promise<Victim> {
  const directory = mkdtempSync(join(tmpdir(), 'rolewright-chaos-'));
  // As root, PostgreSQL runs as nobody. It would otherwise keep its data elsewhere.
  chmodSync(directory, 0o755);
  const undoDirectory = atEnd(() => rmSync(directory, { recursive: true, force: true }));
  let undoMount = () => {};
  if (tmpfsMegabytes !== undefined) {
    execFileSync('mount', ['-t', 'tmpfs', '-o', `size=${tmpfsMegabytes}m,mode=0755`, 'tmpfs', directory], {
      stdio: 'pipe',
    });
    undoMount = atEnd(() => void spawnSync('umount', ['-l', directory]));
  }
  // `persistent: false` means without fsync.
  const options = { directory: join(directory, 'postgres'), persistent: durable };
  const { url, serviceUrl } = await startPostgres(options);
  const port = Number(new URL(url).port);

  async function sql(statement: string, values: unknown[] = []): Promise<pg.QueryResult> {
    // This connection may write even when the database is read-only by default.
    const client = new pg.Client({
      connectionString: url,
      connectionTimeoutMillis: 5000,
      options: '-c default_transaction_read_only=off',
    });
    client.on('error', () => {}); // The query under way fails, and says so.
    await client.connect();
    try {
      return await client.query(statement, values);
    } finally {
      await client.end();
    }
  }

  const { rows } = await sql('SHOW data_directory');
  const data: string = rows[0].data_directory;
  const postmaster = () => {
    try {
      return Number.parseInt(readFileSync(join(data, 'postmaster.pid'), 'utf8'), 10);
    } catch (error) {
      if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return null; // it has shut down normally
      throw error;
    }
  };
  /** The postmaster first. */
  const processes = (): number[] => {
    const parent = postmaster();
    if (parent === null || !signal(parent, 0)) return [];
    const table = execFileSync('ps', ['-A', '-o', 'pid=,ppid='], { encoding: 'utf8' });
    const pairs = table
      .trim()
      .split('\n')
      .map((line) => line.trim().split(/\s+/).map(Number));
    return [parent, ...pairs.flatMap(([pid, ppid]) => (ppid === parent && pid !== undefined ? [pid] : []))];
  };
  const undoServer = atEnd(() => {
    const all = processes();
    for (const pid of all) signal(pid, 'SIGKILL');
    // A killed process uses its directory until it has ended, which takes a moment.
    for (let left = 200; left > 0 && living(all).length > 0; left -= 1) spawnSync('sleep', ['0.01']);
  });

  return {
    url,
    serviceUrl,
    directory,
    sql,
    async kill() {
      const [parent, ...children] = processes();
      if (parent === undefined) throw new Error('PostgreSQL is not running');
      signal(parent, 'SIGKILL');
      // Starting another PostgreSQL before the last process has ended would corrupt the data.
      await until(
        'the children of a killed PostgreSQL end',
        30_000,
        () => living([parent, ...children]).length === 0,
      );
    },
    async restart() {
      await startPostgres({ ...options, port });
    },
    isRunning: () => processes().length > 0,
    pause: () => {
      for (const pid of processes()) signal(pid, 'SIGSTOP');
    },
    resume: () => {
      for (const pid of processes()) signal(pid, 'SIGCONT');
    },
    end() {
      undoServer();
      undoMount();
      undoDirectory();
    },
  };
}
