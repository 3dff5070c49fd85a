import pg from 'pg';
import t from 'tap';
import { Compile } from 'typebox/compile';
import { fill } from '#dev/bench/support/fill-log.ts';
import { canonicalJson } from '#src/audit/canonical.ts';
import { createSigningKey, parseSigningKey } from '#src/audit/checkpoint.ts';
import { verifyDatabase } from '#src/postgres/audit/verification.ts';
import { Change } from '#src/schema/change.ts';
import { freshStore } from '#test/support/postgres.ts';

for (const compact of [false, true])
  t.test(`the long log is a log of the service: compact ${compact}`, async (t) => {
    const { url, ledger } = await freshStore(t);
    const key = parseSigningKey(createSigningKey().privateKey);
    const rows = 4000;
    await fill(url, rows, { key, compact, progress: () => {} });

    const { ok, checked, firstFault, checkpoint } = await verifyDatabase({
      url,
      keys: new Map([[key.keyId, key.publicKey]]),
      sink: null,
      thorough: true,
    });
    t.strictSame({ ok, checked, firstFault }, { ok: true, checked: rows, firstFault: null });
    t.equal(checkpoint?.seq, rows, 'the newest entry is signed');

    const client = new pg.Client(url);
    await client.connect();
    const { rows: found } = await client.query<{ body: string }>(
      'SELECT body FROM ledger_entry WHERE seq <= 200',
    );
    const { rows: switched } = await client.query<{ off: string }>(
      "SELECT tgname AS off FROM pg_trigger WHERE NOT tgisinternal AND tgname LIKE 'ledger%' AND tgenabled <> 'A'",
    );
    await client.end();
    t.strictSame(switched, [], 'every trigger always fires again');
    t.strictSame(
      found.filter(({ body }) => canonicalJson(JSON.parse(body)) !== body),
      [],
      'bodies are canonical',
    );
    const validator = Compile(Change);
    const hashes = { seq: 1, hash: '', previousHash: '' };
    t.strictSame(
      found.flatMap(({ body }) => validator.Errors({ ...JSON.parse(body), ...hashes })).slice(0, 3),
      [],
      'bodies are changes',
    );
    t.ok((await ledger.list({ q: 'payments' })).items.length > 10, 'words are found');
  });
