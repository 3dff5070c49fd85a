import type { InjectOptions } from 'fastify';
import t from 'tap';
import { buildServer } from '#src/http/server.ts';
import type { Deps } from '#src/operations/call/deps.ts';
import { unwatched } from '#test/support/unwatched.ts';

// An accepted request ends as 500, because there is no handler. A refused one never gets there.
const options = { deps: unwatched as Deps, ready: async () => {}, authenticate: null, logLevel: 'silent' };
const portal = 'https://portal.example';
const closed = await buildServer(options);
const open = await buildServer({ ...options, corsOrigins: [portal, 'http://localhost:3000'] });
t.teardown(() => Promise.all([closed.close(), open.close()]));
const read: InjectOptions = { url: '/v1/accounts/111122223333' };
const revert: InjectOptions = { method: 'POST', url: '/v1/changes/x/revert' };
const from = (
  origin: string | undefined,
  request: InjectOptions,
  more: Record<string, string> = {},
): InjectOptions => ({
  ...request,
  headers: { host: '127.0.0.1:8080', ...(origin !== undefined && { origin }), ...more },
});

t.test('a page of another site is refused, a simple request without a body too', async (t) => {
  for (const origin of [
    'https://evil.example',
    'null',
    '',
    'http://127.0.0.1:8081',
    `${portal}.evil.example`,
    'http://portal.example',
    'x',
  ])
    for (const app of [closed, open])
      for (const request of [
        read,
        revert,
        { url: '/openapi.json' },
        { method: 'POST', url: '/graphql' } as const,
      ]) {
        const answer = await app.inject(from(origin, request));
        t.match(
          answer,
          { statusCode: 403, headers: { 'access-control-allow-origin': undefined } },
          `${origin} ${request.url}`,
        );
        const { errors, ...problem } = answer.json();
        t.match(request.url === '/graphql' ? errors[0].extensions : problem, {
          code: 'FORBIDDEN',
          detail: /CORS_ORIGINS/,
        });
      }
  t.equal((await closed.inject(from(portal, read))).statusCode, 403, 'no origin is allowed by default');
});

t.test('requests without a foreign origin need no permission', async (t) => {
  for (const origin of [undefined, 'http://127.0.0.1:8080']) {
    t.equal((await closed.inject(from(origin, read))).statusCode, 500, String(origin));
    t.equal((await closed.inject(from(origin, revert))).statusCode, 500, String(origin));
  }
});

t.test('pages of a listed origin may call, and read the headers that they need', async (t) => {
  for (const origin of [portal, 'http://localhost:3000']) {
    const { statusCode, headers } = await open.inject(from(origin, read));
    t.equal(statusCode, 500, origin);
    t.match(headers, {
      'access-control-allow-origin': origin,
      'access-control-expose-headers': /etag.*traceresponse.*x-request-id/,
      'access-control-allow-credentials': undefined,
      vary: 'Origin',
    });
    const asked = await open.inject(
      from(origin, { method: 'OPTIONS', url: '/v1/accounts' }, { 'access-control-request-method': 'PUT' }),
    );
    t.match(asked, { statusCode: 204, body: '' });
    t.match(asked.headers, {
      'access-control-allow-origin': origin,
      'access-control-allow-methods': /PUT/,
      'access-control-allow-headers': /authorization.*idempotency-key.*last-event-id.*traceparent/,
    });
  }
  t.match((await open.inject(from(undefined, read))).headers, {
    vary: 'Origin',
    'access-control-allow-origin': undefined,
  });
  t.equal(
    (await open.inject(from(portal, { method: 'OPTIONS', url: '/v1/accounts' }))).statusCode,
    405,
    'OPTIONS without a requested method',
  );
});
