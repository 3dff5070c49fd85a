import type { ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { chmodSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { personaSecret } from '../sandbox/issuer.ts';
import { spawnBound } from '../sandbox/spawn-bound.ts';
import { fail, freePort, pythonTools } from './python.ts';

// `npm run conform`: schemathesis (PyPI, into .conform/venv) reads the API description of a sandbox and holds the service to it:
// no 5xx, no answer outside the description, no invalid input that is accepted, nothing without a caller. As an administrator, so that
// nothing is out of reach; writes change the AWS sandbox alone. Exit 1 on any finding.
// CONFORM_EXAMPLES: cases an operation and round (200), CONFORM_ROUNDS (3): each on a new sandbox, as the cases wear one out
// by registering its accounts anew; CONFORM_SEED: of the first round, drawn when left out.

const root = join(import.meta.dirname, '../..');
const configuration = join(import.meta.dirname, 'conform');

const number = (name: string, fallback: number): number => {
  const given = Number(process.env[name] || fallback);
  return Number.isInteger(given) && given > 0 ? given : fail(`conform: ${name} must be a number from 1`);
};
const examples = number('CONFORM_EXAMPLES', 200);
const rounds = number('CONFORM_ROUNDS', 3);
const firstSeed = number('CONFORM_SEED', 1 + Math.floor(Math.random() * 1_000_000_000));

interface Sandbox {
  url: string;
  token: string;
  stop(): Promise<void>;
}

async function startSandbox(directory: string): Promise<Sandbox> {
  const [port, awsPort, issuerPort] = [await freePort(), await freePort(), await freePort()];
  const sandbox = spawnBound(process.execPath, [join(root, 'src/sandbox/main.ts')], {
    cwd: root,
    env: {
      ...process.env,
      PORT: String(port),
      SANDBOX_AWS_PORT: String(awsPort),
      SANDBOX_ISSUER_PORT: String(issuerPort),
      SANDBOX_DIRECTORY: join(directory, 'sandbox'),
      RATE_LIMIT_PER_MINUTE: '0',
      // Its log is for faults; that an account cannot be reached is one of the things that are tried.
      LOG_LEVEL: 'error',
    },
    // What it prints is its welcome, with tokens.
    stdout: 'ignore',
    stderr: 'inherit',
  });
  running.add(sandbox);
  const url = `http://127.0.0.1:${port}`;
  await answering(`${url}/readyz`, sandbox);
  const authorization = `Basic ${Buffer.from(`administrator:${personaSecret}`).toString('base64')}`;
  const body = new URLSearchParams({ grant_type: 'client_credentials' });
  const answer = await fetch(`http://127.0.0.1:${issuerPort}/token`, { method: 'POST', headers: { authorization }, body });
  const { access_token: token } = (await answer.json()) as { access_token: string };
  const stop = async () => {
    if (sandbox.exitCode !== null) fail(`conform: the sandbox ended by itself with ${sandbox.exitCode}`);
    sandbox.kill('SIGTERM');
    await once(sandbox, 'exit');
    running.delete(sandbox);
  };
  return { url, token, stop };
}

async function answering(url: string, sandbox: ChildProcess): Promise<void> {
  const deadline = Date.now() + 120_000;
  while (Date.now() < deadline && sandbox.exitCode === null) {
    const answer = await fetch(url).catch(() => null); // not listening yet
    if (answer?.ok) return;
    await new Promise((resolve) => setTimeout(resolve, 100));
  }
  fail('conform: the sandbox did not start within two minutes');
}

/** Whatever was written, the log has to be intact at the end. */
async function verified({ url, token }: Sandbox): Promise<boolean> {
  const answer = await fetch(`${url}/v1/audit/verification`, { headers: { authorization: `Bearer ${token}` } });
  const told = (await answer.json()) as { ok?: boolean };
  if (!told.ok) console.error('conform: the log is not intact:', told);
  return told.ok === true;
}

/** Answers how many cases there were, and whether all of them were as they should be. */
async function round(seed: number): Promise<{ cases: number; clean: boolean }> {
  const directory = mkdtempSync(join(tmpdir(), 'rolewright-conform-'));
  places.add(directory);
  // PostgreSQL runs as `nobody` where we are root, and has to get in.
  chmodSync(directory, 0o755);
  const sandbox = await startSandbox(directory);
  const report = join(directory, 'report.json');
  const check = spawnBound(
    bin('schemathesis'),
    [
      ...['--config-file', join(configuration, 'schemathesis.toml'), 'run', `${sandbox.url}/openapi.json`],
      ...['--header', `Authorization: Bearer ${sandbox.token}`],
      ...['--max-examples', String(examples), '--seed', String(seed), '--no-color'],
      ...['--report', 'json', '--report-json-path', report],
    ],
    // In a directory of its own: it would leave its files wherever it runs.
    {
      cwd: directory,
      env: { ...process.env, PYTHONPATH: configuration, SCHEMATHESIS_HOOKS: 'hooks' },
      stdout: 'inherit',
      stderr: 'inherit',
    },
  );
  running.add(check);
  const [code] = await once(check, 'exit');
  running.delete(check);
  const intact = await verified(sandbox);
  await sandbox.stop();
  const { test_cases: cases, complete } = JSON.parse(readFileSync(report, 'utf8')) as {
    test_cases: { generated: number };
    complete: boolean;
  };
  rmSync(directory, { recursive: true });
  places.delete(directory);
  return { cases: cases.generated, clean: code === 0 && complete && intact };
}

const running = new Set<ChildProcess>();
const places = new Set<string>();
process.on('exit', () => {
  for (const child of running) child.kill('SIGKILL');
  for (const place of places) rmSync(place, { recursive: true, force: true });
});
for (const signal of ['SIGINT', 'SIGTERM'] as const) process.on(signal, () => process.exit(1));

const bin = await pythonTools(join(root, '.conform/venv'), ['schemathesis==4.32.5']);
let [cases, faulty] = [0, 0];
for (let i = 0; i < rounds; i += 1) {
  const seed = firstSeed + i;
  console.log(`round ${i + 1} of ${rounds}: CONFORM_SEED=${seed} CONFORM_EXAMPLES=${examples} CONFORM_ROUNDS=1`);
  const outcome = await round(seed);
  cases += outcome.cases;
  if (!outcome.clean) faulty += 1;
}
console.log(`conform: ${cases} cases in ${rounds} rounds, ${faulty} of them with findings`);
process.exit(faulty === 0 ? 0 : 1);
