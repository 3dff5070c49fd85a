import { spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { chmodSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { connect } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { freePort } from '../free-ports.ts';
import { spawnBound } from '../sandbox/spawn-bound.ts';
import { atEnd } from './endings.ts';
import { until } from './waiting.ts';

export type PoolMode = 'session' | 'transaction';

/** Debian installs it in /usr/sbin, which only root has in its PATH. */
const programs = ['pgbouncer', '/usr/sbin/pgbouncer'];
export const findPgBouncer = (): string | null =>
  programs.find((path) => spawnSync(path, ['--version']).status === 0) ?? null;

/** Does a process listen on this port? */
async function isOpen(port: number): Promise<boolean> {
  const socket = connect(port, '127.0.0.1');
  try {
    await once(socket, 'connect');
    return true;
  } catch {
    return false; // Not yet.
  } finally {
    socket.destroy();
  }
}

/**
 * Starts PgBouncer in front of these databases, and answers the URLs that go through it. It ignores the
 * settings in the clients' start messages.
 */
export async function startPgBouncer(
  program: string,
  mode: PoolMode,
  urls: string[],
): Promise<{ urls: string[]; end: () => void }> {
  const directory = mkdtempSync(join(tmpdir(), 'rolewright-pgbouncer-'));
  chmodSync(directory, 0o777); // It refuses to run as root, so it runs as another user.
  const port = await freePort();
  const targets = urls.map((url) => new URL(url));
  const databases = targets.map(
    ({ hostname, port, pathname }) => `${pathname.slice(1)} = host=${hostname} port=${port}`,
  );
  const settings = {
    listen_addr: '127.0.0.1',
    listen_port: port,
    unix_socket_dir: '',
    auth_type: 'plain',
    auth_file: join(directory, 'users'),
    pool_mode: mode,
    default_pool_size: 60,
    max_client_conn: 200,
    ignore_startup_parameters: 'extra_float_digits,options',
  };
  const lines = Object.entries(settings).map(([name, value]) => `${name} = ${value}`);
  const file = join(directory, 'pgbouncer.ini');
  writeFileSync(file, ['[databases]', ...new Set(databases), '[pgbouncer]', ...lines, ''].join('\n'));
  writeFileSync(
    join(directory, 'users'),
    targets.map(({ username, password }) => `"${username}" "${password}"\n`).join(''),
  );
  const child = spawnBound(program, [...(process.getuid?.() === 0 ? ['-u', 'nobody'] : []), file], {});
  let said = '';
  for (const stream of [child.stdout, child.stderr])
    stream.setEncoding('utf8').on('data', (chunk: string) => (said += chunk));
  const end = atEnd(() => {
    child.kill('SIGKILL');
    rmSync(directory, { recursive: true, force: true });
  });
  await until('PgBouncer listens', 10_000, () => isOpen(port)).catch((error: Error) => {
    throw new Error(`${error.message}\n${said}`);
  });
  return {
    urls: targets.map((target) => Object.assign(new URL(target), { host: `127.0.0.1:${port}` }).href),
    end,
  };
}
