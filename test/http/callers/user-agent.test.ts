import { once } from 'node:events';
import { type AddressInfo, connect } from 'node:net';
import t from 'tap';
import { canonicalJson } from '#src/audit/canonical.ts';
import { entryHash } from '#src/audit/entry.ts';
import { userAgentOf } from '#src/http/callers/user-agent.ts';
import type { Change } from '#src/schema/change.ts';
import { clusters, roleName, startService } from '#test/support/service.ts';

t.test('the header, as the log keeps it', async (t) => {
  const cases: [string, string | undefined, string | null][] = [
    [
      'a provider',
      'terraform-provider-rolewright/0.1.0 Terraform/1.11.4',
      'terraform-provider-rolewright/0.1.0 Terraform/1.11.4',
    ],
    ['none', undefined, null],
    ['an empty one', '', null],
    ['blanks', ' \t ', null],
    ['control characters alone', '\0\x1b\x7f\x9b', null],
    ['blanks and lines', '  portal/2\t\t(a)\r\n b  ', 'portal/2 (a) b'],
    ['escape sequences', '\x1b[31mred\x1b[0m', '[31mred[0m'],
    ['C1 controls and soft hyphens, as Latin-1 has them', 'a\x9bb\xadc', 'abc'],
    ['bidirectional and other format characters', 'a\u202eb\u200bc\u2060d', 'abcd'],
    ['half of a character', 'a\ud800b', 'ab'],
    ['a quote and JSON', '"}\\', '"}\\'],
    ['letters', 'Prüfer/1 日本', 'Prüfer/1 日本'],
    ['too long', 'x'.repeat(300), 'x'.repeat(256)],
    ['too long, of whole characters', '🙂'.repeat(300), '🙂'.repeat(256)],
    ['cut at a blank', `${'x'.repeat(255)} y`, 'x'.repeat(255)],
    ['long before it is cleaned', `${'\x01'.repeat(300)}x`, 'x'],
  ];
  for (const [what, sent, kept] of cases) t.equal(userAgentOf({ 'user-agent': sent }), kept, what);
});

t.test('a change has the user agent of its request', async (t) => {
  const { app, rest, graphql, account } = await startService(t);
  const { roles, role, accountId, seed } = await account();
  seed(['a']);
  const payload = { clusters: clusters('b') };
  const asked = await rest('POST', `${role}/extend`, payload, { 'user-agent': '=cmd|\x1b"x" /C' });
  t.equal(asked.status, 200);
  t.equal(asked.json.change.userAgent, '=cmd|"x" /C');
  const refused = await rest('POST', `${roles}/absent/extend`, payload, { 'user-agent': 'portal/2' });
  t.equal(refused.json.code, 'ROLE_NOT_FOUND');
  const query = `mutation { extendExecutionRole(input: { accountId: "${accountId}", roleName: "${roleName}",
    clusters: [{ region: "us-west-2", name: "c" }] }) { change { userAgent } } }`;
  const overGraphql = await app.inject({
    method: 'POST',
    url: '/graphql',
    payload: { query },
    headers: { 'user-agent': 'rolewright/9 graphql' },
  });
  t.same(overGraphql.json().data.extendExecutionRole, { change: { userAgent: 'rolewright/9 graphql' } });
  // Without the header. `inject` would send its own.
  await app.listen({ host: '127.0.0.1', port: 0 });
  const { port } = app.server.address() as AddressInfo;
  const body = JSON.stringify({ clusters: clusters('d') });
  const socket = connect(port, '127.0.0.1').setEncoding('latin1').resume();
  let answer = '';
  socket.on('data', (chunk: string) => {
    answer += chunk;
  });
  socket.write(
    `POST ${role}/extend HTTP/1.1\r\nhost: 127.0.0.1\r\nconnection: close\r\ncontent-type: application/json\r\ncontent-length: ${body.length}\r\n\r\n${body}`,
  );
  await once(socket, 'close');
  t.match(answer, /^HTTP\/1\.1 200 .*"userAgent":null/s);

  const kept = [null, 'rolewright/9 graphql', 'portal/2', '=cmd|"x" /C'];
  const { items } = (await rest('GET', '/v1/changes')).json as { items: Change[] };
  t.same(
    items.map(({ userAgent }) => userAgent),
    kept,
    'the history',
  );
  const listed = await graphql('{ changes(first: 9) { edges { node { userAgent } } } }');
  t.same(
    listed.json.data.changes.edges.map(({ node }: { node: Change }) => node.userAgent),
    kept,
    'GraphQL',
  );
  const entries = (await app.inject('/v1/audit/export')).body
    .trimEnd()
    .split('\n')
    .map((line) => JSON.parse(line) as Change);
  t.same(
    entries.map(({ outcome, userAgent }) => [outcome, userAgent]),
    [
      ['PENDING', '=cmd|"x" /C'],
      ['SUCCEEDED', '=cmd|"x" /C'],
      ['FAILED', 'portal/2'],
      ['PENDING', 'rolewright/9 graphql'],
      ['SUCCEEDED', 'rolewright/9 graphql'],
      ['PENDING', null],
      ['SUCCEEDED', null],
    ],
    'both entries of a change have it',
  );
  for (const { seq: _, previousHash, hash, ...body } of entries)
    t.equal(entryHash(Buffer.from(previousHash, 'hex'), canonicalJson(body)).toString('hex'), hash);
  t.match((await rest('GET', '/v1/audit/verification')).json, { ok: true, checked: 7 });
  const [head = '', ...rows] = (await app.inject('/v1/changes/export?format=csv')).body
    .trimEnd()
    .split('\r\n');
  t.ok(head.endsWith(',lineKept,userAgent,onBehalfOf'), 'newer columns come last');
  t.match(rows, [/,,$/, /,rolewright\/9 graphql,$/, /,portal\/2,$/, /,"'=cmd\|""x"" \/C",$/]);
});
