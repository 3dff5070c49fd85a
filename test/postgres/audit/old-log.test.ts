import { cp, readFile } from 'node:fs/promises';
import { pathToFileURL } from 'node:url';
import type { GraphQLObjectType } from 'graphql';
import pg from 'pg';
import t from 'tap';
import { canonicalJson } from '#src/audit/canonical.ts';
import { parseTrustedKeys } from '#src/audit/checkpoint.ts';
import { entryHash } from '#src/audit/entry.ts';
import { createGraphqlSchema } from '#src/http/graphql/schema.ts';
import type { Ledger } from '#src/ports/ledger.ts';
import { verifyDatabase } from '#src/postgres/audit/verification.ts';
import { migrate } from '#src/postgres/migrations/migrate.ts';
import type { Change } from '#src/schema/change.ts';
import { selection } from '#test/support/selection.ts';
import { type Parts, startService } from '#test/support/service.ts';
import { succeeded } from '../fixtures/draft.ts';

// A log of an earlier version (test/cases/log-0.2/README.md) is listed, exported and verified as then.

interface Rows {
  migrations: string[];
  publicKey: string;
  checkpoints: string[];
  nodes: { level: number; position: number; hash: string }[];
  entries: { seq: number; body: string; hash: string }[];
}

const fixture = new URL('../../cases/log-0.2/', import.meta.url);
const read = (name: string) => readFile(new URL(name, fixture), 'utf8');
const rows = JSON.parse(await read('rows.json')) as Rows;
const [ndjson, csv] = [await read('export.ndjson'), await read('export.csv')];
const exported = ndjson
  .split('\n')
  .filter(Boolean)
  .map((line) => JSON.parse(line) as Change);
const keys = parseTrustedKeys(rows.publicKey);

/** The database as that revision left it: its migrations alone, then its rows. */
async function restore(url: string, directory: URL): Promise<void> {
  for (const name of rows.migrations)
    await cp(
      new URL(`../../../prisma/migrations/${name}/`, import.meta.url),
      new URL(`${name}/`, directory),
      { recursive: true },
    );
  await migrate(url, directory);
  const client = new pg.Client(url);
  await client.connect();
  const bytes = (hash: string) => Buffer.from(hash, 'hex');
  for (const { seq, body, hash } of rows.entries)
    await client.query('INSERT INTO ledger_entry (seq, body, hash) VALUES ($1, $2, $3)', [
      seq,
      body,
      bytes(hash),
    ]);
  for (const { level, position, hash } of rows.nodes)
    await client.query('INSERT INTO ledger_node (level, position, hash) VALUES ($1, $2, $3)', [
      level,
      position,
      bytes(hash),
    ]);
  for (const body of rows.checkpoints)
    await client.query('INSERT INTO ledger_checkpoint (body) VALUES ($1)', [body]);
  await client.end();
}

t.test('a log of version 0.2', async (t) => {
  const directory = pathToFileURL(`${t.testdir({})}/`);
  const database = { keys, before: (url: string) => restore(url, directory) };
  const ledgers: Ledger[] = [];
  const deps = ({ ledger }: Parts) => {
    ledgers.push(ledger);
    return {};
  };
  const { app, rest, graphql, databaseUrl } = await startService(t, { database, deps });
  const verify = () => verifyDatabase({ url: databaseUrl, keys, sink: null, thorough: true });

  const last = exported.at(-1) as Change;
  const intact = {
    ok: true,
    checked: exported.length,
    head: { seq: last.seq, hash: last.hash },
    firstFault: null,
  };
  t.match((await rest('GET', '/v1/audit/verification')).json, { ...intact, checkpoint: { seq: 30 } });
  t.match(await verify(), intact, 'thoroughly');

  const settled = new Set(exported.map(({ settles }) => settles));
  const changes = exported
    .filter(({ seq }) => !settled.has(seq))
    .toSorted((a, b) => (b.settles ?? b.seq) - (a.settles ?? a.seq));
  const { items } = (await rest('GET', '/v1/changes?limit=100')).json as { items: Change[] };
  t.strictSame(items, changes, 'the changes are listed unchanged');
  for (const change of changes) {
    t.strictSame(
      (await rest('GET', `/v1/changes/${change.id}`)).json,
      change,
      `${change.kind} ${change.outcome}`,
    );
    const { seq: _, previousHash, hash, ...body } = change;
    t.equal(
      entryHash(Buffer.from(previousHash, 'hex'), canonicalJson(body)).toString('hex'),
      hash,
      'the shown entries are the hashed ones',
    );
  }

  t.equal((await app.inject('/v1/audit/export')).body, ndjson, 'the export is the same, byte for byte');
  const [head = '', ...lines] = (await app.inject('/v1/audit/export?format=csv')).body.split('\r\n');
  const [oldHead = '', ...oldLines] = csv.split('\r\n');
  t.ok(head.startsWith(oldHead), 'new columns come last');
  const blanks = ','.repeat(head.split(',').length - oldHead.split(',').length);
  t.same(
    lines,
    oldLines.map((line) => line && line + blanks),
    'the CSV differs in new columns alone, which are empty',
  );

  const type = createGraphqlSchema().getType('Change') as GraphQLObjectType;
  const { json } = await graphql(`{ changes(first: 100) { edges { node ${selection(type)} } } }`);
  t.match(
    json.data.changes.edges.map(({ node }: { node: object }) => node),
    changes.map((change) => ({ ...change, overrides: change.override === null ? [] : [change.override] })),
    'GraphQL shows every field, those too that the entries lack',
  );

  t.test('can be appended to', async (t) => {
    const open = changes.find(({ outcome }) => outcome === 'PENDING') as Change;
    const done = await ledgers[0]?.settle({ changeId: open.id }, succeeded);
    t.match(done, { seq: last.seq + 1, settles: open.seq, override: 'MANAGED_ELSEWHERE' });
    t.match(await verify(), { ok: true, checked: exported.length + 1 });
    t.ok((await app.inject('/v1/audit/export')).body.startsWith(ndjson));
  });
});
