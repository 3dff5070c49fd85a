import { readFileSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import pg from 'pg';
import t from 'tap';
import { signedAt } from '#dev/chaos/log.ts';
import { runBound } from '#dev/sandbox/spawn-bound.ts';
import { canonicalJson } from '#src/audit/canonical.ts';
import { parseSigningKey } from '#src/audit/checkpoint.ts';
import type { Entry } from '#src/audit/verify-log.ts';
import { openAudit } from '#src/postgres/audit/audit.ts';
import type { Change } from '#src/schema/change.ts';
import { databaseWith } from '#test/postgres/fixtures/logs.ts';
import { plainEnvironment } from '#test/support/environment.ts';

/** Without any setting of the service. */
async function run(tool: string, ...args: string[]): Promise<{ code: number; said: string }> {
  try {
    const { stdout } = await runBound(process.execPath, [`src/cli/${tool}.ts`, ...args], {
      env: plainEnvironment,
    });
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
  t.type(parseSigningKey(readFileSync(path('key.pem'), 'utf8')).keyId, 'string');

  const { url, client, entries, key, keys, sink, checkpointer } = await databaseWith(t, 300);
  await checkpointer.run();
  const publicKey = [
    '--public-key',
    write('public.pem', key.publicKey.export({ type: 'spki', format: 'pem' }).toString()),
  ];
  const published = [...signedAt(entries, [100], key), ...sink.published];
  const checkpoints = [
    '--checkpoints',
    write('checkpoints.ndjson', published.map((one) => `${JSON.stringify(one)}\n`).join('')),
  ];
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
  const edited = [
    '--export',
    write('edited.ndjson', lines(changes.with(41, { ...changes[41], reason: 'none' }))),
  ];
  const relinked = [
    '--export',
    write('relinked.ndjson', lines(changes.with(7, { ...changes[7], previousHash: 'f'.repeat(64) }))),
  ];
  const twice = ['--export', write('twice.ndjson', lines(changes).replace('{', '{"outcome":"FAILED",'))];
  const rest = ['--export', write('rest.ndjson', lines(changes.slice(100)))];

  const cases: [string, string[], number, RegExp][] = [
    [
      'a database',
      ['--database', url, ...publicKey, ...checkpoints],
      0,
      /^The log is intact: 300 entries, up to entry 300.*\nCheckpoints: the newest checkpoint is at entry 300/,
    ],
    ['a database, without checkpoints', ['--database', url, '--quick'], 0, /compared with no checkpoint/],
    [
      'a database whose URL is in a file',
      ['--database-file', write('url', `${url}\n`)],
      0,
      /intact: 300 entries/,
    ],
    ['an export', [...exported, ...publicKey, ...checkpoints], 0, /^The log is intact: 300 entries/],
    ['an export, as JSON', [...exported, '--json'], 0, /^\{"ok":true,"checked":300,"head":\{"seq":300,/],
    [
      'a part of an export',
      [...rest, ...publicKey, ...checkpoints, '--from', '100'],
      0,
      /^The log is intact: 200 entries/,
    ],
    [
      'an export that was cut off',
      [...cut, ...publicKey, ...checkpoints],
      1,
      /NOT INTACT.*\nAt entry 300: LOG_CUT_OFF/,
    ],
    [
      'an export that was edited',
      edited,
      1,
      /NOT INTACT: 41 entries are in order.*\nAt entry 42: ENTRY_CHANGED/,
    ],
    ['an export with a key twice', twice, 1, /NOT INTACT: 0 entries.*\nAt entry 1: ENTRY_CHANGED/],
    ['an export with another link', relinked, 1, /At entry 8: LINK_BROKEN/],
    ['help', ['--help'], 0, /^npm run audit:verify -- one of[\s\S]*\nExit code\n/],
    [
      'from where nothing was signed',
      [...exported, ...publicKey, ...checkpoints, '--from', '99'],
      2,
      /no checkpoint in .* is at entry 99/,
    ],
    [
      'from where nothing was signed',
      ['--database', url, ...publicKey, '--from', '99'],
      2,
      /No checkpoint was made at entry 99/,
    ],
    ['from no number', [...exported, ...publicKey, '--from', 'x'], 2, /^--from must be/],
    ['checkpoints without a key', [...exported, ...checkpoints], 2, /--checkpoints needs --public-key/],
    ['a proof without a key', ['--proof', 'x'], 2, /--proof needs --public-key/],
    ['nothing', [], 2, /npm run audit:verify -- one of/],
    ['too much', [...exported, '--database', url], 2, /npm run audit:verify -- one of/],
    [
      'an unknown option',
      [...exported, '--fast'],
      2,
      /^Unknown option '--fast'[\s\S]*npm run audit:verify -- one of/,
    ],
    ['no such export', ['--export', path('none')], 3, /^ENOENT.*none/],
    ['no such key', [...exported, '--public-key', path('none')], 3, /^ENOENT/],
    ['no such checkpoints', [...exported, ...publicKey, '--checkpoints', path('none')], 3, /^ENOENT/],
    ['a folder', ['--export', directory], 3, /^EISDIR/],
    ['no such proof', ['--proof', path('none'), ...publicKey], 3, /^ENOENT/],
    [
      'two databases',
      ['--database', url, '--database-file', path('url')],
      2,
      /npm run audit:verify -- one of/,
    ],
    ['no file of a database', ['--database-file', path('nowhere')], 3, /ENOENT/],
    ['no database there', ['--database', 'postgresql://x@127.0.0.1:1/x'], 3, /ECONNREFUSED/],
    ['a text for an export', ['--export', path('key.pem')], 4, /^line 1 of .* is not JSON.*format=ndjson/],
    [
      'checkpoints for an export',
      ['--export', path('checkpoints.ndjson')],
      4,
      /^line 1 of .* is not a change/,
    ],
    [
      'an export for checkpoints',
      [...exported, ...publicKey, '--checkpoints', path('export.ndjson')],
      4,
      /^line 1 of .* is not a checkpoint/,
    ],
    [
      'an export for a key',
      [...exported, '--public-key', path('export.ndjson')],
      4,
      /contains no public key/,
    ],
    [
      'an export for a proof',
      ['--proof', path('checkpoints.ndjson'), ...publicKey],
      4,
      /is not (JSON|a proof)/,
    ],
    [
      'another database',
      ['--database', Object.assign(new URL(url), { pathname: 'postgres' }).href],
      4,
      /does not hold a log of this service/,
    ],
  ];
  for (const [what, args, code, said] of cases)
    t.match(await run('audit-verify', ...args), { code, said }, what);

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
  t.match(
    await run(
      'audit-verify',
      ...proven,
      '--change',
      write('elsewhere.json', JSON.stringify({ ...change, seq: 999 })),
    ),
    {
      code: 1,
      said: /another place in the log/,
    },
  );
  t.match(
    await run(
      'audit-verify',
      ...proven,
      '--change',
      write('other.json', JSON.stringify({ ...change, reason: '' })),
    ),
    {
      code: 1,
      said: /^NOT PROVEN: the change does not match entry/,
    },
  );

  await client.query(
    `ALTER TABLE ledger_entry DISABLE TRIGGER ledger_entry_append_only; DELETE FROM ledger_entry WHERE seq = 300;
     ALTER TABLE ledger_entry ENABLE ALWAYS TRIGGER ledger_entry_append_only`,
  );
  t.match(await run('audit-verify', '--database', url, ...publicKey, ...checkpoints), {
    code: 1,
    said: /LOG_CUT_OFF/,
  });
});
