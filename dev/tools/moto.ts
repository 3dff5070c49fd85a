import type { ChildProcess } from 'node:child_process';
import { globSync } from 'node:fs';
import { join } from 'node:path';
import { freePort } from '../free-ports.ts';
import { spawnBound } from '../sandbox/spawn-bound.ts';
import { fail, pythonTools } from './python.ts';
import { runTestFiles } from './run-test-files.ts';

// `npm run test:moto`: the tests of the AWS adapter against moto, an emulator that we did not write. moto
// comes from PyPI into .moto/venv, and with it the aws CLI, which some of the tests call.

const root = join(import.meta.dirname, '../..');

const ready = async (url: string, moto: ChildProcess): Promise<void> => {
  const deadline = Date.now() + 60_000;
  while (Date.now() < deadline && moto.exitCode === null) {
    const answer = await fetch(`${url}/moto-api/data.json`).catch(() => null); // not listening yet
    if (answer?.ok) return;
    await new Promise((resolve) => setTimeout(resolve, 100));
  }
  fail('test:moto: moto did not start within a minute');
};

const tests = () => {
  const asked = process.argv.slice(2);
  return asked.length > 0
    ? asked
    : [
        'test/aws/roles/roles.test.ts',
        'test/aws/checkpoint-bucket.test.ts',
        ...globSync('test/moto/*.test.ts', { cwd: root }).sort(),
      ];
};

const bin = await pythonTools(join(root, '.moto/venv'), ['moto[server]==5.2.1', 'awscli==1.46.3']);
const port = await freePort();
const url = `http://127.0.0.1:${port}`;
// MOTO_ACCOUNT_ID would merge all accounts into one. moto loads AWS managed policies only on request.
const { MOTO_ACCOUNT_ID: _, ...env } = process.env;
const moto = spawnBound(bin('python'), [bin('moto_server'), '-H', '127.0.0.1', '-p', String(port)], {
  env: { ...env, MOTO_IAM_LOAD_MANAGED_POLICIES: 'true' },
  stdout: 'ignore',
  stderr: 'ignore',
});
const stop = () => moto.kill('SIGKILL');
process.on('exit', stop);
for (const signal of ['SIGINT', 'SIGTERM'] as const) process.on(signal, () => process.exit(1));

await ready(url, moto);
const ok = await runTestFiles(tests(), { env: { MOTO_URL: url, AWS_CLI: bin('aws') } });
process.exit(ok ? 0 : 1);
