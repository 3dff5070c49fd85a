import type { ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Test } from 'tap';
import { spawnBound } from '#dev/sandbox/spawn-bound.ts';
import { freePorts } from '../../dev/free-ports.ts';

export interface RunningSandbox {
  url: string;
  aws: string;
  issuer: string;
  /** An access token from its file. */
  token: (persona: string) => string;
  directory: string;
  child: ChildProcess;
  /** Its whole output. */
  output: () => string;
  /** Stops it as Ctrl-C does. Answers the exit code. */
  stop: () => Promise<number | null>;
}

/** How often another process may take a port that was free. */
const attempts = 3;

/**
 * Starts `npm run sandbox` on its own ports and in its own directory. Answers when it is ready, or when it has
 * ended by itself.
 */
export async function startSandbox(
  t: Test,
  given: { directory?: string; port?: number } = {},
): Promise<RunningSandbox> {
  for (let attempt = 1; ; attempt += 1) {
    const sandbox = await startOnce(t, given);
    const isTaken = sandbox.child.exitCode !== null && /port \d+ is in use/i.test(sandbox.output());
    if (!isTaken || given.port !== undefined || attempt === attempts) return sandbox;
  }
}

async function startOnce(t: Test, given: { directory?: string; port?: number }): Promise<RunningSandbox> {
  const directory = given.directory ?? (await mkdtemp(join(tmpdir(), 'rolewright-sandbox-')));
  const [free = 0, awsPort = 0, issuerPort = 0] = await freePorts(3);
  const port = given.port ?? free;
  const env = {
    ...process.env,
    PORT: String(port),
    SANDBOX_AWS_PORT: String(awsPort),
    SANDBOX_ISSUER_PORT: String(issuerPort),
    SANDBOX_DIRECTORY: directory,
    SANDBOX_CONSOLE: 'off',
  };
  const child = spawnBound(process.execPath, ['dev/sandbox/main.ts'], { env });
  let text = '';
  const exited = once(child, 'exit');
  const stop = async () => {
    if (child.exitCode === null) child.kill('SIGINT');
    await exited;
    return child.exitCode;
  };
  t.teardown(async () => {
    await stop();
    if (given.directory === undefined) await rm(directory, { recursive: true, force: true });
  });
  const ready = new Promise<void>((resolve) => {
    const hear = (chunk: Buffer) => {
      text += chunk;
      if (text.includes('Ctrl-C')) resolve();
    };
    child.stdout.on('data', hear);
    child.stderr.on('data', hear);
  });
  await Promise.race([ready, exited]);
  const [url, aws, issuer] = [port, awsPort, issuerPort].map((one) => `http://127.0.0.1:${one}`) as [
    string,
    string,
    string,
  ];
  const token = (persona: string) =>
    new RegExp(`^${persona}=(\\S+)$`, 'm').exec(readFileSync(join(directory, 'tokens'), 'utf8'))?.[1] ?? '';
  return { url, aws, issuer, token, directory, child, output: () => text, stop };
}
