import { spawnSync } from 'node:child_process';
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';

/** Prints the reason and ends the process. */
export const fail = (message: string): never => {
  console.error(message);
  process.exit(1);
};

const run = (command: string, args: string[]) => {
  const { status, error } = spawnSync(command, args, { stdio: ['ignore', 'ignore', 'inherit'] });
  if (error || status !== 0)
    fail(`"${command} ${args.join(' ')}" failed${error ? `: ${error.message}` : ''}`);
};

/**
 * Installs packages of PyPI (`name==1.2.3`) in a virtual environment of their own, unless they are installed.
 * Answers the folder of their commands.
 */
export async function pythonTools(venv: string, packages: string[]): Promise<(name: string) => string> {
  const bin = (name: string) => join(venv, 'bin', name);
  const installed = join(venv, 'installed.txt');
  const wanted = packages.join('\n');
  if (existsSync(installed) && readFileSync(installed, 'utf8') === wanted) return bin;
  if (spawnSync('python3', ['--version']).status !== 0)
    fail('python3 (3.10 or later, with venv) is required, and was not found');
  console.log(`installing ${packages.join(' and ')} into ${venv}`);
  await mkdir(venv, { recursive: true });
  run('python3', ['-m', 'venv', '--clear', venv]);
  run(bin('pip'), ['install', '--quiet', '--disable-pip-version-check', ...packages]);
  writeFileSync(installed, wanted);
  return bin;
}
