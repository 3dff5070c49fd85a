import { createPrivateKey, hash } from 'node:crypto';
import { mkdtemp } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseSigningKey } from '#src/audit/checkpoint.ts';
import { migrate } from '#src/postgres/migrations/migrate.ts';
import { startPostgres } from '../../sandbox/postgres.ts';
import { fill, fillSettings } from './fill-log.ts';

/** Every long log is signed with the same key, so that one that was kept can be verified later. */
export const benchKey = parseSigningKey(
  createPrivateKey({
    key: Buffer.concat([
      Buffer.from('302e020100300506032b657004220420', 'hex'), // The beginning of a PKCS#8 Ed25519 key.
      hash('sha256', 'rolewright bench', 'buffer'),
    ]),
    format: 'der',
    type: 'pkcs8',
  })
    .export({ format: 'pem', type: 'pkcs8' })
    .toString(),
);

/** A new PostgreSQL that holds a long log. `stop` deletes it. */
export async function createLongDatabase(rows: number): Promise<{ url: string; stop: () => Promise<void> }> {
  const server = await startPostgres({
    directory: await mkdtemp(join(process.env.BENCH_DIRECTORY ?? tmpdir(), 'rolewright-bench-')),
    persistent: false,
    settings: fillSettings,
  });
  try {
    await migrate(server.url);
    await fill(server.url, rows, {
      key: benchKey,
      compact: process.env.BENCH_COMPACT === '1',
      progress: console.error,
    });
  } catch (error) {
    await server.stop();
    throw error;
  }
  return server;
}
