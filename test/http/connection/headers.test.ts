import type { InjectOptions } from 'fastify';
import t from 'tap';
import { safeHeaders } from '#src/http/connection/headers.ts';
import { buildServer } from '#src/http/server.ts';
import type { Deps } from '#src/operations/call/deps.ts';
import { unwatched } from '#test/support/unwatched.ts';

const options = { deps: unwatched as Deps, ready: async () => {}, authenticate: null, logLevel: 'silent' };
const app = await buildServer({ ...options, graphiql: true });
t.teardown(() => app.close());
const json = { 'content-type': 'application/json' };

t.test('every answer has the headers, errors included', async (t) => {
  const cases: [string, InjectOptions, number][] = [
    ['well', { url: '/healthz' }, 200],
    ['a refused input', { url: '/v1/accounts/x' }, 400],
    ['a fault of ours', { url: '/v1/accounts/111122223333' }, 500],
    ['nothing there', { url: '/nothing' }, 404],
    ['no URL', { url: '/v1/%zz' }, 400],
    ['another host', { url: '/healthz', headers: { host: 'evil.example' } }, 403],
    ['another site', { url: '/healthz', headers: { origin: 'https://evil.example' } }, 403],
    [
      'GraphQL',
      { method: 'POST', url: '/graphql', headers: json, payload: '{"query":"{ __typename }"}' },
      200,
    ],
    ['GraphQL, refused', { method: 'POST', url: '/graphql', headers: json, payload: '{"query":"{"}' }, 400],
    ['no JSON', { method: 'PUT', url: '/v1/accounts/111122223333', headers: json, payload: '{' }, 400],
    ['the API description', { url: '/openapi.json' }, 200],
  ];
  for (const [what, request, status] of cases) {
    const answer = await app.inject(request);
    t.equal(answer.statusCode, status, what);
    t.match(answer.headers, safeHeaders, what);
    t.notOk(answer.headers['strict-transport-security'], 'nothing here speaks TLS');
  }
});

t.test('the pages have a working content security policy, and allow no frames', async (t) => {
  const script = /script-src ([^;]*)/;
  const pages: [string, RegExp, string | undefined][] = [
    ['/docs', /default-src 'self'/, undefined],
    ['/docs/static/swagger-ui.css', /default-src 'self'/, undefined],
    ['/graphiql', /default-src 'self'/, "'self' 'unsafe-inline' blob:"],
  ];
  for (const [url, policy, scripts] of pages) {
    const { headers, statusCode } = await app.inject(url);
    t.equal(statusCode, 200, url);
    const { 'content-security-policy': found, 'cache-control': _, ...rest } = safeHeaders;
    t.ok(found);
    t.match(headers, { ...rest, 'content-security-policy': policy }, url);
    t.match(headers['content-security-policy'], "frame-ancestors 'none'", url);
    t.equal(
      script.exec(String(headers['content-security-policy']))?.[1],
      scripts,
      `${url}: no inline script but GraphiQL's`,
    );
  }
});

t.test('behind TLS, HSTS can be switched on', async (t) => {
  const behind = await buildServer({ ...options, hstsSeconds: 31_536_000 });
  t.teardown(() => behind.close());
  for (const url of ['/healthz', '/nothing', '/v1/%zz', '/docs'])
    t.equal((await behind.inject(url)).headers['strict-transport-security'], 'max-age=31536000', url);
});
