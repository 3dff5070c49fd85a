import { execFileSync, spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, readdirSync, rmSync, symlinkSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { atEnd } from './endings.ts';

const root = join(import.meta.dirname, '../..');

/**
 * The commit before the migration `history_search`, which reads the whole log and locks it at its end. Four
 * migrations are newer. Use a later commit when this one no longer starts with today's packages.
 */
const oldCommit = '8be02489df8124fbac827596f76f76130b93c025';

export interface OldVersion {
  /** The folder that it is started in. */
  root: string;
  /** The names of the migrations that it does not have. */
  newer: string[];
}

const migrationsOf = (folder: string) =>
  readdirSync(join(folder, 'prisma/migrations'), { withFileTypes: true })
    .filter((entry) => entry.isDirectory())
    .map(({ name }) => name)
    .sort();

/**
 * Unpacks an older version of the service into a folder of its own, with the packages of this one. Null when the
 * clone is too shallow to have it, or is no clone. Throws an Error when unpacking fails.
 */
export function unpackOldVersion(): OldVersion | null {
  const git = (...args: string[]) => spawnSync('git', ['-C', root, ...args], { maxBuffer: 1 << 28 });
  if (git('cat-file', '-e', `${oldCommit}^{commit}`).status !== 0) return null;
  const folder = mkdtempSync(join(tmpdir(), 'rolewright-old-'));
  atEnd(() => rmSync(folder, { recursive: true, force: true }));
  const { status, stdout, stderr } = git(
    'archive',
    oldCommit,
    'src',
    'prisma',
    'prisma.config.ts',
    'package.json',
  );
  if (status !== 0) throw new Error(`git archive: ${stderr}`);
  execFileSync('tar', ['-x', '-C', folder], { input: stdout });
  mkdirSync(join(folder, 'clients'), { recursive: true });
  symlinkSync(join(root, 'node_modules'), join(folder, 'node_modules'));
  // The client of the older schema.
  execFileSync(process.execPath, ['node_modules/prisma/build/index.js', 'generate'], {
    cwd: folder,
    stdio: 'pipe',
  });
  const before = migrationsOf(folder);
  return { root: folder, newer: migrationsOf(root).filter((name) => !before.includes(name)) };
}
