import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import pg from 'pg';
import t from 'tap';
import { bodiesOf, chained, dice, seeded } from '#dev/chaos/log.ts';
import { openCopier } from '#src/postgres/connection/copy-rows.ts';
import { waitForDatabase } from '#src/postgres/connection/wait-for-database.ts';
import { openTestDatabase } from '#test/support/database.ts';
import { freshDatabase } from '#test/support/postgres.ts';
import { startTlsServer, withParameters } from '#test/support/tls-server.ts';
import { insert } from '../fixtures/logs.ts';

// What docs/settings.md says of TLS, against a real server.

const server = await startTlsServer(t);
const { ca, otherCa, clientCertificate, clientKey } = server;
const verified = { sslmode: 'verify-full', sslrootcert: ca };
const client = new pg.Client(server.url);
await client.connect();
t.teardown(() => client.end());

/** The sessions of the service's role, and whether each is encrypted. */
async function sessions(): Promise<{ name: string; ssl: boolean }[]> {
  const { rows } = await client.query(
    `SELECT application_name AS name, ssl FROM pg_stat_ssl JOIN pg_stat_activity USING (pid)
     WHERE usename = 'rolewright'`,
  );
  return rows;
}

t.test('every session of the service is encrypted: pools, locks, queue, verification', async (t) => {
  const [url = '', migrationUrl] = [server.serviceUrl, server.url].map((one) =>
    withParameters(one, verified),
  );
  const database = openTestDatabase({ url, migrationUrl });
  let isOpen = true;
  const close = async () => {
    if (isOpen) await database.close();
    isOpen = false;
  };
  t.teardown(close);
  await database.requireOwnSessions();
  await database.migrate();
  await database.reserveConnections();
  await database.queue.workOnSchedules(async () => {});
  await database.health.check();
  await insert(client, chained(bodiesOf(3000, dice(seeded(1)))));
  t.match(await database.audit.verify(), { ok: true, checked: 3000 });

  const locks = 'SELECT FROM pg_locks WHERE locktype = $1 AND granted';
  await database.locks.whileHolding('111122223333', 'Role', async () => {
    t.ok((await client.query(locks, ['advisory'])).rowCount, 'a lock is held');
    const found = await sessions();
    const names = new Set(found.map(({ name }) => name));
    t.ok(names.has('rolewright') && names.has('rolewright queue'), [...names].join());
    t.same(
      found.filter(({ ssl }) => !ssl),
      [],
    );
  });
  await close();
  while ((await sessions()).length > 0) await new Promise(setImmediate);
  t.equal((await client.query(locks, ['advisory'])).rowCount, 0, 'every session has ended');
});

t.test('rows are read in pieces of any size, and errors arrive', async (t) => {
  const url = withParameters(server.url, verified);
  const copier = await openCopier(url);
  t.teardown(() => copier.close());
  const rows: [number, number][] = [];
  // From one byte to more than the buffer of the socket.
  await copier.copy(
    "SELECT n, repeat('x', CASE WHEN n = 500 THEN 700000 ELSE n END) FROM generate_series(1, 1000) n",
    ({ bytes, at: [first = 0], length: [, second = 0] }) => {
      rows.push([bytes.readInt32BE(first), second]);
      return true;
    },
  );
  t.same(
    rows,
    Array.from({ length: 1000 }, (_, i) => [i + 1, i === 499 ? 700_000 : i + 1]),
  );
  await t.rejects(
    copier.copy('SELECT 1 / (500 - n) FROM generate_series(1, 1000) n', () => true),
    /division by zero/,
  );
  t.same((await copier.client.query('SELECT 1 AS one')).rows, [{ one: 1 }], 'the connection is usable');
  const query = copier.client.query('SELECT pg_sleep(60)');
  copier.abort();
  await t.rejects(query, /terminated/);
});

t.test('what sslmode and its files do', async (t) => {
  const missing = join(t.testdir(), 'missing.pem');
  const garbage = join(t.testdir(), 'garbage.pem');
  writeFileSync(garbage, 'not a certificate');
  const plain = { sslmode: 'disable' };
  const client = { sslcert: clientCertificate, sslkey: clientKey };
  const cases: [Record<string, string>, string | null, RegExp | null][] = [
    [verified, null, null],
    [{ ...verified, ...client }, null, null],
    [{ ...verified, sslnegotiation: 'direct' }, null, null],
    [{ sslmode: 'no-verify' }, null, null],
    [plain, null, null],
    [{ sslmode: 'require', uselibpqcompat: 'true' }, null, null],
    [{ sslmode: 'verify-full' }, null, /self-signed certificate in certificate chain|unable to (verify|get)/],
    [{ sslmode: 'require' }, null, /self-signed certificate in certificate chain|unable to (verify|get)/],
    [{ ...verified, sslrootcert: otherCa }, null, /self-signed certificate|unable to (verify|get)/],
    // The certificate is for 127.0.0.1.
    [verified, 'localhost', /Hostname\/IP does not match certificate's altnames/],
    [{ ...verified, sslrootcert: missing }, null, /ENOENT/],
    [{ ...verified, sslrootcert: garbage }, null, /./],
    [{ ...verified, sslcert: garbage, sslkey: clientKey }, null, /./],
  ];
  for (const [parameters, host, refused] of cases) {
    const url = withParameters(server.serviceUrl, parameters, host ?? undefined);
    const waited = waitForDatabase(url, { forMs: 0, say: () => {}, setting: 'MIGRATION_DATABASE_URL' });
    const what = `${JSON.stringify(parameters)} ${host ?? ''}`;
    if (refused === null) await t.resolves(waited, what);
    else
      await t.rejects(
        waited,
        {
          code: 'DATABASE_TLS_FAILED',
          message: new RegExp(
            `^MIGRATION_DATABASE_URL: TLS with the database at [\\w.]+:\\d+ failed: .*(${refused.source}).*\\. Check sslmode`,
          ),
        },
        what,
      );
  }
});

t.test('a server without TLS is refused', async (t) => {
  const { url } = await freshDatabase(t);
  await t.rejects(waitForDatabase(withParameters(url, verified), { forMs: 0, say: () => {} }), {
    code: 'DATABASE_TLS_FAILED',
    message: /^DATABASE_URL: TLS .* failed: The server does not support SSL connections\. Check sslmode/,
  });
});
