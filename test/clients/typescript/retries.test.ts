import t from 'tap';
import { createClient } from '#clients/typescript/src/client.ts';
import type { ClientOptions } from '#clients/typescript/src/connection.ts';
import { ConnectionError, Problem } from '#clients/typescript/src/problem.ts';
import { fastClock, stage } from './stage.ts';

const url = 'http://service.example';

/** A client whose requests get these answers, one after the other, and what it did. */
function scripted(
  answers: (Response | Error | (() => Response | Promise<Response>))[],
  options: Partial<ClientOptions> = {},
) {
  const sent: { url: string; headers: Headers; body: unknown }[] = [];
  const { clock, waits } = fastClock();
  const fetch = async (address: unknown, init: RequestInit = {}) => {
    init.signal?.throwIfAborted();
    sent.push({ url: String(address), headers: new Headers(init.headers), body: init.body });
    const next = answers.shift();
    if (next instanceof Error) throw next;
    return typeof next === 'function' ? await next() : (next ?? Response.error());
  };
  return { client: createClient({ url, fetch, ...options }, clock), sent, waits };
}

const json = (body: unknown) => Response.json(body);
const problem = (status: number, members: object = {}, headers: Record<string, string> = {}) =>
  new Response(
    JSON.stringify({
      code: 'UNAVAILABLE',
      detail: 'Later.',
      errors: [],
      requestId: 'r',
      status,
      retryable: true,
      ...members,
    }),
    { status, headers: { 'content-type': 'application/problem+json', ...headers } },
  );
const gateway = (status: number, headers: Record<string, string> = {}) =>
  new Response('<html>', { status, headers: { 'content-type': 'text/html', ...headers } });
const lost = new TypeError('fetch failed');

t.test('what may pass is tried again', async (t) => {
  const cases: [name: string, answers: (Response | Error)[], waits: number[]][] = [
    ['a retryable problem', [problem(503), problem(503)], [250, 500]],
    ['Retry-After in seconds', [problem(429, {}, { 'retry-after': '7' })], [7250]],
    [
      'a gateway without its service',
      [gateway(502), gateway(503, { 'retry-after': '1' }), gateway(504)],
      [250, 1500, 1000],
    ],
    ['no connection', [lost, lost], [250, 500]],
    [
      'an answer that is cut off',
      [new Response('{"items', { headers: { 'content-type': 'application/json' } })],
      [250],
    ],
  ];
  for (const [name, answers, wanted] of cases) {
    const { client, waits } = scripted([...answers, json({ accountId: '1' })]);
    t.same(await client.getAccount({ accountId: '1' }), { accountId: '1' }, name);
    t.same(waits, wanted, name);
  }
});

t.test('Retry-After as a date', async (t) => {
  const at = new Date(Date.now() + 20_000).toUTCString();
  const { client, waits } = scripted([problem(503, {}, { 'retry-after': at }), json({})]);
  await client.getAccount({ accountId: '1' });
  t.ok((waits[0] ?? 0) > 15_000 && (waits[0] ?? 0) <= 20_250, String(waits));
});

t.test('what may not pass is not', async (t) => {
  const token = { name: 'n', groups: ['g'] };
  const cases: [name: string, run: () => ReturnType<typeof scripted>, wanted: object, sent: number][] = [
    [
      'a refusal',
      () => scripted([problem(404, { code: 'ACCOUNT_UNKNOWN', retryable: false })]),
      { code: 'ACCOUNT_UNKNOWN' },
      1,
    ],
    ['too long a wait', () => scripted([problem(429, {}, { 'retry-after': '61' })]), { retryAfter: 61 }, 1],
    [
      'after the last try',
      () => scripted([problem(503), problem(503), problem(503)], { retries: 2 }),
      { code: 'UNAVAILABLE' },
      3,
    ],
    [
      'the page of another service',
      () => scripted([gateway(404)]),
      { name: 'ConnectionError', status: 404 },
      1,
    ],
    [
      "another service's problem",
      () => scripted([problem(403, { code: undefined })]),
      { name: 'ConnectionError', status: 403 },
      1,
    ],
    ['a page instead of JSON', () => scripted([gateway(200)]), { name: 'ConnectionError', status: 200 }, 1],
  ];
  for (const [name, run, wanted, count] of cases) {
    const { client, sent } = run();
    t.match(
      await client.getAccount({ accountId: '1' }).then(t.fail, (error: unknown) => error),
      wanted,
      name,
    );
    t.equal(sent.length, count, name);
  }
  // The service has no key for this write, whose answer holds a secret: a second request makes a second token.
  const { client, sent } = scripted([lost]);
  await t.rejects(client.createServiceToken(token), { name: 'ConnectionError', status: null });
  t.equal(sent.length, 1);
  const answered = scripted([problem(503), json({})]);
  await answered.client.createServiceToken(token);
  t.equal(answered.sent.length, 2, 'a service that answered has not done it');
});

