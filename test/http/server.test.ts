import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { type AddressInfo, connect, type Socket } from 'node:net';
import { text } from 'node:stream/consumers';
import t from 'tap';
import { apiFiles } from '#dev/tools/describe-api.ts';
import { safeHeaders } from '#src/http/connection/headers.ts';
import { clusters, startService } from '#test/support/service.ts';

const { app, rest, account, changes, log } = await startService(t);

t.test('an unknown path is a problem, whatever the method', async (t) => {
  const cases = [
    ['GET', '/assets/x/y.js'],
    ['GET', '/v1'],
    ['GET', '/v2/accounts'],
    ['GET', '//v1/accounts'],
    ['GET', '/v1/nothing'],
    ['PUT', '/v1/accounts/111122223333/'],
    ['POST', '/healthz/x'],
    ['GET', '/docs/static/nothing.js'],
    ['GET', '/docs/static/%2e%2e/%2e%2e/package.json'],
    ['GET', '/docs/static/..%2f..%2fpackage.json'],
  ] as const;
  for (const [method, url] of cases) {
    const { status, headers, json } = await rest(method, url);
    t.equal(status, 404, `${method} ${url}`);
    t.match(headers, { 'content-type': /^application\/problem\+json/, 'x-request-id': json.requestId });
    t.match(json, {
      code: 'ROUTE_NOT_FOUND',
      status: 404,
      detail: /GET \/docs lists the routes/,
      errors: [],
      retryable: false,
    });
  }
});

t.test('a path with dot segments leads nowhere', async (t) => {
  const { app } = await startService(t);
  await app.listen({ host: '127.0.0.1', port: 0 });
  const { port } = app.server.address() as AddressInfo;
  for (const path of [
    '/docs/static/../../../package.json',
    '/docs/static/..%5c..%5cpackage.json',
    '/docs/../v1/../package.json',
  ]) {
    const socket = connect(port, '127.0.0.1', () =>
      socket.write(`GET ${path} HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n`),
    );
    const answer = await text(socket);
    t.match(answer, /^HTTP\/1.1 404 .*"code":"ROUTE_NOT_FOUND"/s, path);
    t.match(answer, /GET \/docs lists the routes/, path);
  }
});

t.test('an existing path names its methods', async (t) => {
  const cases = [
    ['DELETE', '/v1/accounts', 'GET, HEAD'],
    ['PATCH', '/v1/accounts/111122223333?dryRun=true', 'DELETE, GET, HEAD, PUT'],
    ['OPTIONS', '/v1/accounts', 'GET, HEAD'],
    ['TRACE', '/v1/service-tokens', 'GET, HEAD, POST'],
    ['QUERY', '/v1/changes/x', 'GET, HEAD'],
    ['PROPFIND', '/v1/accounts', 'GET, HEAD'],
    ['HEAD', '/v1/audit/export', 'GET'],
    ['PUT', '/graphql', 'GET, HEAD, POST'],
    ['POST', '/openapi.json', 'GET, HEAD'],
    ['PATCH', '/v1/accounts/import', 'POST'],
  ] as const;
  for (const [method, url, allow] of cases) {
    const { status, headers, json } = await rest(method, url);
    t.match({ status, headers }, { status: 405, headers: { allow } }, `${method} ${url}`);
    if (method !== 'HEAD') t.match(json, { code: 'METHOD_NOT_ALLOWED', status: 405, retryable: false });
  }
  t.match(await rest('POST', '/openapi_json'), { status: 404 }, 'an encoded dot is a dot');
});

t.test('HEAD is GET without a body', async (t) => {
  t.match(await rest('HEAD', '/v1/accounts'), { status: 200, json: null });
  t.match(await rest('HEAD', '/v1/accounts/x'), { status: 400, json: null });
  t.match(await rest('HEAD', '/nothing'), { status: 404, json: null });
});

t.test('a request ID comes back, and leads to the log lines and to the change', async (t) => {
  const { accountId, roles } = await account();
  const { headers, json } = await rest(
    'POST',
    roles,
    { clusters: clusters('a') },
    { 'x-request-id': 'portal:42.a_b-c' },
  );
  t.equal(headers['x-request-id'], 'portal:42.a_b-c');
  t.equal(json.change.requestId, 'portal:42.a_b-c');
  t.match(await changes(accountId), [{ requestId: 'portal:42.a_b-c' }]);
  t.match(
    log.filter(({ reqId }) => reqId === 'portal:42.a_b-c'),
    [{ msg: 'request', accountIds: [accountId], status: 201 }],
  );
  for (const given of ['', 'a b', 'x'.repeat(129), 'a\u00e9']) {
    const { headers } = await rest('GET', '/healthz', undefined, { 'x-request-id': given });
    t.match(headers['x-request-id'], /^[0-9a-f-]{36}$/, `${JSON.stringify(given)} is no ID: a new one`);
  }
  t.not(
    (await rest('GET', '/healthz')).headers['x-request-id'],
    (await rest('GET', '/healthz')).headers['x-request-id'],
  );
  t.match((await rest('GET', '/v1/%zz', undefined, { 'x-request-id': 'bad-url' })).headers, {
    'x-request-id': 'bad-url',
  });
});

