import t from 'tap';
import { startService } from '#test/support/service.ts';

// Every cursor and every time that a caller may send, by the API description. An invalid one is 400, and
// never reaches the database, whose refusal would look like an outage.

const { app, rest, account, organization } = await startService(t);
const { accountId } = await account();
const sweep = (await rest('POST', '/v1/sweeps', { operation: 'CHECK', select: { accountIds: [accountId] } }))
  .json;
organization([]);
const { id: importId } = (await rest('POST', '/v1/accounts/import')).json;

interface Parameter {
  name: string;
  in: string;
  required?: boolean;
  schema: { format?: string };
}
const { paths } = (await rest('GET', '/openapi.json')).json as {
  paths: Record<string, { get?: { parameters?: Parameter[] } }>;
};
const ids: Record<string, string> = {
  '/v1/account-imports/{id}/changes': importId,
  '/v1/sweeps/{id}/results': sweep.id,
};
const urls = Object.entries(paths).flatMap(([path, { get }]) => {
  const query = (get?.parameters ?? []).filter((one) => one.in === 'query');
  const url = path.replace('{accountId}', accountId).replace('{id}', ids[path] ?? '{id}');
  return query.flatMap(({ name, schema }) => {
    if (name === 'cursor') return [{ url, name, isTime: false }];
    return schema.format === 'date-time' || schema.format === 'date-or-time'
      ? [{ url, name, isTime: true }]
      : [];
  });
});

const times = [
  '2026-02-31T00:00:00.000Z',
  '2026-02-29T00:00:00.000Z',
  '2026-04-31T00:00:00.000Z',
  '2026-13-01T00:00:00.000Z',
  '2026-01-01T24:00:00.000Z',
  '2026-06-30T23:59:60.000Z',
  '0000-01-01T00:00:00.000Z',
  '0001-01-01T00:00:00.000+23:59',
  '9999-12-31T23:59:59.999-23:59',
  '2026-01-01T00:00:00.000Z[Europe/Berlin]',
  '2026-01-01T00:00:00.000',
  '2026-1-1',
  '2026-02-31',
  '+002026-01-01T00:00:00.000Z',
  '-000001-01-01T00:00:00.000Z',
  'now',
  '',
];
const keys = [
  ...times,
  ...times.map((time) => `${time} ${sweep.id}`),
  '0',
  '-1',
  '1e3',
  '9999999999',
  '2147483648',
  '<9999999999999999',
  '>99999999999999999999',
  '111122223333\0',
  '\0',
  '1111222233334',
  '111122223333 a\0b',
  `111122223333 ${'x'.repeat(65)}`,
  '111122223333 Ä',
  'x'.repeat(100),
  '\ud800',
  'é',
];
const cursors = [
  ...keys.map((key) => Buffer.from(key).toString('base64url')),
  Buffer.from([0xff, 0xfe, 0]).toString('base64url'),
];

t.ok(urls.filter(({ isTime }) => !isTime).length >= 10, 'lists were found');
t.ok(urls.filter(({ isTime }) => isTime).length >= 4, 'times were found');

for (const { url, name, isTime } of urls)
  t.test(`${url}?${name}=`, async (t) => {
    t.notMatch(url, '{', 'the test knows what to ask for');
    for (const value of isTime ? times : cursors) {
      const { statusCode, body } = await app.inject({ url, query: { [name]: value } });
      const key = isTime ? value : Buffer.from(value, 'base64url').toString();
      // Some are cursors, and some are times.
      if (statusCode !== 200)
        t.match(
          { statusCode, body },
          { statusCode: 400, body: '"code":"INVALID_INPUT"' },
          JSON.stringify(key),
        );
      if (isTime || times.some((time) => key === `${time} ${sweep.id}`))
        t.equal(statusCode, 400, `${JSON.stringify(key)} is no time`);
    }
  });

t.test('the end of a service token', async (t) => {
  for (const expiresAt of times)
    t.match(
      await rest('POST', '/v1/service-tokens', { name: 'ci', groups: ['a'], expiresAt }),
      { status: 400, json: { errors: [{ pointer: '/expiresAt' }] } },
      expiresAt,
    );
});
