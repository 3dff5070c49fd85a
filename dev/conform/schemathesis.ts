import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { spawnBound } from '../sandbox/spawn-bound.ts';
import { fail, pythonTools } from '../tools/python.ts';
import { type Sandbox, startSandbox } from './sandbox.ts';

// schemathesis (PyPI, into .conform/venv) tests a sandbox against its API description: no 5xx, no undescribed
// answer, no invalid input that is accepted, nothing without a caller. It calls as an administrator, so that
// it reaches everything. Writes change only the AWS sandbox.

const root = join(import.meta.dirname, '../..');
const configuration = import.meta.dirname;

/** The log must be intact at the end, whatever was written. */
async function verified({ url, token }: Sandbox): Promise<boolean> {
  const answer = await fetch(`${url}/v1/audit/verification`, {
    headers: { authorization: `Bearer ${token}` },
  });
  const told = (await answer.json()) as { ok?: boolean };
  if (!told.ok) console.error('conform: the log is not intact:', told);
  return told.ok === true;
}

/** Answers the number of cases, and whether all of them passed. */
async function round(
  command: string,
  seed: number,
  examples: number,
): Promise<{ cases: number; clean: boolean }> {
  const sandbox = await startSandbox();
  const report = join(sandbox.directory, 'report.json');
  const check = spawnBound(
    command,
    [
      ...['--config-file', join(configuration, 'schemathesis.toml'), 'run', `${sandbox.url}/openapi.json`],
      ...['--header', `Authorization: Bearer ${sandbox.token}`],
      ...['--max-examples', String(examples), '--seed', String(seed), '--no-color'],
      ...['--report', 'json', '--report-json-path', report],
    ],
    // In a directory of its own, because it writes files into its working directory.
    {
      cwd: sandbox.directory,
      env: { ...process.env, PYTHONPATH: configuration, SCHEMATHESIS_HOOKS: 'hooks' },
      stdout: 'inherit',
      stderr: 'inherit',
    },
  );
  const [code] = await once(check, 'exit');
  const intact = await verified(sandbox);
  const { test_cases: cases, complete } = JSON.parse(readFileSync(report, 'utf8')) as {
    test_cases: { generated: number };
    complete: boolean;
  };
  await sandbox.stop();
  return { cases: cases.generated, clean: code === 0 && complete && intact };
}

const number = (name: string, fallback: number): number => {
  const given = Number(process.env[name] || fallback);
  return Number.isInteger(given) && given > 0 ? given : fail(`conform: ${name} must be a number from 1`);
};

/**
 * Each round has a new sandbox, because the cases change the registrations of its accounts. Throws an Error
 * when there are findings.
 */
export async function schemathesis(): Promise<void> {
  const examples = number('CONFORM_EXAMPLES', 200);
  const rounds = number('CONFORM_ROUNDS', 3);
  const firstSeed = number('CONFORM_SEED', 1 + Math.floor(Math.random() * 1_000_000_000));
  const bin = await pythonTools(join(root, '.conform/venv'), ['schemathesis==4.32.5']);
  let [cases, faulty] = [0, 0];
  for (let i = 0; i < rounds; i += 1) {
    const seed = firstSeed + i;
    console.log(
      `round ${i + 1} of ${rounds}: CONFORM_SEED=${seed} CONFORM_EXAMPLES=${examples} CONFORM_ROUNDS=1`,
    );
    const outcome = await round(bin('schemathesis'), seed, examples);
    cases += outcome.cases;
    if (!outcome.clean) faulty += 1;
  }
  console.log(`${cases} cases in ${rounds} rounds, ${faulty} of them with findings`);
  if (faulty > 0) throw new Error(`${faulty} rounds have findings`);
}
