import type { ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { createServer as createHttpServer } from 'node:http';
import { createServer } from 'node:net';
import t, { type Test } from 'tap';
import { freePort } from '#dev/free-ports.ts';
import { startAwsSandbox } from '#dev/sandbox/aws/server.ts';
import { externalId, hub, seedAws } from '#dev/sandbox/fleet.ts';
import { spawnBound } from '#dev/sandbox/spawn-bound.ts';
import { plainEnvironment } from '#test/support/environment.ts';
import { scrape } from '#test/support/exposition.ts';
import { audience, makeKey, startTestIssuer } from '#test/support/issuer.ts';
import { freshDatabase, freshStore, runSql } from '#test/support/postgres.ts';

/** `node src/main.ts` with these settings alone. */
function run(
  t: Test,
  settings: Record<string, string>,
): { child: ChildProcess; output: () => string; ended: Promise<number | null> } {
  const child = spawnBound(process.execPath, ['src/main.ts'], {
    env: { ...plainEnvironment, ...settings },
  });
  let text = '';
  for (const stream of [child.stdout, child.stderr]) stream?.on('data', (chunk: Buffer) => (text += chunk));
  const ended = once(child, 'close').then(([code]) => code as number | null);
  t.teardown(() => {
    if (child.exitCode === null) child.kill('SIGKILL');
    return ended;
  });
  return { child, output: () => text, ended };
}

/** Its address, once it listens. */
async function listening({ child, output, ended }: ReturnType<typeof run>): Promise<string | undefined> {
  while (!output().includes('Server listening') && child.exitCode === null)
    await Promise.race([once(child.stdout ?? child, 'data'), ended]);
  return /Server listening at (http:[^"]+)/.exec(output())?.[1];
}

t.test('SIGTERM ends a start that waits for its database', async (t) => {
  const metricsPort = await freePort();
  const { child, output, ended } = run(t, {
    AUTH: 'none',
    DATABASE_URL: 'postgresql://x@127.0.0.1:1/x',
    PORT: '0',
    METRICS_PORT: String(metricsPort),
  });
  while (!output().includes('Waiting')) await once(child.stderr ?? child, 'data');
  const { value } = await scrape(`http://127.0.0.1:${metricsPort}/metrics`);
  t.equal(value('rolewright_build_info'), 1, 'metrics are answered meanwhile');
  child.kill('SIGTERM');
  t.equal(await ended, 1);
});

// Node drops a signal that has arrived when its last listener goes.
t.test('SIGTERM is not lost between start and stop', async (t) => {
  const { url } = await freshDatabase(t);
  const preload = `const { off } = process;
    process.off = (name, listener) => {
      if (name === 'SIGTERM') process.kill(process.pid, name);
      return off.call(process, name, listener);
    };`;
  const { ended } = run(t, {
    AUTH: 'none',
    DATABASE_URL: url,
    PORT: '0',
    NODE_OPTIONS: `--import=data:text/javascript,${encodeURIComponent(preload)}`,
  });
  t.equal(await ended, 0);
});

t.test('a failed start reports the reason, with exit code 1', async (t) => {
  const { url } = await freshDatabase(t);
  const taken = createServer().listen(0, '127.0.0.1');
  await once(taken, 'listening');
  t.teardown(() => taken.close());
  const { port } = taken.address() as { port: number };
  const good = { AUTH: 'none', DATABASE_URL: url, PORT: String(port), LOG_LEVEL: 'silent' };
  const cases: [string, Record<string, string>, RegExp][] = [
    [
      'wrong settings',
      { ...good, PORT: 'x', HOST: '0.0.0.0' },
      /^PORT must be.*\nAUTH=none lets everyone in.*\n$/,
    ],
    ['a port in use', good, /^[^\n]*EADDRINUSE[^\n]*\n$/],
    [
      'a database that is not there',
      { ...good, DATABASE_URL: 'postgresql://postgres:secret@127.0.0.1:1/x', DATABASE_WAIT_SECONDS: '1' },
      /^Waiting up to 1 s for the database at 127\.0\.0\.1:1: [^\n]*ECONNREFUSED[^\n]*\nThe database at 127\.0\.0\.1:1 did not answer within 1 s: [^\n]*ECONNREFUSED[^\n]*\n$/,
    ],
    [
      'one role for two',
      { ...good, MIGRATION_DATABASE_URL: url },
      /^DATABASE_URL must name a role that cannot change the audit log[^\n]*\n$/,
    ],
  ];
  await Promise.all(
    cases.map(async ([what, settings, said]) => {
      const { ended, output } = run(t, settings);
      t.equal(await ended, 1, what);
      t.match(output(), said, what);
      t.notMatch(output(), /secret|\n +at /, `${what}: no secrets, no stack`);
    }),
  );
});

t.test('a start that fails late ends the process too', async (t) => {
  const { url } = await freshStore(t);
  // The queue is started last.
  await runSql(url, 'UPDATE pgboss.version SET version = 1');
  const { ended, output } = run(t, { AUTH: 'none', DATABASE_URL: url, PORT: '0' });
  t.equal(await ended, 1);
  t.match(output(), 'pg-boss');
});

/** The service with an AWS sandbox of its own, the account payments registered. */
async function started(t: Test, settings: Record<string, string> = {}) {
  const aws = await startAwsSandbox();
  t.teardown(() => aws.close());
  seedAws(aws.world);
  const { url } = await freshDatabase(t);
  const running = run(t, {
    AUTH: 'none',
    DATABASE_URL: url,
    PORT: '0',
    MEMBER_EXTERNAL_ID: externalId,
    AWS_ENDPOINT_URL: aws.url,
    AWS_ACCESS_KEY_ID: hub.accessKeyId,
    AWS_SECRET_ACCESS_KEY: hub.secretAccessKey,
    AWS_REGION: 'us-east-1',
    ...settings,
  });
  const origin = await listening(running);
  const send = (method: string, path: string, body: unknown, signal: AbortSignal | null = null) =>
    fetch(`${origin}/v1/accounts/111122223333${path}`, {
      method,
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify(body),
      signal,
    });
  t.equal((await send('PUT', '', { name: 'payments' })).status, 201);
  /** Extends the role. Answers when AWS has the request and has not answered it. */
  const extendSlowly = async (signal: AbortSignal | null = null) => {
    aws.world.addFaults({ latency: [{ action: 'iam:UpdateAssumeRolePolicy', ms: 300 }] });
    const clusters = [{ region: 'us-west-2', name: 'late' }];
    const answer = send(
      'POST',
      '/execution-roles/AmazonEKSFargatePodExecutionRole/extend',
      { clusters },
      signal,
    );
    while (!aws.world.calls('111122223333')['111122223333']?.['iam:UpdateAssumeRolePolicy'])
      await new Promise(setImmediate);
    return { answer };
  };
  return { ...running, aws, url, origin, extendSlowly };
}

t.test('after SIGTERM a change in flight finishes, and its caller gets the answer', async (t) => {
  const { child, output, ended, aws, url, extendSlowly } = await started(t);
  const { answer } = await extendSlowly();
  child.kill('SIGTERM');
  const got = await answer;
  t.match(
    { status: got.status, body: await got.json() },
    { status: 200, body: { change: { outcome: 'SUCCEEDED' }, report: { verdict: 'COMPLIANT' } } },
  );
  t.equal(await ended, 0);
  t.equal(aws.world.ledger().length, 1);
  t.match(output(), /AUTH=none: everyone who reaches this address/);
  t.match(output(), /the role of DATABASE_URL can change the audit log/);
  t.notMatch(
    output(),
    new RegExp(`${externalId}|${hub.secretAccessKey}\\b(?!-)|${new URL(url).password}`),
    'and its log has no secrets',
  );
});

t.test('after SIGTERM it finishes even if its caller has hung up', async (t) => {
  const { child, ended, aws, url, extendSlowly } = await started(t);
  const caller = new AbortController();
  const { answer } = await extendSlowly(caller.signal);
  caller.abort();
  await t.rejects(answer);
  child.kill('SIGTERM');
  t.equal(await ended, 0);
  t.equal(aws.world.ledger().length, 1);
  const [found] = await runSql(url, 'SELECT outcome FROM ledger_entry ORDER BY seq DESC LIMIT 1');
  t.same(found?.rows, [{ outcome: 'SUCCEEDED' }]);
});

t.test('a rejection that nobody handles is logged with its request, and the service goes on', async (t) => {
  // Loaded into the process: a POST to an unknown account leaves such a promise in its handler, and a signal
  // leaves one outside of any request.
  const inside = `import channel from 'node:diagnostics_channel';
    const reject = (words) => void Promise.reject(new Error(words));
    channel.subscribe('tracing:fastify.request.handler:start', ({ request }) => request.method === 'POST' && setImmediate(reject, 'inside'));
    process.on('SIGWINCH', () => reject('outside'));`;
  const NODE_OPTIONS = `--import data:text/javascript,${encodeURIComponent(inside)}`;
  const running = await started(t, { NODE_OPTIONS });
  const { origin, child, output, ended } = running;
  const headers = { 'content-type': 'application/json', 'x-request-id': 'mine' };
  const ask = () =>
    fetch(`${origin}/v1/accounts/111122223333/execution-roles/x/check`, {
      method: 'POST',
      headers,
      body: '{}',
    });
  t.equal((await ask()).status, 400);
  child.kill('SIGWINCH');
  while (!output().includes('"outside"')) await once(child.stdout ?? child, 'data');
  t.equal((await ask()).status, 400);
  child.kill('SIGTERM');
  t.equal(await ended, 0);
  const lines = output()
    .split('\n')
    .filter((line) => line.includes('unhandled promise rejection'));
  t.match(
    lines.map((line) => JSON.parse(line)),
    [
      { level: 'error', requestId: 'mine', err: { message: 'inside', stack: /inside/ } },
      { level: 'error', requestId: null, err: { message: 'outside' } },
      { level: 'error', requestId: 'mine' },
    ],
  );
});

/** The ways in which GraphQL shows its schema: the page, introspection, suggestions in errors. */
async function shown(origin: string | undefined, authorization?: string) {
  const headers = { 'content-type': 'application/json', ...(authorization && { authorization }) };
  const ask = async (query: string) => {
    const answer = await fetch(`${origin}/graphql`, {
      method: 'POST',
      headers,
      body: JSON.stringify({ query }),
    });
    return { status: answer.status, text: await answer.text() };
  };
  const page = await fetch(`${origin}/graphiql`, { headers });
  const guessed = await ask('{ acounts { nodes { name } } }');
  return {
    page: page.status,
    introspection: (await ask('{ __schema { types { name } } }')).status,
    isHinted: /accounts/.test(guessed.text),
  };
}
const closed = { page: 404, introspection: 400, isHinted: false };

t.test('started by the settings of docs/operating.md alone, the schema is not shown', async (t) => {
  const command = /^(.*) npm start$/m.exec(readFileSync('docs/operating.md', 'utf8'))?.[1] ?? '';
  const key = await makeKey('one');
  const issuer = await startTestIssuer(t, key);
  const { url } = await freshDatabase(t);
  const settings = { DATABASE_URL: url, OIDC_ISSUER: issuer.url, OIDC_AUDIENCE: audience };
  t.same(
    command.split(' ').map((one) => one.split('=')[0]),
    Object.keys(settings),
  );
  const origin = await listening(run(t, { ...settings, PORT: '0' }));
  t.same(await shown(origin, `Bearer ${await issuer.token(key)}`), closed);
  t.equal((await shown(origin)).introspection, 401, 'unauthenticated callers see no more');
});

t.test('the schema is shown only with NODE_ENV=development', async (t) => {
  const cases = { development: { page: 200, introspection: 200, isHinted: true }, Development: closed };
  for (const [NODE_ENV, expected] of Object.entries(cases))
    t.same(await shown((await started(t, { NODE_ENV })).origin), expected, NODE_ENV);
});

t.test('the settings for browsers take effect', async (t) => {
  const { origin } = await started(t, {
    CORS_ORIGINS: 'https://a.example,https://b.example',
    HSTS_SECONDS: '300',
  });
  const from = (path: string, from?: string) =>
    fetch(`${origin}${path}`, { headers: { ...(from && { origin: from }) } });
  const answer = await from('/healthz', 'https://b.example');
  t.equal(answer.headers.get('access-control-allow-origin'), 'https://b.example');
  t.equal(answer.headers.get('strict-transport-security'), 'max-age=300');
  t.equal((await from('/healthz', 'https://c.example')).status, 403);
});

t.test(
  'with authentication it starts while the issuer is unreachable, and authenticates when it is back',
  async (t) => {
    const key = await makeKey('one');
    const issuer = await startTestIssuer(t, key);
    issuer.mood = 'FAILING';
    const { url } = await freshDatabase(t);
    const running = run(t, {
      AUTH: 'oidc',
      OIDC_ISSUER: issuer.url,
      OIDC_AUDIENCE: audience,
      RATE_LIMIT_PER_MINUTE: '100000',
      DATABASE_URL: url,
      PORT: '0',
    });
    const origin = await listening(running);
    t.notMatch(running.output(), /AUTH=none/);
    const headers = { authorization: `Bearer ${await issuer.token(key)}` };
    const ask = (path: string, init: RequestInit = {}) => fetch(`${origin}${path}`, init);
    t.equal((await ask('/readyz')).status, 200);
    t.equal((await ask('/v1/accounts', { headers })).status, 503);
    t.equal((await ask('/v1/accounts')).status, 401, 'a missing token is still 401');
    issuer.mood = 'WELL';
    // A request that is too early gets Retry-After; the issuer is asked once a second.
    const until = Date.now() + 10_000;
    let answer = await ask('/v1/accounts', { headers });
    while (answer.status === 503 && Date.now() < until) answer = await ask('/v1/accounts', { headers });
    t.equal(answer.status, 200);
    t.equal(answer.headers.get('ratelimit-limit'), '100000');
  },
);

t.test('traces go to the collector that OTEL_* name', async (t) => {
  const got = Promise.withResolvers<Buffer>();
  const trace = '0af7651916cd43dd8448eb211c80319c';
  const collector = createHttpServer(async (request, response) => {
    const body = Buffer.concat(await request.toArray());
    // OTLP has the ID as its 16 bytes. The span of the request is sent last.
    if (request.url === '/v1/traces' && body.includes('GET /v1/accounts/:accountId')) got.resolve(body);
    response.writeHead(200, { 'content-type': 'application/x-protobuf' }).end();
  }).listen(0, '127.0.0.1');
  await once(collector, 'listening');
  t.teardown(() => collector.close());
  const { port } = collector.address() as { port: number };
  const { origin, child, ended, output } = await started(t, {
    OTEL_EXPORTER_OTLP_ENDPOINT: `http://127.0.0.1:${port}`,
    OTEL_BSP_SCHEDULE_DELAY: '10',
  });
  await fetch(`${origin}/v1/accounts/111122223333`, {
    headers: { traceparent: `00-${trace}-b7ad6b7169203331-01` },
  });
  const body = await got.promise;
  t.ok(body.includes(Buffer.from(trace, 'hex')), 'the trace of the caller');
  t.ok(body.includes('rolewright'), 'the name of the service');
  while (!output().includes(`"traceId":"${trace}"`)) await once(child.stdout ?? child, 'data');
  child.kill('SIGTERM');
  t.equal(await ended, 0);
});

t.test('without a collector the service works, says so, and stops', async (t) => {
  const { origin, child, ended, output } = await started(t, {
    OTEL_EXPORTER_OTLP_ENDPOINT: 'http://127.0.0.1:1',
    OTEL_BSP_SCHEDULE_DELAY: '10',
    OTEL_EXPORTER_OTLP_TIMEOUT: '500',
  });
  t.equal((await fetch(`${origin}/v1/accounts/111122223333`)).status, 200);
  while (!output().includes('ECONNREFUSED')) await once(child.stdout ?? child, 'data');
  child.kill('SIGTERM');
  t.equal(await ended, 0);
});

t.test(
  'without OTEL_* nothing of OpenTelemetry is loaded, but its API by pg-boss; a wrong one stops the start',
  async (t) => {
    const hook = `import { registerHooks } from 'node:module';
    registerHooks({ resolve(name, context, next) {
      if (/opentelemetry[/](?!api$)/.test(name)) console.error('LOADED', name);
      return next(name, context);
    } });`;
    const NODE_OPTIONS = `--import=data:text/javascript,${encodeURIComponent(hook)}`;
    const plain = await started(t, { NODE_OPTIONS });
    t.notMatch(plain.output(), 'LOADED');
    plain.child.kill('SIGTERM');
    t.equal(await plain.ended, 0);
    const wrong = run(t, { AUTH: 'none', DATABASE_URL: 'embedded', OTEL_TRACES_EXPORTER: 'zipkin' });
    t.equal(await wrong.ended, 1);
    t.equal(wrong.output(), 'OTEL_TRACES_EXPORTER must be otlp or none.\n');
  },
);
