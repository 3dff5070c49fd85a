import type { InjectOptions } from 'fastify';
import t from 'tap';
import { Fault } from '#src/fault.ts';
import { parseNetworks } from '#src/http/connection/client-address.ts';
import { buildServer, type ServerOptions } from '#src/http/server.ts';
import type { Deps } from '#src/operations/call/deps.ts';
import type { Authenticate } from '#src/ports/authenticate.ts';
import { unwatched } from '#test/support/unwatched.ts';

// Routes that need a caller, and rate limits. Tokens are plain names here; test/auth tests real ones.

const deps = {
  ...unwatched,
  accounts: { list: async () => [] },
  permissions: { allows: () => true },
} as unknown as Deps;
const byName: Authenticate = async ([value]) => {
  if (value === 'Bearer away') throw new Fault('UNAVAILABLE', 'The issuer does not answer.');
  const name = /^Bearer (\w+)$/.exec(value ?? '')?.[1];
  return name === undefined || name === 'bad'
    ? { refused: 'bad' }
    : { identity: { actor: { subject: name, issuer: 'https://id.example' }, groups: [], scope: null } };
};
const log: Record<string, unknown>[] = [];
const server = async (options: Partial<ServerOptions> = {}) => {
  const logTo = { write: (line: string) => void log.push(JSON.parse(line) as Record<string, unknown>) };
  const app = await buildServer({
    deps,
    ready: async () => {},
    authenticate: byName,
    logLevel: 'info',
    logTo,
    graphiql: true,
    ...options,
  });
  t.teardown(() => app.close());
  return app;
};
const as = (name: string, more: InjectOptions = {}): InjectOptions => ({
  url: '/v1/accounts',
  ...more,
  headers: { authorization: `Bearer ${name}` },
});
const query = {
  method: 'POST' as const,
  url: '/graphql',
  payload: { query: '{ accounts { edges { node { name } } } }' },
};

t.test('open routes, and routes that need a caller', async (t) => {
  const app = await server({ ratePerMinute: 1 });
  const open = [
    '/healthz',
    '/readyz',
    '/openapi.json',
    '/openapi.yaml',
    '/docs',
    '/docs/',
    '/docs/static/index.html',
    '/docs/json',
    '/graphiql',
  ];
  for (const url of [...open, ...open, '/healthz?x=/v1'])
    t.ok((await app.inject(url)).statusCode < 400, `${url} is open, and as often as anybody likes`);
  const strict = await server();
  const closed: InjectOptions[] = [
    ...[
      '/v1',
      '/v1/accounts',
      '/v1/accounts/x',
      '/v1/changes',
      '/v1/audit/verification',
      '/v1/audit/export',
      '/v1/service-tokens',
    ].map((url) => ({ url })),
    ...['/nothing', '/docsx', '/healthz/x', '/HEALTHZ', '//healthz', '/metrics', '/docs/../v1/accounts'].map(
      (url) => ({ url }),
    ),
    { method: 'HEAD', url: '/v1/accounts' },
    { method: 'OPTIONS', url: '/v1/accounts' },
    { method: 'POST', url: '/healthz' },
    {
      method: 'PUT',
      url: '/v1/accounts/111122223333',
      payload: 'x'.repeat(300_000),
      headers: { 'content-type': 'application/json' },
    },
    query,
    { url: '/graphql?query={__typename}', headers: { 'content-type': 'application/json' } },
  ];
  for (const request of closed) {
    const answer = await strict.inject(request);
    t.equal(answer.statusCode, 401, JSON.stringify(request).slice(0, 100));
    t.equal(answer.headers['www-authenticate'], 'Bearer');
    t.equal(
      (await strict.inject({ ...request, headers: { ...request.headers, authorization: 'Bearer ann' } }))
        .statusCode === 401,
      false,
    );
  }
});

t.test('a CORS preflight needs no credential', async (t) => {
  const app = await server({ corsOrigins: ['https://portal.example'] });
  const headers = {
    origin: 'https://portal.example',
    'access-control-request-method': 'GET',
    'access-control-request-headers': 'authorization',
  };
  t.equal((await app.inject({ method: 'OPTIONS', url: '/v1/accounts', headers })).statusCode, 204);
});

