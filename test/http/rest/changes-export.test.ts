import { setImmediate as turn } from 'node:timers/promises';
import t, { type Test } from 'tap';
import { Fault } from '#src/fault.ts';
import { createPermissions } from '#src/permissions/cedar.ts';
import type { Ledger } from '#src/ports/ledger.ts';
import { Change } from '#src/schema/change.ts';
import { authenticateAnyone, headersOf, teamPolicies } from '#test/support/callers.ts';
import { clusters, startService } from '#test/support/service.ts';
import { ask, countLines, drain, linesOf, pointersOf } from '../fixtures/exports.ts';

const url = '/v1/changes/export';

t.test('the lines are the changes of the pages, with the same filters', async (t) => {
  const { app, rest, account } = await startService(t);
  const [one, two] = [await account(), await account()];
  t.equal((await app.inject(url)).body, '', 'an empty history');
  for (const [i, { roles }] of [one, two, one].entries())
    await rest('POST', roles, {
      clusters: clusters('a'),
      roleName: `r${i}`,
      reason: `CHG-${1042 + i}: ü\u2028`,
    });
  await rest('POST', one.roles, { clusters: clusters('a'), roleName: 'r0' });
  const { headers } = await app.inject(url);
  t.match(headers, { 'content-type': 'application/x-ndjson', 'cache-control': 'no-store' });
  t.match(
    headers['content-disposition'],
    /^attachment; filename="rolewright-changes-\d{4}-\d\d-\d\d\.ndjson"$/,
  );
  for (const [query, count] of [
    ['', 4],
    [`accountId=${one.accountId}`, 3],
    ['q=chg-1043', 1],
    [`q=CHG&accountId=${one.accountId}`, 2],
    ['outcome=FAILED&cluster=us-west-2/a', 1],
    ['since=2999-01-01', 0],
  ] as const) {
    const lines = linesOf((await app.inject(`${url}?format=ndjson&${query}`)).body);
    t.equal(lines.length, count, query);
    t.same(lines, (await rest('GET', `/v1/changes?${query}`)).json.items, query);
  }
});

