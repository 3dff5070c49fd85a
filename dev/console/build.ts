import { globSync, readFileSync, writeFileSync } from 'node:fs';
import { chmod, mkdtemp, rename, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { brotliCompressSync, gzipSync } from 'node:zlib';
import { runBound } from '../sandbox/spawn-bound.ts';
import { consoleFolder, fingerprintFile, fingerprintSources } from './fingerprint.ts';

const root = join(import.meta.dirname, '../..');
const vite = join(root, 'node_modules/vite/bin/vite.js');

/**
 * Builds the console beside its folder, and then puts it there as a whole: several may build at once, and a
 * service that runs never serves half of it. `scratch` is a folder on the same file system. Throws with Vite's
 * output when the build fails.
 */
export async function buildConsole(
  target = consoleFolder,
  scratch = join(root, 'node_modules'), // which git ignores
): Promise<void> {
  // What changes during the build is built the next time.
  const fingerprint = fingerprintSources();
  const built = await mkdtemp(join(scratch, '.rolewright-console-'));
  // The image's user is another one than who builds it.
  await chmod(built, 0o755);
  // Vite lets one build of a project run at a time, because two could write into one folder. These do not.
  const args = [
    'build',
    'console',
    '--bypass-lock',
    '--outDir',
    built,
    '--emptyOutDir',
    '--logLevel',
    'warn',
  ];
  try {
    await runBound(process.execPath, [vite, ...args], { cwd: root, env: environment() });
    compress(built);
    writeFileSync(join(built, fingerprintFile), fingerprint);
    await replace(built, target);
  } finally {
    await rm(built, { recursive: true, force: true });
  }
}

/** Whoever builds it, the console is the same: that of production. */
const environment = () => ({ ...process.env, NODE_ENV: 'production' });

/** The service sends these files to browsers that can read them, which all can. */
function compress(folder: string): void {
  for (const name of globSync('**/*.{html,js,css,svg}', { cwd: folder })) {
    const path = join(folder, name);
    const content = readFileSync(path);
    if (content.length < 1024) continue;
    writeFileSync(`${path}.br`, brotliCompressSync(content));
    writeFileSync(`${path}.gz`, gzipSync(content, { level: 9 }));
  }
}

/** Puts a folder in the place of another, which another process may do at the same time. */
async function replace(from: string, to: string): Promise<void> {
  const old = `${from}-old`;
  for (;;) {
    await rename(to, old).catch(unless('ENOENT'));
    await rm(old, { recursive: true, force: true });
    const isTaken = await rename(from, to).then(() => false, unless('ENOTEMPTY', 'EEXIST'));
    if (isTaken === false) return;
  }
}

const unless =
  (...codes: string[]) =>
  (error: NodeJS.ErrnoException) => {
    if (!codes.includes(error.code ?? '')) throw error;
  };