t.test('a credential that cannot be verified now is 503, not 401', async (t) => {
  const app = await server();
  const answer = await app.inject(as('away'));
  t.match(
    { status: answer.statusCode, json: answer.json() },
    { status: 503, json: { code: 'UNAVAILABLE', retryable: true } },
  );
  t.equal(answer.headers['retry-after'], '2');
  const graphql = await app.inject(as('away', query));
  t.match(
    { status: graphql.statusCode, json: graphql.json() },
    { status: 503, json: { errors: [{ extensions: { code: 'UNAVAILABLE' } }] } },
  );
});

t.test(
  'with authentication the service answers to any host name; without it only to this machine’s',
  async (t) => {
    const [known, none] = [await server(), await server({ authenticate: null })];
    const headers = { host: 'rolewright.example', authorization: 'Bearer ann' };
    t.equal((await known.inject({ url: '/v1/accounts', headers })).statusCode, 200);
    t.equal((await none.inject({ url: '/v1/accounts', headers })).statusCode, 403);
    t.equal((await none.inject({ url: '/v1/accounts' })).statusCode, 200);
  },
);

t.test('each caller has a rate limit a minute', async (t) => {
  const app = await server({ ratePerMinute: 2 });
  const left = async (request: InjectOptions) => {
    const { statusCode, headers } = await app.inject(request);
    return [
      statusCode,
      headers['ratelimit-limit'],
      headers['ratelimit-remaining'],
      headers['ratelimit-reset'],
      headers['retry-after'],
    ].join(' ');
  };
  t.equal(await left(as('ann')), '200 2 1 60 ');
  t.equal(await left(as('ann', query)), '200 2 0 60 ', 'by GraphQL too');
  t.match(await left(as('ann')), /^429 2 0 \d+ [1-9]\d*$/);
  t.equal(await left(as('bob')), '200 2 1 60 ', 'another caller');

  const refused = await app.inject(as('ann'));
  t.match(refused.headers, { 'content-type': /^application\/problem\+json/ });
  t.match(refused.json(), {
    code: 'RATE_LIMITED',
    status: 429,
    retryable: true,
    detail: /^The limit is 2 requests a minute\. Try again in \d+ seconds\.$/,
  });
  const graphql = await app.inject(as('ann', query));
  t.match(graphql.json(), { data: null, errors: [{ extensions: { code: 'RATE_LIMITED', status: 429 } }] });
  t.equal(graphql.statusCode, 429);
  t.match(graphql.headers, { 'retry-after': /^\d+$/ });

  log.length = 0;
  await app.inject(as('ann'));
  t.match(log, [{ msg: 'request', actor: 'ann', status: 429 }], 'the log says who it was');
});

t.test('a field at the root of a GraphQL document counts like a request', async (t) => {
  const app = await server({ ratePerMinute: 6 });
  const ask = async (name: string, query: string) => {
    const { statusCode, headers, body } = await app.inject(
      as(name, { method: 'POST', url: '/graphql', payload: { query } }),
    );
    if (statusCode === 429) t.match(headers['retry-after'], /^[1-9]\d?$/);
    return `${statusCode} ${headers['ratelimit-limit']} ${headers['ratelimit-remaining']} ${/"code":"(\w+)"/.exec(body)?.[1] ?? ''}`;
  };
  const fields = (count: number) =>
    Array.from({ length: count }, (_, i) => `a${i}: accounts { edges { cursor } }`).join(' ');
  t.equal(await ask('cyd', `{ ${fields(3)} }`), '200 6 3 ');
  t.equal(
    await ask('cyd', `query { ...F } fragment F on Query { ${fields(2)} }`),
    '200 6 1 ',
    'by a fragment too',
  );
  t.equal(await ask('cyd', `{ ${fields(2)} }`), '429 6 0 RATE_LIMITED', 'more fields than requests are left');
  t.equal(await ask('cyd', `{ ${fields(1)} }`), '429 6 0 RATE_LIMITED');
  t.equal(
    await ask('dan', `{ ${fields(5)} nope }`),
    '400 6 5 INVALID_INPUT',
    'a document that is not run counts once',
  );
  t.equal(await ask('dan', 'mutation { a: __typename b: __typename }'), '200 6 3 ');
  t.equal(await ask('eve', `{ ${fields(7)} }`), '429 6 0 RATE_LIMITED', 'more than there are in a minute');
  const unlimited = await server();
  t.match(
    await unlimited.inject(
      as('ann', { method: 'POST', url: '/graphql', payload: { query: `{ ${fields(10)} }` } }),
    ),
    {
      statusCode: 200,
    },
  );
});

