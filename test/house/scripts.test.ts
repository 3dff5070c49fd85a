import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import t, { type Test } from 'tap';
import { freePorts } from '#dev/free-ports.ts';
import { spawnBound } from '#dev/sandbox/spawn-bound.ts';
import { plainEnvironment } from '#test/support/environment.ts';
import { freshDatabase } from '#test/support/postgres.ts';
import manifest from '../../package.json' with { type: 'json' };

// npm runs a script in a shell, and passes signals on to that shell alone.

t.test('every script that starts a program of ours replaces its shell', async (t) => {
  const shells = Object.entries(manifest.scripts).filter(([, command]) => command.includes('&&'));
  t.ok(shells.length > 5);
  for (const [name, command] of shells)
    t.match(command, /&& (?:\w+=\S+ )?exec (?:node|tap|tsc) [^&|;]+$/, name);
});

/** Runs a script as npm does, without the step that installs packages. */
function run(t: Test, name: 'start' | 'sandbox', settings: Record<string, string>) {
  const command = manifest.scripts[name].replace('npm run -s installed && ', '');
  const env = { ...plainEnvironment, HOME: process.env.HOME, ...settings };
  const shell = spawnBound('sh', ['-c', command], { env });
  let output = '';
  for (const stream of [shell.stdout, shell.stderr]) stream.on('data', (chunk) => (output += chunk));
  const ended = once(shell, 'exit');
  t.teardown(() => {
    shell.kill('SIGKILL');
    return ended;
  });
  return {
    /** Waits until it serves. */
    serving: async (words: string) => {
      while (!output.includes(words) && shell.exitCode === null)
        await Promise.race([once(shell.stdout, 'data'), ended]);
    },
    terminate: async () => {
      shell.kill('SIGTERM');
      const [code, signal] = await ended;
      return { code, signal };
    },
  };
}
const inOrder = { code: 0, signal: null };

t.test('npm start: SIGTERM reaches the service, which ends in order', async (t) => {
  const { url } = await freshDatabase(t);
  const service = run(t, 'start', { AUTH: 'none', DATABASE_URL: url, PORT: '0', AWS_REGION: 'us-east-1' });
  await service.serving('Server listening');
  t.same(await service.terminate(), inOrder);
});

t.test('npm run sandbox: SIGTERM reaches the sandbox, which ends in order', async (t) => {
  const directory = await mkdtemp(join(tmpdir(), 'rolewright-scripts-'));
  t.teardown(() => rm(directory, { recursive: true, force: true }));
  const [port, aws, issuer] = await freePorts(3);
  const sandbox = run(t, 'sandbox', {
    PORT: String(port),
    SANDBOX_AWS_PORT: String(aws),
    SANDBOX_ISSUER_PORT: String(issuer),
    SANDBOX_CONSOLE: 'off',
    SANDBOX_DIRECTORY: directory,
  });
  await sandbox.serving('Ctrl-C');
  t.same(await sandbox.terminate(), inOrder);
});
