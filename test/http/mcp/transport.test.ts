import t from 'tap';
import type { Authenticate } from '#src/ports/authenticate.ts';
import { startService } from '#test/support/service.ts';

// What the route answers before a tool runs, and beside it. Requests are written out: the SDK's own client
// sends none of the wrong ones.

const accept = 'application/json, text/event-stream';
const json = { 'content-type': 'application/json', accept };
const call = (name: string, args: object = {}, id: number | string = 1) => ({
  jsonrpc: '2.0',
  id,
  method: 'tools/call',
  params: { name, arguments: args },
});
const ping = { jsonrpc: '2.0', id: 1, method: 'ping' };
const explain = call('explain_finding', { code: 'DENIED' });

const service = await startService(t, { ratePerMinute: 0 });

t.test('requests that are not one message', async (t) => {
  const rpc = (code: number, message: RegExp) => ({ error: { code, message } });
  const batch = { code: 'INVALID_INPUT', detail: /must be one message/ };
  const cases: [string, unknown, Record<string, string>, number, object][] = [
    ['broken JSON', '{"jsonrpc"', json, 400, { code: 'INVALID_INPUT' }],
    ['no JSON-RPC', { hello: 1 }, json, 400, rpc(-32700, /Invalid JSON-RPC/)],
    ['null', 'null', json, 400, rpc(-32700, /Invalid JSON-RPC/)],
    ['no body', '', json, 400, rpc(-32700, /Invalid JSON-RPC/)],
    ['another version of JSON-RPC', { ...ping, jsonrpc: '1.0' }, json, 400, rpc(-32700, /Invalid/)],
    ['a batch', [ping, explain], json, 400, batch],
    ['an empty batch', [], json, 400, batch],
    ['a long batch', Array.from({ length: 1000 }, () => explain), json, 400, batch],
    [
      'a member __proto__',
      '{"jsonrpc":"2.0","id":1,"method":"ping","params":{"__proto__":{"a":1}}}',
      json,
      400,
      { code: 'INVALID_INPUT' },
    ],
    ['another media type', 'x', { ...json, 'content-type': 'text/plain' }, 415, { status: 415 }],
    ['an Accept of JSON alone', ping, { ...json, accept: 'application/json' }, 406, rpc(-32000, /Accept/i)],
    [
      'an unknown version of the protocol',
      ping,
      { ...json, 'mcp-protocol-version': '1999-01-01' },
      400,
      rpc(-32000, /protocol version/),
    ],
    ['an unknown method', { ...ping, method: 'tools/run' }, json, 200, rpc(-32601, /not found/)],
    ['an unknown tool', call('extend_role'), json, 200, rpc(-32602, /no tool "extend_role".*find_accounts/)],
    ['a tool of every object', call('constructor'), json, 200, rpc(-32602, /no tool/)],
    ['no arguments', call('check_role'), json, 200, { result: { isError: true } }],
    [
      'a body that is too large',
      call('explain_finding', { code: 'A'.repeat(270 * 1024) }),
      json,
      413,
      { code: 'PAYLOAD_TOO_LARGE' },
    ],
  ];
  for (const [what, payload, headers, status, wanted] of cases) {
    const text = typeof payload === 'string' ? payload : JSON.stringify(payload);
    const answer = await service.rest('POST', '/mcp', text, headers);
    t.equal(answer.status, status, what);
    t.match(answer.json, wanted, what);
  }
});

t.test('a message that wants no answer, and one that does', async (t) => {
  const notification = { jsonrpc: '2.0', method: 'notifications/initialized' };
  const quiet = await service.app.inject({
    method: 'POST',
    url: '/mcp',
    headers: json,
    payload: notification,
  });
  t.match({ status: quiet.statusCode, body: quiet.body }, { status: 202, body: '' });
  const answer = await service.rest('POST', '/mcp', ping, {
    ...json,
    'mcp-session-id': 'abc',
    'x-request-id': 'req-7',
  });
  t.same(answer.json, { jsonrpc: '2.0', id: 1, result: {} });
  t.match(answer.headers, {
    'content-type': /^application\/json/,
    'x-request-id': 'req-7',
    'cache-control': 'no-store',
    'x-content-type-options': 'nosniff',
  });
  t.notOk('mcp-session-id' in answer.headers, 'there are no sessions');
});

