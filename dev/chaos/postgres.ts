import { execFileSync, spawnSync } from 'node:child_process';
import { chmodSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import pg from 'pg';
import { startPostgres } from '../sandbox/postgres.ts';
import { atEnd, signal } from './endings.ts';
import { until } from './waiting.ts';

/** A PostgreSQL that is there to be mistreated. */
export interface Victim {
  /** The superuser's. */
  url: string;
  /** As which the service connects. */
  serviceUrl: string;
  /** Where everything of it is kept. */
  directory: string;
  sql(statement: string, values?: unknown[]): Promise<pg.QueryResult>;
  /** SIGKILL of the postmaster; its children notice and go. Answers when all are gone. */
  kill(): Promise<void>;
  /** Starts it again, after `kill` or after it gave up by itself, at the same port. */
  restart(): Promise<void>;
  isRunning(): boolean;
  /** SIGSTOP of the server with all its children: connections are accepted by the kernel, and nothing answers. */
  pause(): void;
  resume(): void;
  end(): void;
}

/** Those of the processes that still run. One that has ended and waits to be asked for its exit code does not. */
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
 * Starts one in a directory of its own. `durable` has it fsync, as one must that is killed; `tmpfsMegabytes` puts it on a
 * file system of that size, which takes root and Linux. Throws an Error when that cannot be mounted.
 */
export async function startVictim({ durable, tmpfsMegabytes }: { durable: boolean; tmpfsMegabytes?: number }): Promise<Victim> {
  const directory = mkdtempSync(join(tmpdir(), 'rolewright-chaos-'));
  // For root's PostgreSQL, which runs as nobody and would else keep its data elsewhere.
  chmodSync(directory, 0o755);
  const undoDirectory = atEnd(() => rmSync(directory, { recursive: true, force: true }));
  let undoMount = () => {};
  if (tmpfsMegabytes !== undefined) {
    execFileSync('mount', ['-t', 'tmpfs', '-o', `size=${tmpfsMegabytes}m,mode=0755`, 'tmpfs', directory], { stdio: 'pipe' });
    undoMount = atEnd(() => void spawnSync('umount', ['-l', directory]));
  }
  // Not persistent means without fsync.
  const options = { directory: join(directory, 'postgres'), persistent: durable };
  const { url, serviceUrl } = await startPostgres(options);
  const port = Number(new URL(url).port);

  async function sql(statement: string, values: unknown[] = []): Promise<pg.QueryResult> {
    // Ours may write also where the database's default says otherwise.
    const client = new pg.Client({ connectionString: url, connectionTimeoutMillis: 5000, options: '-c default_transaction_read_only=off' });
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
      if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return null; // it ended in order
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
    // A killed process holds its directory until it is gone, which takes no time that is worth measuring.
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
      // To start another before the last of them is gone would ruin the data.
      await until('the children of a killed PostgreSQL end', 30_000, () => living([parent, ...children]).length === 0);
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