t.test('clients that failed together come back apart', async (t) => {
  const waits: number[] = [];
  let share = 0;
  const clock = { random: () => (share += 0.25), pause: async (ms: number) => void waits.push(ms) };
  const fetch = async () => problem(503);
  await t.rejects(createClient({ url, fetch, retries: 3 }, clock).getAccount({ accountId: '1' }));
  t.same(waits, [156.25, 375, 875]);
});

t.test('a write has one key, which is the same at each try', async (t) => {
  const keysOf = ({ sent }: ReturnType<typeof scripted>) =>
    sent.map(({ headers }) => headers.get('idempotency-key'));
  const own = scripted([lost, problem(503), json({})]);
  await own.client.deleteAccount({ accountId: '1' });
  const [key, ...others] = keysOf(own);
  t.match(key, /^[\da-f]{32}$/);
  t.same(others, [key, key]);
  const given = scripted([json({})]);
  await given.client.putAccount({ accountId: '1', name: 'n', idempotencyKey: 'order-7' });
  t.same(keysOf(given), ['order-7']);
  t.equal(given.sent[0]?.body, '{"name":"n"}', 'and it is not in the body');
  const read = scripted([lost, json({})]);
  await read.client.checkExecutionRole({ accountId: '1', roleName: 'r', clusters: [] });
  t.same(keysOf(read), [null, null], 'a check is no write, and is tried again');
});

t.test('a token as text, as a function, and once more after 401', async (t) => {
  const refused = () => problem(401, { code: 'UNAUTHENTICATED', retryable: false });
  const tokensOf = ({ sent }: ReturnType<typeof scripted>) =>
    sent.map(({ headers }) => headers.get('authorization'));
  const text = scripted([refused()], { token: 'one' });
  await t.rejects(text.client.getAccount({ accountId: '1' }), { code: 'UNAUTHENTICATED' });
  t.same(tokensOf(text), ['Bearer one']);

  const token = async ({ isRejected }: { isRejected: boolean }) => (isRejected ? 'new' : 'old');
  const renewed = scripted([refused(), json({})], { token });
  await renewed.client.getAccount({ accountId: '1' });
  t.same(tokensOf(renewed), ['Bearer old', 'Bearer new']);
  const twice = scripted([refused(), refused()], { token });
  await t.rejects(twice.client.getAccount({ accountId: '1' }), { code: 'UNAUTHENTICATED' });
  t.equal(twice.sent.length, 2);

  const wrong = scripted([], { token: 'a\nsecret' });
  await t.rejects(wrong.client.getAccount({ accountId: '1' }), { message: /^(?!.*secret).*printable/ });
});

t.test('a signal ends a request, a wait and an iteration', async (t) => {
  const reason = new Error('enough');
  const before = scripted([]);
  await t.rejects(
    before.client.getAccount({ accountId: '1' }, { signal: AbortSignal.abort(reason) }),
    reason,
  );
  t.equal(before.sent.length, 0);

  const waiting = new AbortController();
  const wait = scripted([
    () => {
      waiting.abort(reason);
      return problem(503);
    },
  ]);
  await t.rejects(wait.client.getAccount({ accountId: '1' }, { signal: waiting.signal }), reason);
  t.equal(wait.sent.length, 1);

  const { client, service } = await stage(t);
  service.world.onCall(() => new Promise(() => {}));
  const { accountId } = await service.account();
  const roles = client.listExecutionRoles({ accountId }, { signal: AbortSignal.timeout(50) }).pages();
  await t.rejects(roles.next(), { name: 'TimeoutError' });

  const following = new AbortController();
  const { id } = await client.startSweep({ operation: 'CHECK', select: { all: true } });
  const events = client.streamSweepEvents({ id }, { signal: following.signal });
  t.match((await events.next()).value, { state: 'QUEUED' });
  const next = events.next();
  following.abort(reason);
  await t.rejects(next, reason);
  t.same(await Array.fromAsync(events), [], 'and it is over');
});

t.test('a member that the path needs', async (t) => {
  const { client, sent } = scripted([]);
  for (const accountId of ['', '.', '..', undefined])
    await t.rejects(client.getAccount({ accountId } as { accountId: string }), {
      name: 'TypeError',
      message: /^accountId/,
    });
  t.equal(sent.length, 0);
});

t.test('the rate limit of the service', async (t) => {
  const { clientWith } = await stage(t, { ratePerMinute: 1 });
  const client = clientWith({ retries: 0 });
  await client.listAccounts();
  const error = await Promise.resolve(client.listAccounts()).catch((one: unknown) => one);
  t.ok(error instanceof Problem && !(error instanceof ConnectionError));
  t.match(error, { code: 'RATE_LIMITED', status: 429, retryable: true });
  t.ok((error as Problem).retryAfter !== null);
});
