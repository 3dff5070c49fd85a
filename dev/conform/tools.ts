import { existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { type BoundOptions, runBound } from '../sandbox/spawn-bound.ts';

export const root = join(import.meta.dirname, '../..');
/** The folder of installed and generated files. Git ignores it. */
export const place = join(root, '.conform');

/** The arguments of npm that install what a folder's package.json names. */
export const npmInstall = ['install', '--no-audit', '--no-fund', '--loglevel=error'];

/** A toolchain or a registry is missing, so the part was not run. */
export class NotRun extends Error {}

/**
 * Runs a command to its end. Throws NotRun when there is no such command, and an Error with its output when
 * it fails.
 */
export async function run(
  command: string,
  args: string[],
  options: Omit<BoundOptions, 'stdout' | 'stderr'> = {},
): Promise<string> {
  try {
    return (await runBound(command, args, options)).stdout;
  } catch (error) {
    const { code, stdout = '', stderr = '' } = error as { code?: unknown; stdout?: string; stderr?: string };
    if (code === 127 && /not found/.test(stderr)) throw new NotRun(`${command} is not installed`);
    throw new Error(
      `${command} ${args.join(' ')} ended with ${code}:\n${`${stdout}${stderr}`.slice(-4000)}`,
      { cause: error },
    );
  }
}

/**
 * A folder with an installation. It is installed again when `wanted` changes. Throws NotRun when that fails.
 */
export async function installed(
  name: string,
  wanted: string,
  install: (folder: string) => Promise<unknown>,
): Promise<string> {
  const folder = join(place, name);
  const marker = join(folder, 'installed.txt');
  if (existsSync(marker) && readFileSync(marker, 'utf8') === wanted) return folder;
  console.log(`installing ${name} into ${folder}`);
  rmSync(folder, { recursive: true, force: true });
  mkdirSync(folder, { recursive: true });
  try {
    await install(folder);
  } catch (error) {
    if (error instanceof NotRun) throw error;
    throw new NotRun(`${name} could not be installed: ${error instanceof Error ? error.message : error}`, {
      cause: error,
    });
  }
  writeFileSync(marker, wanted);
  return folder;
}

/** A folder with packages of npm, of exact versions. Throws NotRun when they cannot be installed. */
export async function installedPackages(name: string, dependencies: Record<string, string>): Promise<string> {
  const manifest = JSON.stringify({ private: true, type: 'module', dependencies });
  return await installed(name, manifest, async (cwd) => {
    writeFileSync(join(cwd, 'package.json'), manifest);
    await run('npm', npmInstall, { cwd });
  });
}