t.test('unauthenticated requests are counted by address, and block no caller', async (t) => {
  const app = await server({ ratePerMinute: 2 });
  const from = (remoteAddress: string, name = 'bad') => app.inject(as(name, { remoteAddress }));
  const statuses = async (...addresses: string[]) => {
    const found: number[] = [];
    for (const one of addresses) found.push((await from(one)).statusCode);
    return found;
  };
  t.same(await statuses('192.0.2.1', '192.0.2.1', '192.0.2.1', '192.0.2.2'), [401, 401, 429, 401]);
  t.equal((await from('192.0.2.1', 'ann')).statusCode, 200);
  t.same(
    await statuses('2001:db8::1', '2001:db8::2', '2001:db8::3', '2001:db8:1::1'),
    [401, 401, 429, 401],
    'a network of IPv6 counts as one address',
  );
});

t.test('the client’s address is the one that a trusted proxy reports', async (t) => {
  const proxies = parseNetworks('10.0.0.0/8');
  const app = await server({ ratePerMinute: 1, proxies });
  const from = async (remoteAddress: string, client: string) => {
    const headers = { authorization: 'Bearer bad', 'x-forwarded-for': client };
    return (await app.inject({ url: '/v1/accounts', remoteAddress, headers })).statusCode;
  };
  t.equal(await from('10.0.0.1', '192.0.2.1'), 401);
  t.equal(await from('10.0.0.2', '192.0.2.1'), 429, 'by another proxy');
  t.equal(await from('10.0.0.1', '192.0.2.2'), 401, 'another client');
  t.equal(await from('192.0.2.3', '192.0.2.9'), 401);
  t.equal(await from('192.0.2.3', '192.0.2.10'), 429, 'an untrusted client cannot choose its address');
});

t.test('unauthenticated requests count whatever the answer, and a flood does not fill the log', async (t) => {
  const causes: [name: string, first: number, lines: number][] = [
    ['bad', 401, 60],
    ['away', 503, 60],
  ];
  for (const [name, first, most] of causes) {
    const app = await server({ ratePerMinute: 5 });
    log.length = 0;
    const statuses = [];
    for (let i = 0; i < 200; i += 1) statuses.push((await app.inject(as(name))).statusCode);
    t.same(statuses, [...Array(5).fill(first), ...Array(195).fill(429)], name);
    t.ok(log.length <= most, `${log.length} lines`);
    t.equal((await app.inject(as('ann'))).statusCode, 200);
    t.match(log.at(-1), { actor: 'ann', status: 200 });
    await app.close();
    t.match(
      log.at(-1),
      { msg: 'repeated log lines were suppressed', leftOut: /\d+/ },
      'the log says how many lines were left out',
    );
  }
  const app = await server({ ratePerMinute: 1 });
  log.length = 0;
  for (let i = 0; i < 200; i += 1) await app.inject(as('ann'));
  t.equal(log.length, 21, 'nor by callers over their limit');
  const open = await server();
  log.length = 0;
  for (let i = 0; i < 200; i += 1) await open.inject('/healthz');
  t.equal(log.length, 20, 'nor by open routes');
});

t.test('concurrent readiness requests cause one check', async (t) => {
  let looks = 0;
  let state: Fault | null = null;
  const ready = async () => {
    looks += 1;
    await new Promise(setImmediate);
    if (state) throw state;
  };
  const app = await server({ ready });
  const askers = async () =>
    Promise.all(Array.from({ length: 20 }, async () => (await app.inject('/readyz')).statusCode));
  t.same(new Set(await askers()), new Set([200]));
  t.equal(looks, 1);
  state = new Fault('UNAVAILABLE', 'down');
  t.same(new Set(await askers()), new Set([503]), 'a later request checks again');
  state = null;
  t.same(new Set(await askers()), new Set([200]));
  t.equal(looks, 3);
});

t.test('any number without a limit', async (t) => {
  const app = await server();
  const answer = await app.inject(as('ann'));
  t.equal(answer.headers['ratelimit-limit'], undefined);
});

t.test('the log has the caller with the issuer, and the reason of a refusal', async (t) => {
  const app = await server();
  log.length = 0;
  await app.inject(as('ann'));
  await app.inject(as('bad'));
  t.match(log, [
    { msg: 'request', actor: 'ann', issuer: 'https://id.example', status: 200 },
    { reason: 'bad' },
    { msg: 'request', actor: null, status: 401 },
  ]);
});
