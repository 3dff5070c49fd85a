import { readFileSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import pg from 'pg';
import t from 'tap';
import { canonicalJson } from '#src/audit/canonical.ts';
import { signingKeyOf } from '#src/audit/checkpoint.ts';
import type { Entry } from '#src/audit/verify.ts';
import { runBound } from '#src/sandbox/spawn-bound.ts';
import type { Change } from '#src/schema/change.ts';
import { openAudit } from '#src/store/audit.ts';
import { signedAt } from '#src/tools/chaos/log.ts';
import { databaseWith } from '#test/store/logs.ts';

/** Without any setting of the service. */
async function run(tool: string, ...args: string[]): Promise<{ code: number; said: string }> {
  try {
    const { stdout } = await runBound(process.execPath, [`src/tools/${tool}.ts`, ...args], { env: { PATH: process.env.PATH } });
    return { code: 0, said: stdout };
  } catch (error) {
    const { code, stdout, stderr } = error as { code: number; stdout: string; stderr: string };
    return { code, said: stdout + stderr };
  }
}

t.test('an auditor verifies a database, an export and a proof', async (t) => {
  const directory = t.testdir();
  const path = (name: string) => join(directory, name);
  const write = (name: string, text: string) => {
    writeFileSync(path(name), text);
    return path(name);
  };
  t.match(await run('audit-key', path('key.pem')), { code: 0, said: /public key [0-9a-f]{16}/ });
  t.equal(statSync(path('key.pem')).mode & 0o777, 0o600);
  t.match(await run('audit-key', path('key.pem')), { code: 1, said: /never replaced/ });
  t.type(signingKeyOf(readFileSync(path('key.pem'), 'utf8')).keyId, 'string');

  const { url, client, entries, key, keys, sink, checkpointer } = await databaseWith(t, 300);
  await checkpointer.run();
  const publicKey = ['--public-key', write('public.pem', key.publicKey.export({ type: 'spki', format: 'pem' }).toString())];
  const published = [...signedAt(entries, [100], key), ...sink.published];
  const checkpoints = ['--checkpoints', write('checkpoints.ndjson', published.map((one) => `${JSON.stringify(one)}\n`).join(''))];
  const shown = (all: Entry[]) =>
    all.map(({ seq, hash, body }, index) => ({
      seq,
      ...JSON.parse(body.toString()),
      hash: hash.toString('hex'),
      previousHash: all[index - 1]?.hash.toString('hex') ?? '0'.repeat(64),
    }));
  // As the export writes them.
  const lines = (changes: object[]) =>
    (changes as Change[])
      .map(
        ({ seq, previousHash, hash, ...body }) =>
          `${canonicalJson(body).slice(0, -1)},${JSON.stringify({ seq, previousHash, hash }).slice(1)}\n`,
      )
      .join('');
  const changes = shown(entries);
  const exported = ['--export', write('export.ndjson', lines(changes))];
  const cut = ['--export', write('cut.ndjson', lines(changes.slice(0, 299)))];
  const edited = ['--export', write('edited.ndjson', lines(changes.with(41, { ...changes[41], reason: 'none' })))];
  const relinked = ['--export', write('relinked.ndjson', lines(changes.with(7, { ...changes[7], previousHash: 'f'.repeat(64) })))];
  const twice = ['--export', write('twice.ndjson', lines(changes).replace('{', '{"outcome":"FAILED",'))];
  const rest = ['--export', write('rest.ndjson', lines(changes.slice(100)))];

  const cases: [string, string[], number, RegExp][] = [
    [
      'a database',
      ['--database', url, ...publicKey, ...checkpoints],
      0,
      /^The log is intact: 300 entries, up to entry 300.*\nCheckpoints: the newest checkpoint is at entry 300/,
    ],
    ['a database, without checkpoints', ['--database', url, '--quick'], 0, /held against no checkpoint/],
    ['an export', [...exported, ...publicKey, ...checkpoints], 0, /^The log is intact: 300 entries/],
    ['an export, as JSON', [...exported, '--json'], 0, /^\{"ok":true,"checked":300,"head":\{"seq":300,/],
    ['a part of an export', [...rest, ...publicKey, ...checkpoints, '--from', '100'], 0, /^The log is intact: 200 entries/],
    ['an export that was cut off', [...cut, ...publicKey, ...checkpoints], 1, /NOT INTACT.*\nAt entry 300: LOG_CUT_OFF/],
    ['an export that was edited', edited, 1, /NOT INTACT: 41 entries are in order.*\nAt entry 42: ENTRY_CHANGED/],
    ['an export with a key twice', twice, 1, /NOT INTACT: 0 entries.*\nAt entry 1: ENTRY_CHANGED/],
    ['an export with another link', relinked, 1, /At entry 8: LINK_BROKEN/],
    ['from where nothing was signed', [...exported, ...publicKey, ...checkpoints, '--from', '99'], 1, /no checkpoint in .* is at entry 99/],
    ['checkpoints without a key', [...exported, ...checkpoints], 1, /--checkpoints needs --public-key/],
    ['a file that is none', ['--export', path('key.pem')], 1, /line 1 of .* is no JSON/],
    ['nothing', [], 1, /npm run audit:verify -- one of/],
    ['too much', [...exported, '--database', url], 1, /npm run audit:verify -- one of/],
  ];
  for (const [what, args, code, said] of cases) t.match(await run('audit-verify', ...args), { code, said }, what);

  const pool = new pg.Pool({ connectionString: url });
  const proof = await openAudit({ url, pool, keys, sink }).prove(changes[41]?.id);
  await pool.end();
  const change = changes[(proof?.seq ?? 0) - 1];
  const proven = ['--proof', write('proof.json', JSON.stringify(proof)), ...publicKey];
  t.match(await run('audit-verify', ...proven, '--change', write('change.json', JSON.stringify(change))), {
    code: 0,
    said: /^The change is entry \d+ of the log rolewright\//,
  });
  t.match(await run('audit-verify', ...proven), { code: 0, said: /^An entry with the hash/ });
  t.match(await run('audit-verify', ...proven, '--change', write('elsewhere.json', JSON.stringify({ ...change, seq: 999 }))), {
    code: 1,
    said: /another place in the log/,
  });
  t.match(await run('audit-verify', ...proven, '--change', write('other.json', JSON.stringify({ ...change, reason: '' }))), {
    code: 1,
    said: /^NOT PROVEN: the change is not what entry/,
  });

  await client.query(
    `ALTER TABLE ledger_entry DISABLE TRIGGER ledger_entry_append_only; DELETE FROM ledger_entry WHERE seq = 300;
     ALTER TABLE ledger_entry ENABLE ALWAYS TRIGGER ledger_entry_append_only`,
  );
  t.match(await run('audit-verify', '--database', url, ...publicKey, ...checkpoints), { code: 1, said: /LOG_CUT_OFF/ });
});
