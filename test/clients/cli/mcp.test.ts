import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { createServer, type RequestListener } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { Client } from '@modelcontextprotocol/sdk/client/index.js';
import { StdioClientTransport } from '@modelcontextprotocol/sdk/client/stdio.js';
import { StreamableHTTPClientTransport } from '@modelcontextprotocol/sdk/client/streamableHttp.js';
import type { Transport } from '@modelcontextprotocol/sdk/shared/transport.js';
import t, { type Test } from 'tap';
import { createPost } from '#clients/cli/src/mcp/post.ts';
import { freePorts } from '#dev/free-ports.ts';
import { spawnBound } from '#dev/sandbox/spawn-bound.ts';
import { authenticateAnyone, headersOf } from '#test/support/callers.ts';
import { plainEnvironment } from '#test/support/environment.ts';
import { addressOf } from '#test/support/mcp.ts';
import { startService } from '#test/support/service.ts';

const ping = (id: number) => ({ jsonrpc: '2.0', id, method: 'ping' }) as const;
const lines = (...messages: unknown[]) =>
  messages.map((one) => `${typeof one === 'string' ? one : JSON.stringify(one)}\n`).join('');

const bin = 'clients/cli/bin/rolewright.mjs';
const noConfig = join(tmpdir(), `rolewright-none-${process.pid}`);

/** `rolewright mcp` with this input, which ends. Answers what it wrote, once it has ended. */
async function run(t: Test, url: string, input: string, settings: Record<string, string> = {}) {
  const file = join(t.testdir({ input }), 'input');
  const child = spawnBound('sh', ['-c', 'exec "$0" "$1" mcp <"$2"', process.execPath, bin, file], {
    env: { ...plainEnvironment, ROLEWRIGHT_CONFIG_DIR: noConfig, ROLEWRIGHT_URL: url, ...settings },
  });
  const [out, err, [code]] = await Promise.all([
    text(child.stdout),
    text(child.stderr),
    once(child, 'close'),
  ]);
  const answers = out.split('\n').filter(Boolean);
  return { code, err, answers: answers.map((line) => JSON.parse(line) as object) };
}

async function serve(t: Test, listener: RequestListener): Promise<string> {
  const server = createServer(listener).listen(0, '127.0.0.1');
  t.teardown(() => {
    server.closeAllConnections();
    server.close();
  });
  await once(server, 'listening');
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
}

t.test('messages go to the service, and its answers come back, until the input ends', async (t) => {
  const url = await addressOf(await startService(t, { authenticate: () => authenticateAnyone }));
  const ROLEWRIGHT_TOKEN = headersOf(['carol']).authorization.slice('Bearer '.length);
  const input = lines(ping(1), 'no message', { hello: 1 }, ping(2));
  const { code, answers, err } = await run(t, url, input, { ROLEWRIGHT_TOKEN });
  t.equal(code, 0);
  const idOf = (one: object) => Number((one as { id: number | null }).id);
  const unread = { id: null, error: { code: -32700, message: 'The line is not a JSON-RPC message.' } };
  t.match(
    answers.sort((one, other) => idOf(one) - idOf(other)),
    [unread, unread, { id: 1, result: {} }, { id: 2, result: {} }],
  );
  t.match(err, /^A message could not be read: /);
});

t.test('what the service refuses is an error in the words of the command line', async (t) => {
  const refusing = await startService(t, { authenticate: () => async () => ({ refused: 'unknown' }) });
  const busy = await startService(t, { ratePerMinute: 1 });
  const gateway = await serve(t, (_, response) => void response.writeHead(502).end('<h1>Bad gateway</h1>'));
  const cut = await serve(t, ({ socket }) => void socket.destroy());
  const [unused] = await freePorts(1);
  const cases: [string, string, RegExp][] = [
    ['no credential', await addressOf(refusing), /^UNAUTHENTICATED: .* Or log in: rolewright login\./],
    ['the rate limit', await addressOf(busy), /^RATE_LIMITED: The limit is 1 requests a minute/],
    ['a gateway', gateway, /answered 502, but not as Rolewright does\. Check the address\.$/],
    ['an answer that is cut off', cut, /^The service at .* could not be reached: /],
    ['no service', `http://127.0.0.1:${unused}`, /could not be reached: connection refused\.$/],
  ];
  for (const [what, url, message] of cases) {
    const { code, answers } = await run(t, url, lines(ping(1), ping(2)));
    t.equal(code, 0, what);
    const refused = answers.filter((one) => 'error' in one);
    t.match(refused[0], { error: { code: -32000, message } }, what);
  }
});

