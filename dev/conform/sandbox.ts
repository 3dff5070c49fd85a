import type { ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { chmodSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { freePorts } from '../free-ports.ts';
import { getToken } from '../sandbox/issuer.ts';
import { spawnBound } from '../sandbox/spawn-bound.ts';
import { fail } from '../tools/python.ts';

/** The sandbox, started as `npm run sandbox` does, in a directory of its own. */
export interface Sandbox {
  url: string;
  /** The address of the AWS sandbox. */
  aws: string;
  /** The address of the issuer. */
  issuer: string;
  /** The administrator's token. */
  token: string;
  directory: string;
  /** Stops everything, and starts it again on the same data and addresses. */
  restart(): Promise<void>;
  stop(): Promise<void>;
}

const root = join(import.meta.dirname, '../..');
const places = new Set<string>();
process.on('exit', () => {
  for (const place of places) rmSync(place, { recursive: true, force: true });
});

/** `settings`: more of the service's environment. */
export async function startSandbox(settings: Record<string, string> = {}): Promise<Sandbox> {
  const directory = mkdtempSync(join(tmpdir(), 'rolewright-conform-'));
  places.add(directory);
  // If we are root, PostgreSQL runs as `nobody` and needs access.
  chmodSync(directory, 0o755);
  const [port, awsPort, issuerPort] = await freePorts(3);
  const url = `http://127.0.0.1:${port}`;
  const start = async () => {
    const started = spawnBound(process.execPath, [join(root, 'dev/sandbox/main.ts')], {
      cwd: root,
      env: {
        ...process.env,
        PORT: String(port),
        SANDBOX_AWS_PORT: String(awsPort),
        SANDBOX_ISSUER_PORT: String(issuerPort),
        SANDBOX_DIRECTORY: join(directory, 'sandbox'),
        SANDBOX_CONSOLE: 'off',
        RATE_LIMIT_PER_MINUTE: '0',
        LOG_LEVEL: 'error',
        ...settings,
      },
      stdout: 'ignore',
      stderr: 'inherit',
    });
    await answering(`${url}/readyz`, started);
    return started;
  };
  let sandbox = await start();
  const issuer = `http://127.0.0.1:${issuerPort}`;
  const token = await getToken(issuer, 'administrator');
  const end = async () => {
    if (sandbox.exitCode !== null) fail(`conform: the sandbox ended by itself with ${sandbox.exitCode}`);
    sandbox.kill('SIGTERM');
    await once(sandbox, 'exit');
  };
  return {
    url,
    aws: `http://127.0.0.1:${awsPort}`,
    issuer,
    token,
    directory,
    restart: async () => {
      await end();
      sandbox = await start();
    },
    stop: async () => {
      await end();
      rmSync(directory, { recursive: true });
      places.delete(directory);
    },
  };
}

async function answering(url: string, sandbox: ChildProcess): Promise<void> {
  const deadline = Date.now() + 120_000;
  while (Date.now() < deadline && sandbox.exitCode === null) {
    const answer = await fetch(url).catch(() => null); // not listening yet
    if (answer?.ok) return;
    await pause(100);
  }
  fail('conform: the sandbox did not start within two minutes');
}
