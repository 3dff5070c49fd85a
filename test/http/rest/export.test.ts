import { setImmediate as turn } from 'node:timers/promises';
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import t, { type Test } from 'tap';
import { canonicalJson } from '#src/audit/canonical.ts';
import { entryHash, genesis } from '#src/audit/entry.ts';
import { Fault } from '#src/fault.ts';
import type { Ledger } from '#src/ports/ledger.ts';
import type { LoggedEntry } from '#src/schema/audit.ts';
import { Change } from '#src/schema/change.ts';
import { freshStore, runSql } from '#test/support/postgres.ts';
import { clusters, startService } from '#test/support/service.ts';
import { ask, countLines, drain, linesOf, pointersOf } from '../fixtures/exports.ts';

const url = '/v1/audit/export';
/**
 * Rows of RFC 4180: cells with a comma, a quote or a line break are in quotes, and quotes in them are
 * doubled.
 */
const cellsOf = (csv: string) =>
  csv
    .split(/(?:\r\n|\n|\r)(?=(?:[^"]*"[^"]*")*[^"]*$)/)
    .slice(0, -1)
    .map((row) =>
      [...row.matchAll(/(?:^|,)(?:"((?:[^"]|"")*)"|([^",]*))/g)].map(
        ([, quoted, plain]) => quoted?.replaceAll('""', '"') ?? plain,
      ),
    );

t.test('NDJSON is the chain, and can be verified by itself', async (t) => {
  const { app, rest, account } = await startService(t);
  const one = await account();
  t.equal((await app.inject(url)).body, '', 'an empty log');
  await rest('POST', one.roles, { clusters: clusters('a'), tags: { team: 'é' }, reason: '"ß\u2028\n' });
  await rest('POST', one.roles, { clusters: clusters('a') });
  await rest('PUT', `${one.role}/clusters/us-west-2/b`);
  const { statusCode, headers, body } = await app.inject(url);
  t.match(
    { statusCode, headers },
    { statusCode: 200, headers: { 'content-type': 'application/x-ndjson', 'cache-control': 'no-store' } },
  );
  t.match(headers['content-disposition'], /^attachment; filename="rolewright-log-\d{4}-\d\d-\d\d\.ndjson"$/);
  const entries = linesOf(body);
  t.same(
    entries.map(({ seq, outcome }) => `${seq} ${outcome}`),
    ['1 PENDING', '2 SUCCEEDED', '3 FAILED', '4 PENDING', '5 SUCCEEDED'],
  );
  let previous = genesis;
  for (const { seq, hash, previousHash, ...rest } of entries) {
    t.equal(previousHash, previous.toString('hex'), `${seq}`);
    previous = entryHash(previous, canonicalJson(rest));
    t.equal(hash, previous.toString('hex'), `${seq}`);
  }
  const { items } = (await rest('GET', '/v1/changes')).json;
  t.same(
    items,
    entries.filter(({ outcome }) => outcome !== 'PENDING').reverse(),
    'the changes as the API shows them',
  );
});