t.test('a line that never ends ends the command', async (t) => {
  const { code, err, answers } = await run(t, 'http://127.0.0.1:1', 'x'.repeat(2 * 1024 * 1024));
  t.match({ code, err }, { code: 0, err: /could not be read: .*maximum size/ });
  t.match(answers, [{ error: { code: -32700 } }]);
});

t.test('a request that the assistant cancels is dropped, and has no answer', async (t) => {
  const { promise: asked, resolve: arrived } = Promise.withResolvers<void>();
  const { promise: dropped, resolve: closed } = Promise.withResolvers<void>();
  const url = await serve(t, (request) => {
    request.socket.once('close', closed);
    arrived();
  });
  const command = new StdioClientTransport({
    command: process.execPath,
    args: [bin, 'mcp', '--url', url],
    env: { ...(plainEnvironment as Record<string, string>), ROLEWRIGHT_CONFIG_DIR: noConfig },
  });
  t.teardown(() => command.close());
  const answers: unknown[] = [];
  command.onmessage = (message) => answers.push(message);
  await command.start();
  await command.send(ping(7));
  await asked;
  await command.send({ jsonrpc: '2.0', method: 'notifications/cancelled', params: { requestId: 7 } });
  await dropped;
  await command.close();
  t.same(answers, []);
});

t.test('a login that has ended is renewed, and the protocol version is sent on', async (t) => {
  const seen: unknown[] = [];
  const url = await serve(t, ({ headers }, response) => {
    seen.push([headers.authorization, headers['mcp-protocol-version'], headers['user-agent']?.split('/')[0]]);
    const isOld = headers.authorization === 'Bearer old';
    response
      .writeHead(isOld ? 401 : 200, { 'content-type': 'application/json' })
      .end(isOld ? '{}' : '{"jsonrpc":"2.0","id":1,"result":{}}');
  });
  const post = createPost({
    url,
    urlFrom: 'a test',
    token: ({ isRejected }) => (isRejected ? 'new' : 'old'),
  });
  const { signal } = new AbortController();
  t.same(await post(ping(1), '2025-11-25', signal), { jsonrpc: '2.0', id: 1, result: {} });
  t.same(seen, [
    ['Bearer old', '2025-11-25', 'rolewright'],
    ['Bearer new', '2025-11-25', 'rolewright'],
  ]);
  const wrong = createPost({ url, urlFrom: 'a test', token: 'old' });
  t.same(await wrong(ping(1), undefined, signal), {}, 'a token of the environment is sent once');
});

interface Configured {
  command?: string;
  args?: string[];
  env?: Record<string, string>;
  url?: string;
  headers?: Record<string, string>;
}

t.test('every configuration in docs/assistants.md works', async (t) => {
  const service = await startService(t, { authenticate: () => authenticateAnyone });
  const url = await addressOf(service);
  const token = headersOf(['carol', 'rolewright-viewers']).authorization.slice('Bearer '.length);
  const page = readFileSync('docs/assistants.md', 'utf8').replaceAll('http://127.0.0.1:8080', url);
  const configured = [...page.matchAll(/```json\n([\s\S]*?)```/g)].flatMap(([, block = '']) => {
    const { mcpServers, servers } = JSON.parse(block) as Record<string, Record<string, Configured>>;
    return Object.values({ ...mcpServers, ...servers });
  });
  t.equal(configured.length, 4);
  for (const one of configured) {
    const client = new Client({ name: 'assistant', version: '1' });
    await client.connect(transportOf(one, token));
    t.match(await client.listTools(), { tools: [{ name: 'find_accounts' }] }, JSON.stringify(one));
    await client.close();
  }
});

/** What an assistant makes of its configuration. `rolewright` is the one of this checkout. */
function transportOf({ command, args = [], env = {}, url = '', headers = {} }: Configured, token: string) {
  const filled = Object.entries(headers).map(([name, value]) => [name, value.replace(/\$\{[^}]+\}/, token)]);
  const transport =
    command === 'rolewright'
      ? new StdioClientTransport({
          command: process.execPath,
          args: [bin, ...args],
          env: { ...(plainEnvironment as Record<string, string>), ROLEWRIGHT_TOKEN: token, ...env },
        })
      : new StreamableHTTPClientTransport(new URL(url), {
          requestInit: { headers: Object.fromEntries(filled) },
        });
  return transport as Transport;
}
