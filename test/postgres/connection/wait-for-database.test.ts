import { once } from 'node:events';
import { mkdtemp } from 'node:fs/promises';
import { type AddressInfo, createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import t from 'tap';
import { freePort } from '#dev/free-ports.ts';
import { startPostgres } from '#dev/sandbox/postgres.ts';
import { waitForDatabase } from '#src/postgres/connection/wait-for-database.ts';
import { freshDatabase } from '#test/support/postgres.ts';

/** Three attempts, however slow they are: its clock goes on when it is read. */
const soon = () => {
  let ms = 0;
  return { forMs: 40, firstPauseMs: 5, attemptMs: 30_000, now: () => (ms += 10) };
};

t.test('a reachable database is not waited for', async (t) => {
  const { url } = await freshDatabase(t);
  const said: string[] = [];
  await waitForDatabase(url, { ...soon(), say: (line) => said.push(line) });
  t.strictSame(said, []);
});

t.test('a database that starts is waited for', async (t) => {
  const port = await freePort();
  const said: string[] = [];
  const waiting = Promise.withResolvers<void>();
  const say = (line: string) => {
    said.push(line);
    waiting.resolve();
  };
  const url = `postgresql://postgres:wrong@127.0.0.1:${port}/postgres`;
  const waited = waitForDatabase(url, { forMs: 120_000, firstPauseMs: 5, say });
  await waiting.promise;
  const server = await startPostgres({
    directory: await mkdtemp(join(tmpdir(), 'rolewright-wait-')),
    port,
    persistent: false,
  });
  t.teardown(() => server.stop());
  // It answered before; now the password is wrong.
  await t.rejects(waited, { code: '28P01' });
  t.match(
    said[0],
    new RegExp(`^Waiting up to 120 s for the database at 127\\.0\\.0\\.1:${port}: connect ECONNREFUSED`),
  );
  await waitForDatabase(server.url, { ...soon(), say });
});

t.test('a database that does not start ends the wait with the reason', async (t) => {
  const said: string[] = [];
  const port = await freePort();
  for (const host of ['127.0.0.1', 'localhost'])
    await t.rejects(
      waitForDatabase(`postgresql://x:secret@${host}:${port}/x`, {
        ...soon(),
        say: (line) => said.push(line),
      }),
      {
        code: 'DATABASE_NOT_THERE',
        message: /^The database at [\w.]+:\d+ did not answer within 0 s: (connect )?ECONNREFUSED/,
      },
    );
  t.equal(said.length, 2, 'once for each reason');
  t.notMatch(said.join(), /secret/);
});

t.test('a server that is silent, or hangs up, is waited for', async (t) => {
  for (const hear of [() => {}, 'end'] as const) {
    const server = createServer((socket) => {
      socket.on('error', () => {});
      if (hear === 'end') socket.end();
    }).listen(0, '127.0.0.1');
    await once(server, 'listening');
    const url = `postgresql://x@127.0.0.1:${(server.address() as AddressInfo).port}/x`;
    const said: string[] = [];
    const options = { ...soon(), ...(hear !== 'end' && { attemptMs: 10 }) };
    await t.rejects(waitForDatabase(url, { ...options, say: (line) => said.push(line) }), {
      code: 'DATABASE_NOT_THERE',
    });
    t.match(said, [/timeout|terminated/]);
    server.close();
  }
});

t.test('an error that waiting cannot solve ends the wait at once', async (t) => {
  const { url } = await freshDatabase(t);
  const say = () => t.fail('it waited');
  const other = (changes: object) => Object.assign(new URL(url), changes).href;
  await t.rejects(waitForDatabase(other({ pathname: 'none' }), { ...soon(), say }), { code: '3D000' });
  await t.rejects(waitForDatabase(other({ password: 'wrong' }), { ...soon(), say }), { code: '28P01' });
});