t.test('CSV has the columns of the export of the log, and no cell that begins a formula', async (t) => {
  const { app, rest, account } = await startService(t);
  const { roles } = await account();
  for (const [i, reason] of ['=1+1', '@SUM(A1)', '"=1"', 'plain, "quoted"'].entries())
    await rest('POST', roles, { clusters: clusters('a'), roleName: `r${i}`, reason });
  const { headers, body } = await app.inject(`${url}?format=csv&outcome=SUCCEEDED`);
  t.match(headers, { 'content-type': /^text\/csv/, 'content-disposition': /changes-[\d-]+\.csv"$/ });
  const rows = body.split('\r\n');
  t.equal(rows[0], Object.keys(Change.properties).join());
  t.equal(rows.length, 6);
  const whole = (await app.inject('/v1/audit/export?format=csv')).body.split('\r\n');
  t.same(
    rows.slice(1, -1).toReversed(),
    whole.filter((row) => row.includes(',SUCCEEDED,')),
    'the same rows',
  );
  for (const cell of [`,'=1+1,`, `,'@SUM(A1),`, `,"'""=1""",`, `,"plain, ""quoted""",`])
    t.ok(body.includes(cell), cell);
});

t.test('only the changes that the caller may see', async (t) => {
  const { app, rest, account } = await startService(t, {
    authenticate: () => authenticateAnyone,
    deps: () => ({ permissions: createPermissions(teamPolicies) }),
  });
  const groups = (team: string) => ['administrators', team];
  const ids: string[] = [];
  for (const team of ['payments', 'core', 'payments']) {
    const one = await account({ labels: { team } });
    await rest('POST', one.roles, { clusters: clusters('a'), reason: 'CHG-1042' }, headersOf(groups(team)));
    ids.push(one.accountId);
  }
  const seen = async (team: string, query = '') =>
    linesOf((await app.inject({ url: `${url}?${query}`, headers: headersOf(groups(team)) })).body).map(
      ({ accountId }) => accountId,
    );
  t.same(await seen('payments'), [ids[2], ids[0]]);
  t.same(await seen('core', 'q=1042'), [ids[1]]);
  t.same(await seen('core', `accountId=${ids[0]}`), []);
  const nobody = await app.inject({ url, headers: headersOf(['strangers']) });
  t.match(nobody.json(), { status: 403, code: 'FORBIDDEN' });
});

t.test('refused requests', async (t) => {
  const { rest } = await startService(t, {
    deps: ({ ledger }) => ({
      ledger: {
        ...ledger,
        list: async () => {
          throw new Fault('UNAVAILABLE', 'The database did not answer.');
        },
      },
    }),
  });
  for (const [query, pointers] of [
    ['format=xml', '/format'],
    ['limit=1&cursor=x', '/cursor /limit'],
    ['accountId=x&q=%25', '/accountId /q'],
    ['actorIssuer=https://id.example', '/actorIssuer'],
  ] as const) {
    const { status, json } = await rest('GET', `${url}?${query}`);
    t.equal(status, 400, query);
    t.equal(pointersOf(json), pointers);
  }
  t.match(await rest('GET', url), { status: 503, json: { code: 'UNAVAILABLE' } });
});

/** A page of a long history that replaces the real one. */
const page = (length: number, accountId = '111122223333') =>
  Array.from(
    { length },
    (_, i) =>
      ({
        id: `change_${i}`,
        seq: 9000 - i,
        settles: null,
        accountId,
        roleName: 'r',
        diff: 'x'.repeat(1500),
      }) as Change,
  );
const withPages = (t: Test, list: Ledger['list']) =>
  startService(t, { deps: ({ ledger }) => ({ ledger: { ...ledger, list } }) });

t.test('a fault during the export cuts the connection', async (t) => {
  let read = 0;
  const service = await withPages(t, async () => {
    if (read++ > 0) throw new Fault('UNAVAILABLE', 'The database did not answer.');
    return { items: page(500), hasMore: true };
  });
  const answer = await ask(service, url);
  t.equal(answer.statusCode, 200);
  await t.rejects(drain(answer), { code: 'ECONNRESET' });
  t.equal(
    service.log.filter(({ level }) => level !== 'info').length,
    1,
    'and the log of the service says so',
  );
});

t.test('a caller that hangs up ends the reading, also of changes that it may not see', async (t) => {
  let read = 0;
  const [asked, gate, closed] = [
    Promise.withResolvers<void>(),
    Promise.withResolvers<void>(),
    Promise.withResolvers<void>(),
  ];
  const onlyOne =
    'permit (principal, action, resource) when { resource is Rolewright::Service || resource == Rolewright::Account::"111122223333" };';
  const service = await startService(t, {
    deps: ({ ledger }) => ({
      permissions: createPermissions(onlyOne),
      ledger: {
        ...ledger,
        list: async () => {
          read += 1;
          if (read === 1) return { items: page(1), hasMore: true };
          asked.resolve();
          await gate.promise;
          return { items: page(500, '444455556666'), hasMore: true };
        },
      },
    }),
  });
  service.app.server.on('connection', (socket) => socket.once('close', () => closed.resolve()));
  const answer = await ask(service, url);
  await asked.promise;
  answer.destroy();
  await closed.promise;
  await turn();
  gate.resolve();
  for (let i = 0; i < 20; i += 1) await turn();
  t.equal(read, 2);
});

t.test('a slow reader slows the reading', async (t) => {
  const pages = 60;
  let [read, lines, ahead] = [0, 0, 0];
  const service = await withPages(t, async () => ({ items: page(500), hasMore: ++read < pages }));
  for await (const chunk of (await ask(service, url)) as AsyncIterable<Buffer>) {
    lines += countLines(chunk);
    ahead = Math.max(ahead, read * 500 - lines);
    await turn();
  }
  t.equal(lines, pages * 500);
  t.ok(ahead < 15_000, `${ahead} changes were read ahead at the most, in the buffers of both sockets too`);
});