t.test('the service describes itself, and is healthy', async (t) => {
  t.match(await rest('GET', '/healthz'), { status: 200, json: { status: 'ok' } });
  t.match(await rest('GET', '/readyz'), { status: 200, json: { status: 'ok' } });
  t.match((await app.inject('/docs')).headers['content-type'], /^text\/html/);
  t.match((await app.inject('/graphiql')).headers['content-type'], /^text\/html/);
  t.match((await rest('GET', '/openapi.json')).json, { openapi: '3.1.0', paths: { '/v1/accounts': Object } });
  t.equal((await app.inject('/openapi.yaml')).body, readFileSync('openapi.yaml', 'utf8'));
});

t.test('the description has the allowed keys and the optional members', async (t) => {
  const { paths, components } = (await rest('GET', '/openapi.json')).json;
  t.match(components.schemas.Account.properties.labels, {
    propertyNames: { pattern: /A-Za-z0-9/ },
    additionalProperties: { type: 'string' },
  });
  const { parameters } = paths['/v1/sweeps/{id}/results'].get as {
    parameters: { name: string; required: boolean }[];
  };
  t.same(parameters.map(({ name, required }) => [name, required]).sort(), [
    ['cursor', false],
    ['format', false],
    ['id', true],
    ['limit', false],
  ]);
});

t.test('the API description files are up to date', async (t) => {
  for (const [name, wanted] of Object.entries(await apiFiles()))
    t.ok(readFileSync(name, 'utf8') === wanted, `${name} is what npm run describe writes: run it`);
});

t.test('the log has no secrets: neither external IDs nor query texts of the database', async (t) => {
  t.notMatch(JSON.stringify(log), /ext-1|postgresql:/);
});

t.test('a caller that hangs up is not logged as an error', async (t) => {
  await app.listen({ host: '127.0.0.1', port: 0 });
  const before = log.length;
  const connected = once(app.server, 'connection');
  const asked = once(app.server, 'request');
  const socket = connect((app.server.address() as AddressInfo).port, '127.0.0.1');
  const head = [
    'POST /v1/accounts/111122223333/execution-roles HTTP/1.1',
    'host: x',
    'content-type: application/json',
    'content-length: 100',
  ];
  socket.write(`${head.join('\r\n')}\r\n\r\n{"a"`);
  const said = () => log.slice(before);
  await asked;
  const [near] = (await connected) as [Socket];
  socket.destroy();
  await new Promise((resolve) => near.once('close', resolve));
  await new Promise(setImmediate);
  t.notOk(said().some(({ level }) => level === 'error'));
});

t.test('a request that is not HTTP is a problem too', async (t) => {
  const { app } = await startService(t);
  await app.listen({ host: '127.0.0.1', port: 0 });
  const { port } = app.server.address() as AddressInfo;
  for (const [sent, message] of [
    ['NONSENSE\r\n\r\n', 'the request is not valid HTTP'],
    [`GET / HTTP/1.1\r\nX: ${'x'.repeat(20_000)}\r\n\r\n`, 'the headers are too long'],
  ] as const) {
    const socket: Socket = connect(port, '127.0.0.1');
    let answer = '';
    socket.on('data', (chunk) => {
      answer += chunk;
    });
    socket.end(sent);
    await once(socket, 'close');
    t.match(
      answer,
      /^HTTP\/1\.1 400 Bad Request\r\nContent-Type: application\/problem\+json; charset=utf-8\r\n/,
    );
    for (const [name, value] of Object.entries(safeHeaders))
      t.ok(answer.includes(`\r\n${name}: ${value}\r\n`), name);
    t.match(JSON.parse(answer.split('\r\n\r\n')[1] ?? ''), {
      code: 'INVALID_INPUT',
      detail: message,
      errors: [{ pointer: '', message }],
    });
  }
});

t.test('a foreign host name that points here is refused', async (t) => {
  const cases = [
    ['evil.example:8080', 403],
    ['127.0.0.1.evil.example', 403],
    ['10.0.0.1', 403],
    ['localhost:8080', 200],
    ['127.0.0.1:8080', 200],
    ['[::1]:8080', 200],
  ] as const;
  for (const [host, status] of cases) {
    const answer = await rest('GET', '/v1/accounts', undefined, { host });
    t.match(
      answer,
      { status, ...(status === 403 && { json: { code: 'FORBIDDEN', detail: /loopback/ } }) },
      host,
    );
  }
});
