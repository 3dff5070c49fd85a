import { type ChildProcess, spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, globSync, readFileSync, writeFileSync } from 'node:fs';
import { mkdir } from 'node:fs/promises';
import { createServer } from 'node:net';
import { join } from 'node:path';

// `npm run test:moto`: the tests of the AWS adapter against moto, an emulator that we did not write. moto comes
// from PyPI into .moto/venv, and with it the aws CLI, which some of the tests call.

const packages = ['moto[server]==5.2.1', 'awscli==1.46.3'];
const root = join(import.meta.dirname, '../..');
const venv = join(root, '.moto/venv');
const bin = (name: string) => join(venv, 'bin', name);
const installed = join(venv, 'installed.txt');

const fail = (message: string): never => {
  console.error(message);
  process.exit(1);
};

const run = (command: string, args: string[]) => {
  const { status, error } = spawnSync(command, args, { stdio: ['ignore', 'ignore', 'inherit'] });
  if (error || status !== 0) fail(`test:moto: "${command} ${args.join(' ')}" failed${error ? `: ${error.message}` : ''}`);
};

const install = async () => {
  const wanted = packages.join('\n');
  if (existsSync(installed) && readFileSync(installed, 'utf8') === wanted) return;
  if (spawnSync('python3', ['--version']).status !== 0) fail('test:moto: python3 (3.10 or later, with venv) is needed, and was not found');
  console.log(`installing ${packages.join(' and ')} into .moto/venv`);
  await mkdir(venv, { recursive: true });
  run('python3', ['-m', 'venv', '--clear', venv]);
  run(bin('pip'), ['install', '--quiet', '--disable-pip-version-check', ...packages]);
  writeFileSync(installed, wanted);
};

const freePort = async (): Promise<number> => {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  server.close();
  return typeof address === 'object' && address ? address.port : fail('test:moto: no port is free');
};

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
    : ['test/aws/roles.test.ts', 'test/aws/checkpoint-bucket.test.ts', ...globSync('test/moto/*.test.ts', { cwd: root }).sort()];
};

await install();
const port = await freePort();
const url = `http://127.0.0.1:${port}`;
// MOTO_ACCOUNT_ID would put every account into one; AWS managed policies are there only when asked for.
const { MOTO_ACCOUNT_ID: _, ...env } = process.env;
const moto = spawn(bin('python'), [bin('moto_server'), '-H', '127.0.0.1', '-p', String(port)], {
  env: { ...env, MOTO_IAM_LOAD_MANAGED_POLICIES: 'true' },
  stdio: 'ignore',
});
const stop = () => moto.kill('SIGKILL');
process.on('exit', stop);
for (const signal of ['SIGINT', 'SIGTERM'] as const) process.on(signal, () => process.exit(1));

await ready(url, moto);
const tap = spawn(process.execPath, [join(root, 'node_modules/.bin/tap'), 'run', '--disable-coverage', ...tests()], {
  cwd: root,
  env: { ...process.env, MOTO_URL: url, AWS_CLI: bin('aws') },
  stdio: 'inherit',
});
const [code] = await once(tap, 'exit');
process.exit(typeof code === 'number' ? code : 1);
