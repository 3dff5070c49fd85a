import t from 'tap';
import { buildServer } from '#src/http/server.ts';
import type { Deps } from '#src/operations/call/deps.ts';
import { unwatched } from '#test/support/unwatched.ts';

const one = '111122223333';
const requestId = 'who-did-it';
const now = new Date();
const stored = {
  accountId: one,
  name: 'one',
  partition: 'aws',
  labels: {},
  status: 'ACTIVE',
  createdAt: now,
  updatedAt: now,
};

t.test('actions of administrators and denials are logged at every LOG_LEVEL but silent', async (t) => {
  const cases: [string, string[]][] = [
    ['silent', []],
    ['fatal', ['account registered', 'account deleted from the registry', 'permission denied']],
    ['warn', ['account registered', 'account deleted from the registry', 'permission denied']],
    [
      'info',
      [
        'account registered',
        'request',
        'account deleted from the registry',
        'request',
        'permission denied',
        'request',
      ],
    ],
  ];
  for (const [logLevel, expected] of cases) {
    const log: Record<string, unknown>[] = [];
    const app = await buildServer({
      deps: {
        ...unwatched,
        accounts: {
          get: async () => stored,
          put: async (record: object) => ({ ...stored, ...record }),
          delete: async () => true,
        },
        permissions: { allows: (_: unknown, action: string) => action !== 'revokeServiceToken' },
        clock: { requireAccurate: async () => {} },
        memberRole: { name: 'RolewrightMember', externalId: null },
      } as unknown as Deps,
      ready: async () => {},
      authenticate: null,
      logLevel,
      logTo: { write: (line) => void log.push(JSON.parse(line) as Record<string, unknown>) },
    });
    const send = (method: 'PUT' | 'DELETE', url: string, payload = {}) =>
      app.inject({ method, url, payload, headers: { 'x-request-id': requestId } });
    const memberRoleArn = `arn:aws:iam::${one}:role/Other`;
    t.equal(
      (await send('PUT', `/v1/accounts/${one}`, { name: 'one', memberRoleArn })).statusCode,
      201,
      logLevel,
    );
    t.equal((await send('DELETE', `/v1/accounts/${one}`)).statusCode, 204);
    t.equal((await send('DELETE', '/v1/service-tokens/0123456789abcdef')).statusCode, 403);
    t.match(
      log.map(({ msg }) => msg),
      expected,
      logLevel,
    );
    t.equal(log.length, expected.length);
    for (const line of log)
      if (line.msg !== 'request')
        t.match(line, { requestId, actor: { subject: 'anonymous' }, level: 'info' }, logLevel);
    await app.close();
  }
});
