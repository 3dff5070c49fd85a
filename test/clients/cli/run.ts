import type { ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Test } from 'tap';
import { spawnBound } from '#dev/sandbox/spawn-bound.ts';
import { plainEnvironment } from '#test/support/environment.ts';
import { startService, type TestService } from '#test/support/service.ts';

export interface Ended {
  code: number | null;
  out: string;
  err: string;
}

/** A folder that is not there: a test does not read what a developer has configured. */
const noConfig = join(tmpdir(), `rolewright-none-${process.pid}`);

/** `rolewright …` as a process of its own, with nothing in its environment but `settings`. */
export function begin(
  t: Test,
  args: readonly string[],
  settings: Record<string, string>,
): { child: ChildProcess; ended: Promise<Ended> } {
  const child = spawnBound(process.execPath, ['clients/cli/bin/rolewright.mjs', ...args], {
    env: { ...plainEnvironment, ROLEWRIGHT_CONFIG_DIR: noConfig, ...settings },
  });
  let [out, err] = ['', ''];
  child.stdout.setEncoding('utf8').on('data', (text: string) => (out += text));
  child.stderr.setEncoding('utf8').on('data', (text: string) => (err += text));
  const ended = once(child, 'close').then(([code]) => ({ code: code as number | null, out, err }));
  t.teardown(() => {
    if (child.exitCode === null) child.kill('SIGKILL');
    return ended;
  });
  return { child, ended };
}

export interface Stage {
  service: TestService;
  port: number;
  /** `rolewright …` against the service; a command line without spaces in its arguments. */
  run(line: string, settings?: Record<string, string>): Promise<Ended>;
}

/** The service, listening and working on sweeps. */
export async function stage(t: Test): Promise<Stage> {
  const service = await startService(t, { sweepConcurrency: 2 });
  await service.app.listen({ host: '127.0.0.1', port: 0 });
  const { port } = service.app.server.address() as AddressInfo;
  const run: Stage['run'] = (line, settings = {}) =>
    begin(t, line.split(' '), { ROLEWRIGHT_URL: `http://127.0.0.1:${port}`, ...settings }).ended;
  return { service, port, run };
}
