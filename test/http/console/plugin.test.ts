import { readFileSync } from 'node:fs';
import { mkdir, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { gunzipSync, gzipSync } from 'node:zlib';
import type { InjectOptions } from 'fastify';
import t, { type Test } from 'tap';
import { safeHeaders } from '#src/http/connection/headers.ts';
import type { ConsoleOptions } from '#src/http/console/plugin.ts';
import { buildServer, type ServerOptions } from '#src/http/server.ts';
import type { Deps } from '#src/operations/call/deps.ts';
import type { Authenticate } from '#src/ports/authenticate.ts';
import { version } from '#src/version.ts';
import { unwatched } from '#test/support/unwatched.ts';

// The web console's files, from a folder that stands for the built one.

const issuer = 'https://id.example/realms/x';
const page = '<!doctype html><title>Rolewright</title>';
const script = 'console.log(1)';
const built = {
  'index.html': page,
  secret: 'not for the web',
  assets: {
    'app-h4sh.js': script,
    '.hidden.js': 'not for the web',
    'app-h4sh.js.gz': gzipSync(script),
    'style-h4sh.css': 'a{}',
  },
};
const byName: Authenticate = async ([value]) =>
  value === 'Bearer somebody'
    ? { identity: { actor: { subject: 'somebody', issuer }, groups: [], scope: null } }
    : { refused: 'bad' };

async function start(t: Test, settings: Partial<ConsoleOptions> = {}, more: Partial<ServerOptions> = {}) {
  const app = await buildServer({
    deps: unwatched as Deps,
    ready: async () => {},
    authenticate: byName,
    logLevel: 'silent',
    console: { issuer, clientId: 'console', scope: 'openid', users: [], ...settings },
    ...more,
  });
  t.teardown(() => app.close());
  return app;
}

const policy =
  "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; font-src 'self'; connect-src 'self' https://id.example; base-uri 'none'; form-action 'none'; frame-ancestors 'none'";
const pages = [
  '/',
  '/?q=x',
  '/sign-in',
  '/sign-in?code=c&state=s',
  '/roles',
  '/roles/',
  '/roles/111122223333/Role%2FName/mend',
  '/history',
  '/history/CHG-1',
  '/history/a/b',
  '/sweeps',
  '/sweeps/1',
  '/settings',
  '/settings/tokens',
];

t.test('pages and assets need no caller, and have their headers', async (t) => {
  const app = await start(t, { directory: t.testdir(built) });
  for (const method of ['GET', 'HEAD'] as const) {
    for (const url of pages) {
      const { statusCode, headers, body } = await app.inject({ method, url });
      t.equal(statusCode, 200, `${method} ${url}`);
      t.match(headers, {
        ...safeHeaders,
        'content-security-policy': policy,
        'cache-control': 'no-cache',
        'content-type': 'text/html; charset=utf-8',
        etag: /./,
      });
      t.equal(headers['content-security-policy'], policy);
      t.equal(headers['cache-control'], 'no-cache');
      t.equal(body, method === 'GET' ? page : '', url);
    }
    for (const [url, type] of [
      ['/assets/app-h4sh.js', 'application/javascript; charset=utf-8'],
      ['/assets/style-h4sh.css', 'text/css; charset=utf-8'],
    ] as const) {
      const { statusCode, headers } = await app.inject({ method, url });
      t.equal(statusCode, 200, `${method} ${url}`);
      t.match(headers, {
        'content-security-policy': policy,
        'cache-control': 'public, max-age=31536000, immutable',
        'content-type': type,
        'x-content-type-options': 'nosniff',
      });
    }
  }
  const { headers } = await app.inject('/');
  const again = await app.inject({ url: '/', headers: { 'if-none-match': String(headers.etag) } });
  t.equal(again.statusCode, 304, 'an unchanged page is not sent again');
});

t.test('each address of the router answers with the page', async (t) => {
  const router = readFileSync(new URL('../../../console/src/app/router.tsx', import.meta.url), 'utf8');
  const addresses = [...router.matchAll(/\b(page|setting)\('(.*?)'/g)].map(([, kind, path = '']) =>
    `${kind === 'setting' ? '/settings' : ''}${path}`.replace(/\$\w+/g, 'x'),
  );
  t.ok(addresses.length > 10, 'the addresses were found');
  const app = await start(t, { directory: t.testdir(built) });
  for (const url of addresses) t.equal((await app.inject(url)).body, page, url);
});

t.test('a file that the build has compressed is sent so', async (t) => {
  const app = await start(t, { directory: t.testdir(built) });
  const ask = (encoding: string) =>
    app.inject({ url: '/assets/app-h4sh.js', headers: { 'accept-encoding': encoding } });
  const small = await ask('gzip');
  t.match(small.headers, { 'content-encoding': 'gzip', vary: /accept-encoding/i });
  t.equal(gunzipSync(small.rawPayload).toString(), script);
  t.equal((await ask('identity')).body, script);
});

t.test('other paths and methods answer as before', async (t) => {
  const app = await start(t, { directory: t.testdir(built) });
  const as = (request: InjectOptions): InjectOptions => ({
    ...request,
    headers: { authorization: 'Bearer somebody' },
  });
  for (const url of ['/rolesx', '/historyx', '/sign-in/x', '/fleet', '/index.html', '/console', '/secret']) {
    t.match((await app.inject({ url })).json(), { status: 401 }, url);
    t.match((await app.inject(as({ url }))).json(), { status: 404, code: 'ROUTE_NOT_FOUND' }, url);
  }
  for (const url of [...pages, '/assets/app-h4sh.js', '/console/config.json'])
    for (const method of ['POST', 'PUT', 'DELETE'] as const) {
      const { statusCode, headers } = await app.inject(as({ method, url }));
      t.match(
        { statusCode, allow: headers.allow },
        { statusCode: 405, allow: 'GET, HEAD' },
        `${method} ${url}`,
      );
    }
  for (const url of [
    '/assets/',
    '/assets/gone.js',
    '/assets/.hidden.js',
    '/assets/..%2fsecret',
    '/assets/../secret',
    '/assets/%2e%2e/secret',
    '/assets//etc/passwd',
  ]) {
    const { statusCode, body } = await app.inject(url);
    t.ok([401, 404].includes(statusCode), `${url}: ${statusCode}`);
    t.notMatch(body, /not for the web|root:/, url);
  }
  t.match((await app.inject('/assets/gone.js')).json(), { status: 404, code: 'ROUTE_NOT_FOUND' });
  const { paths } = (await app.inject('/openapi.json')).json();
  t.same(
    Object.keys(paths).filter((path) => !path.startsWith('/v1/')),
    [],
    'OpenAPI has the API alone',
  );
});

t.test('with AUTH=none the page is for this machine, and nobody signs in', async (t) => {
  const app = await start(t, { directory: t.testdir(built), issuer: null }, { authenticate: null });
  const { headers } = await app.inject('/');
  t.match(headers['content-security-policy'], /connect-src 'self';/);
  for (const url of ['/', '/assets/app-h4sh.js', '/console/config.json'])
    t.equal((await app.inject({ url, headers: { host: 'evil.example' } })).statusCode, 403, url);
});

t.test('what is not built yet is served once it is', async (t) => {
  const directory = join(t.testdir(), 'dist');
  for (const [graphiql, words, refresh] of [
    [true, /The console is being built\. This page loads again by itself\./, true],
    [false, /The console is not built\. Run <code>npm run console:build<\/code>/, false],
  ] as const) {
    const app = await start(t, { directory }, { graphiql });
    const early = await app.inject('/history');
    t.equal(early.statusCode, 503);
    t.match(early.headers, { ...safeHeaders, 'content-security-policy': policy, 'retry-after': '2' });
    t.match(early.headers['content-type'], /^text\/html/);
    t.match(early.body, words);
    t.equal(/<meta http-equiv="refresh" content="2">/.test(early.body), refresh);
    t.equal((await app.inject('/assets/app-h4sh.js')).statusCode, 404);
    await mkdir(directory);
    await writeFile(join(directory, 'index.html'), page);
    t.equal((await app.inject('/history')).body, page);
    await rm(directory, { recursive: true });
  }
});

t.test('the configuration says what the page needs before sign-in', async (t) => {
  const cases: [Partial<ConsoleOptions>, object][] = [
    [{}, { issuer, clientId: 'console', scope: 'openid', users: [] }],
    [
      { clientId: null, users: ['viewer'] },
      { issuer, clientId: null, scope: 'openid', users: ['viewer'] },
    ],
    [
      { issuer: null, clientId: null },
      { issuer: null, clientId: null, scope: 'openid', users: [] },
    ],
  ];
  for (const [settings, expected] of cases) {
    const { statusCode, headers, body } = await (await start(t, settings)).inject('/console/config.json');
    t.equal(statusCode, 200);
    t.match(headers, { ...safeHeaders, 'content-type': /^application\/json/ });
    t.same(JSON.parse(body), { version, ...expected });
  }
});
