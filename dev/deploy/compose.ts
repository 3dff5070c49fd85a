import { createHash } from 'node:crypto';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { installed, root, run } from '../conform/tools.ts';
import { runCheck } from './run-check.ts';

// `npm run check:compose` reads docker-compose.yml with compose-go, the library of `docker compose`. It is a small
// program in Go, which is built once.

const file = join(root, 'docker-compose.yml');
const sources = join(import.meta.dirname, 'compose');

/** Answers the path of the program. Throws NotRun without Go or its module proxy. */
async function buildReader(): Promise<string> {
  const texts = ['main.go', 'go.mod', 'go.sum'].map((name) => readFileSync(join(sources, name)));
  const wanted = createHash('sha256').update(Buffer.concat(texts)).digest('hex');
  const folder = await installed('compose', wanted, (target) =>
    run('go', ['build', '-o', join(target, 'compose'), '.'], { cwd: sources }),
  );
  return join(folder, 'compose');
}

await runCheck('compose', async () => {
  const reader = await buildReader();
  const read = (path: string, profiles: string) =>
    run(reader, [path], { env: { ...process.env, COMPOSE_PROFILES: profiles } });
  for (const [profiles, count] of [
    ['', 4],
    ['replicas', 7],
  ] as const) {
    const names = (await read(file, profiles)).trim().split('\n');
    if (names.length !== count)
      throw new Error(`profile "${profiles}" starts ${names.join(', ')}, and should start ${count}`);
  }
  // Would a fault be seen at all?
  const directory = mkdtempSync(join(tmpdir(), 'rolewright-compose-'));
  try {
    const wrong = join(directory, 'docker-compose.yml');
    writeFileSync(wrong, readFileSync(file, 'utf8').replace('restart: unless', 'restrat: unless'));
    const isRead = await read(wrong, '').then(
      () => true,
      (error: Error) => !error.message.includes('restrat'),
    );
    if (isRead) throw new Error('a misspelt key was not refused');
  } finally {
    rmSync(directory, { recursive: true });
  }
});