t.test('GET, DELETE and PUT are not allowed: there are no sessions and no streams', async (t) => {
  for (const method of ['GET', 'DELETE', 'PUT', 'PATCH']) {
    const answer = await service.rest(method, '/mcp', undefined, { accept: 'text/event-stream' });
    t.match(
      answer,
      { status: 405, headers: { allow: 'POST' }, json: { code: 'METHOD_NOT_ALLOWED' } },
      method,
    );
  }
});

t.test('pages of other sites are refused, and so are names that resolve to this machine', async (t) => {
  const cases: [string, Record<string, string>, number][] = [
    ['no page', {}, 200],
    ['the own page', { host: 'localhost:8080', origin: 'http://localhost:8080' }, 200],
    ['a page of another site', { origin: 'https://evil.example' }, 403],
    ['a page without an origin', { origin: 'null' }, 403],
    ['a site whose name resolves to 127.0.0.1', { host: 'evil.example', origin: 'http://evil.example' }, 403],
  ];
  for (const [what, headers, status] of cases) {
    const answer = await service.rest('POST', '/mcp', explain, { ...json, ...headers });
    t.equal(answer.status, status, what);
    if (status === 403) t.match(answer.json, { code: 'FORBIDDEN' }, what);
  }
});

const byName: Authenticate = async ([value]) => {
  const name = /^Bearer (\w+)$/.exec(value ?? '')?.[1];
  return name === undefined
    ? { refused: 'no token' }
    : {
        identity: {
          actor: { subject: name, issuer: 'https://id.example' },
          groups: ['rolewright-administrators'],
          scope: null,
        },
      };
};

t.test('authentication and the rate limit are those of every route', async (t) => {
  const { rest, log, account } = await startService(t, { authenticate: () => byName, ratePerMinute: 3 });
  const as = (name: string) => ({ ...json, authorization: `Bearer ${name}` });
  t.match(await rest('POST', '/mcp', explain, json), {
    status: 401,
    headers: { 'www-authenticate': 'Bearer' },
    json: { code: 'UNAUTHENTICATED' },
  });
  t.match(
    await rest('GET', '/mcp', undefined, json),
    { status: 401 },
    'before it says which methods there are',
  );
  const { accountId } = await account();
  for (const left of [2, 1, 0])
    t.match(await rest('POST', '/mcp', call('find_roles', { accountId }), as('alice')), {
      status: 200,
      headers: { 'ratelimit-remaining': left },
    });
  t.match(await rest('POST', '/mcp', ping, as('alice')), {
    status: 429,
    headers: { 'retry-after': /\d/ },
    json: { code: 'RATE_LIMITED' },
  });
  t.match(await rest('GET', '/v1/accounts', undefined, as('alice')), { status: 429 }, 'REST counts with it');
  t.match(await rest('POST', '/mcp', ping, as('bob')), { status: 200 }, 'another caller has its own');
  const line = log.find(({ path, status, actor }) => path === '/mcp' && status === 200 && actor === 'alice');
  t.match(
    line,
    { method: 'POST', actor: 'alice', accountIds: [accountId] },
    'the log says who asked about what',
  );
  t.notMatch(JSON.stringify(log), 'Bearer');
});

t.test('messages that use other parts of the protocol are answered too', async (t) => {
  const meta = { _meta: { progressToken: 1, 'io.modelcontextprotocol/related-task': { taskId: 'x' } } };
  const cases: [string, object, object][] = [
    ['a task', { ...explain, params: { ...explain.params, task: { ttl: 1000 } } }, { jsonrpc: '2.0', id: 1 }],
    ['another task', { ...explain, params: { ...explain.params, ...meta } }, { result: { content: [{}] } }],
    ['the tasks', { ...ping, method: 'tasks/list' }, { error: {} }],
    ['prompts', { ...ping, method: 'prompts/list' }, { error: { code: -32601 } }],
    ['a subscription', { ...ping, method: 'resources/subscribe', params: { uri: 'x:y' } }, { error: {} }],
    ['an ID that is a text', { ...ping, id: 'a'.repeat(1000) }, { id: 'a'.repeat(1000), result: {} }],
  ];
  for (const [what, message, wanted] of cases) {
    const { status, json: answer } = await service.rest('POST', '/mcp', message, json);
    t.equal(status, 200, what);
    t.match(answer, wanted, what);
  }
  for (const message of [
    { jsonrpc: '2.0', method: 'notifications/cancelled', params: { requestId: 1 } },
    { jsonrpc: '2.0', id: 1, result: { anything: true } },
  ])
    t.equal(
      (await service.app.inject({ method: 'POST', url: '/mcp', headers: json, payload: message })).statusCode,
      202,
    );
});