t.test('CSV: columns, and no cell that begins a formula', async (t) => {
  const { app, rest, account } = await startService(t);
  const one = await account();
  const hostile = ['=1+1', '+1', '-1', '@SUM(A1)', '\t=1', '\r=1', '\n=1', '"=1"', ' =1', "'=1", '＝1'];
  for (const [i, reason] of hostile.entries())
    await rest('POST', one.roles, {
      roleName: `r${i}`,
      clusters: clusters('a'),
      tags: { '=1': '=1', '@x': '+1' },
      reason,
    });
  const harmless = ['plain', 'a=b', 'a\r\nb', 'CHG-1\n=1+cmd|x\nforged', 'a\rb', '"",=cmd|x\r\n=1', '1', ''];
  for (const reason of harmless)
    await rest('PUT', `${one.roles}/r0`, {
      clusters: clusters('a'),
      tags: { reason: `${harmless.indexOf(reason)}` },
      reason,
    });
  const { headers, body } = await app.inject(`${url}?format=csv`);
  t.match(headers, { 'content-type': /^text\/csv/, 'content-disposition': /\.csv"$/ });
  const [head = [], ...rows] = cellsOf(body);
  t.same(head, Object.keys(Change.properties));
  t.ok(rows.every((row) => row.length === head.length));
  t.notOk(rows.flat().some((cell) => /^[\s"']*[=+\-@＝]/.test(cell ?? '') && !cell?.startsWith("'")));
  const column = (name: string) => rows.map((row) => row[head.indexOf(name)]);
  t.same([...new Set(column('reason'))], [...hostile.map((reason) => `'${reason}`), ...harmless]);
  const { items } = (await rest('GET', '/v1/changes?limit=100')).json as { items: Change[] };
  const change = items.find(({ reason }) => reason === 'a=b') as Change;
  const row = rows.find((cells) => cells[head.indexOf('hash')] === change.hash) ?? [];
  const cells = Object.fromEntries(head.map((name, i) => [name, row[i]]));
  t.match(cells, {
    seq: String(change.seq),
    editedOutside: String(change.editedOutside),
    error: '',
    accountId: one.accountId,
  });
  t.same(JSON.parse(cells.after ?? ''), change.after, 'nested values are JSON');
});

t.test('a range of the chain', async (t) => {
  const { app, rest, account, databaseUrl } = await startService(t);
  const one = await account();
  await rest('POST', one.roles, { clusters: clusters('a') });
  const [shown] = (await rest('GET', '/v1/changes')).json.items as Change[];
  const { seq: _, hash: __, previousHash: ___, ...body } = { ...shown, settles: null };
  // Days of refusals after the first two entries.
  const rows = [3, 4, 5, 6].map((seq) => {
    const text = JSON.stringify({ ...body, id: `change_${seq}`, at: `2999-01-0${seq}T00:00:00.000Z` });
    return `(${seq}, '${text}', decode(repeat('00', 32), 'hex'))`;
  });
  await runSql(databaseUrl, `INSERT INTO ledger_entry (seq, body, hash) VALUES ${rows.join(', ')}`);
  for (const [query, seqs] of [
    ['', '123456'],
    ['from=3', '3456'],
    ['to=2', '12'],
    ['from=2&to=4', '234'],
    ['from=9', ''],
    ['from=4&to=3', ''],
    ['since=2999-01-04T00:00:00Z', '456'],
    ['since=2999-01-04', '456'],
    ['since=2999-01-03&until=2999-01-04', '3'],
    ['since=2999-01-03T12:00:00Z&until=2999-01-05T00:00:00Z', '4'],
    ['until=2999-01-03T00:00:00Z', '12'],
    ['until=2000-01-01T00:00:00Z', ''],
    ['since=9999-12-31T23:59:59Z', ''],
    ['since=0001-01-01T00:00:00Z&until=9999-12-31T23:59:59Z', '123456'],
    ['since=2999-01-04T00:00:00Z&to=5', '45'],
  ] as const)
    t.equal(
      linesOf((await app.inject(`${url}?${query}`)).body)
        .map(({ seq }) => seq)
        .join(''),
      seqs,
      query,
    );
});

t.test('refused requests', async (t) => {
  const { app, rest } = await startService(t, {
    deps: ({ ledger }) => ({
      ledger: {
        ...ledger,
        // biome-ignore lint/correctness/useYield: it fails at once
        async *entries() {
          throw new Fault('UNAVAILABLE', 'The database did not answer.');
        },
      },
    }),
  });
  for (const [query, pointers] of [
    ['format=xml', '/format'],
    ['from=0&to=x', '/from /to'],
    ['since=x&until=2026-02-30T00:00:00Z', '/since /until'],
    ['since=2026-11-23T23:59:60Z', '/since'],
    ['since=2026-02-30&until=2026-11', '/since /until'],
    ['since=2026-11-23T10:00', '/since'],
    ['since=0000-01-01', '/since'],
    ['limit=1', '/limit'],
  ] as const) {
    const { status, json } = await rest('GET', `${url}?${query}`);
    t.equal(status, 400, query);
    t.equal(pointersOf(json), pointers);
  }
  t.match(await rest('GET', url), {
    status: 503,
    json: { code: 'UNAVAILABLE' },
    headers: { 'content-type': /problem/, 'retry-after': '2' },
  });
  t.equal((await app.inject({ method: 'HEAD', url })).statusCode, 405);
});

/** A long log that replaces the real one. */
const entry = (seq: number): LoggedEntry => ({
  seq,
  body: canonicalJson({ id: `change_${seq}`, diff: 'x'.repeat(1500) }),
  previousHash: '0'.repeat(64),
  hash: '0'.repeat(64),
});
const withEntries = (t: Test, entries: Ledger['entries']) =>
  startService(t, { deps: ({ ledger }) => ({ ledger: { ...ledger, entries } }) });

t.test('a fault during the export cuts the connection', async (t) => {
  const service = await withEntries(t, async function* () {
    yield [entry(1), entry(2)];
    throw new Fault('UNAVAILABLE', 'The database did not answer.');
  });
  const answer = await ask(service, url);
  t.equal(answer.statusCode, 200);
  await t.rejects(drain(answer), { code: 'ECONNRESET' });
  t.equal(
    service.log.filter(({ level }) => level !== 'info').length,
    1,
    'and the service says so in its log',
  );
});

t.test('a caller that hangs up ends the reading', async (t) => {
  const ended = Promise.withResolvers<void>();
  const service = await withEntries(t, async function* () {
    try {
      for (let seq = 1; ; seq += 1) yield [entry(seq)];
    } finally {
      ended.resolve();
    }
  });
  (await ask(service, url)).destroy();
  await t.resolves(ended.promise);
});

t.test('memory does not grow with the length of the log or a slow reader', async (t) => {
  setFlagsFromString('--expose-gc');
  const collect = runInNewContext('gc') as () => void;
  const megabyte = 2 ** 20;
  const held = () => {
    collect();
    const { heapUsed, external } = process.memoryUsage();
    return (heapUsed + external) / megabyte;
  };
  const store = await freshStore(t);
  const count = 50_000;
  const body = `'{"id":"change_' || seq || '","accountId":"1","actor":{"subject":"a"},"at":"2026","kind":"CREATE","outcome":"FAILED","roleName":"r","diff":"${'x'.repeat(1500)}"}'`;
  await runSql(
    store.url,
    `INSERT INTO ledger_entry (seq, body, hash) SELECT seq, ${body}, decode(repeat('00', 32), 'hex') FROM generate_series(1, ${count}) seq`,
  );
  let read = 0;
  const service = await withEntries(t, async function* (range) {
    for await (const batch of store.ledger.entries(range)) {
      read += batch.length;
      yield batch;
    }
  });
  const before = held();
  const answer = await ask(service, url);
  const growth: number[] = [];
  let [bytes, lines, ahead, next] = [0, 0, 0, 0];
  for await (const chunk of answer as AsyncIterable<Buffer>) {
    bytes += chunk.length;
    lines += countLines(chunk);
    ahead = Math.max(ahead, read - lines);
    if (bytes > next) {
      next += 8 * megabyte;
      growth.push(Math.round(held() - before));
    }
    await turn();
  }
  t.equal(lines, count);
  t.ok(bytes > 80 * megabyte, `${Math.round(bytes / megabyte)} MB were sent`);
  t.ok(Math.max(...growth) < 64, `MB more held on the way: ${growth}`);
  t.ok(ahead < 15_000, `${ahead} entries were read ahead at the most, in the buffers of both sockets too`);
});
