// Installs the project's packages where they are missing or out of date. Plain JavaScript for any Node from
// 20 up, as it runs before the Node of package.json is there. The service's image has its packages, and no
// lock file: nothing is done.
import { spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, readFileSync, writeFileSync } from 'node:fs';

const marker = 'node_modules/.rolewright-installed';
const lock = 'package-lock.json';

/** What the installed packages depend on. */
function fingerprint() {
  const hash = createHash('sha256');
  for (const file of ['package.json', lock, 'prisma/schema.prisma']) hash.update(readFileSync(file));
  return hash.digest('hex');
}

const isCurrent = () => existsSync(marker) && readFileSync(marker, 'utf8') === fingerprint();

if (existsSync(lock) && !isCurrent()) {
  console.error('Installing the packages (a minute, the first time) …');
  // Not `npm ci`: it wants the lock file to list the binaries of every platform, and some registries hold
  // only a few. --no-save keeps the lock file as it is all the same.
  const { status } = spawnSync(
    process.execPath,
    [process.env.npm_execpath, 'install', '--no-save', '--loglevel=error'],
    {
      stdio: ['ignore', 2, 2],
    },
  );
  if (status !== 0) process.exit(status ?? 1);
  writeFileSync(marker, fingerprint());
}
