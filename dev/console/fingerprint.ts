import { createHash } from 'node:crypto';
import { existsSync, globSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

const root = join(import.meta.dirname, '../..');

/** Where the built console is, and where the fingerprint of its sources stands in it. */
export const consoleFolder = join(root, 'console/dist');
export const fingerprintFile = '.fingerprint';

const sources = [
  'console/*',
  'console/!(dist|node_modules)/**',
  'clients/typescript/src/**',
  'dev/console/build.ts',
  'package-lock.json',
];

/** A hash of all that the built console depends on: it is built again when this has changed. */
export function fingerprintSources(folder = root): string {
  const hash = createHash('sha256');
  const files = sources
    .flatMap((pattern) => globSync(pattern, { cwd: folder, withFileTypes: true }))
    .filter((one) => one.isFile())
    .map((one) => join(one.parentPath, one.name));
  for (const path of [...new Set(files)].sort())
    hash
      .update(`${path.slice(folder.length)}\n`)
      .update(readFileSync(path))
      .update('\n');
  return hash.digest('hex');
}

/** Is the built console that of its sources? */
export function isConsoleCurrent(built = consoleFolder): boolean {
  const path = join(built, fingerprintFile);
  return existsSync(path) && readFileSync(path, 'utf8') === fingerprintSources();
}
