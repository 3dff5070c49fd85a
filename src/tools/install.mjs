// Installs the project's packages where they are missing or out of date. Plain JavaScript for any Node from 20 up,
// as it runs before the Node of package.json is there.
import { spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, readFileSync, writeFileSync } from 'node:fs';

const marker = 'node_modules/.rolewright-installed';
const hash = createHash('sha256');
for (const file of ['package.json', 'package-lock.json', 'prisma/schema.prisma']) hash.update(readFileSync(file));
const wanted = hash.digest('hex');

if (!existsSync(marker) || readFileSync(marker, 'utf8') !== wanted) {
  console.error('Installing the packages (a minute, the first time) …');
  // Not `npm ci`: it wants the lock file to list the binaries of every platform, and some registries hold only a few.
  // --no-save keeps the lock file as it is all the same.
  const { status } = spawnSync(process.execPath, [process.env.npm_execpath, 'install', '--no-save', '--loglevel=error'], {
    stdio: ['ignore', 2, 2],
  });
  if (status !== 0) process.exit(status ?? 1);
  writeFileSync(marker, wanted);
}
