import { once } from 'node:events';
import { type AddressInfo, connect } from 'node:net';
import { text } from 'node:stream/consumers';
import t from 'tap';
import { safeHeaders } from '#src/http/connection/headers.ts';
import { buildServer } from '#src/http/server.ts';
import type { Deps } from '#src/operations/call/deps.ts';
import { unwatched } from '#test/support/unwatched.ts';

// Requests that Node would answer or accept by itself, over a real connection.

const options = { deps: unwatched as Deps, ready: async () => {}, authenticate: null, logLevel: 'silent' };
const app = await buildServer(options);
t.teardown(() => app.close());
// Two servers where localhost has two addresses.
await app.listen({ host: 'localhost', port: 0 });

async function send(
  { address, port }: AddressInfo,
  lines: string[],
): Promise<{ status: number; headers: string; code: string | undefined }> {
  const socket = connect(port, address);
  await once(socket, 'connect');
  socket.write(`${[...lines, 'connection: close', '', ''].join('\r\n')}`);
  const answer = (await text(socket)).replace(/^HTTP\/1.1 100 Continue\r\n\r\n/, '');
  const [head = '', body = ''] = answer.split('\r\n\r\n');
  return {
    status: Number(head.split(' ')[1]),
    headers: head.toLowerCase(),
    code: /"code":"(\w+)"/.exec(body)?.[1],
  };
}

const host = 'host: localhost';
const cases: [what: string, lines: string[], status: number, code: string | undefined][] = [
  ['one Host', ['GET /healthz HTTP/1.1', host], 200, undefined],
  ['no Host', ['GET /healthz HTTP/1.1'], 400, 'INVALID_INPUT'],
  ['no Host in HTTP/1.0', ['GET /healthz HTTP/1.0'], 403, 'FORBIDDEN'],
  ['two Hosts', ['GET /healthz HTTP/1.1', host, 'Host: evil.example'], 400, 'INVALID_INPUT'],
  ['the same Host twice', ['GET /healthz HTTP/1.1', host, 'HOST: localhost'], 400, 'INVALID_INPUT'],
  ['two names in one Host', ['GET /healthz HTTP/1.1', 'host: localhost, evil.example'], 400, 'INVALID_INPUT'],
  ['a Host with a user', ['GET /healthz HTTP/1.1', 'host: localhost@evil.example'], 400, 'INVALID_INPUT'],
  ['a Host with a path', ['GET /healthz HTTP/1.1', 'host: localhost/x'], 400, 'INVALID_INPUT'],
  ['a Host with a port', ['GET /healthz HTTP/1.1', 'host: [::1]:8080'], 200, undefined],
  ['an unknown expectation', ['GET /healthz HTTP/1.1', host, 'expect: junk'], 417, 'EXPECTATION_FAILED'],
  [
    'an unknown expectation beside another',
    ['GET /healthz HTTP/1.1', host, 'expect: 100-continue, x'],
    417,
    'EXPECTATION_FAILED',
  ],
  ['no HTTP', ['NONSENSE'], 400, 'INVALID_INPUT'],
  ['a version of HTTP that there is not', ['GET /healthz HTTP/3.7', host], 400, 'INVALID_INPUT'],
  [
    'a subscription’s handshake with two Hosts',
    ['GET /graphql HTTP/1.1', host, host, 'upgrade: websocket'],
    400,
    'INVALID_INPUT',
  ],
];

t.test('every answer has the safe headers, on every address', async (t) => {
  const addresses = app.addresses() as AddressInfo[];
  t.ok(addresses.length >= 1);
  for (const address of addresses)
    for (const [what, lines, status, code] of cases) {
      const answer = await send(address, lines);
      t.match({ status: answer.status, code: answer.code }, { status, code }, `${address.address}: ${what}`);
      for (const [name, value] of Object.entries(safeHeaders))
        t.ok(
          answer.headers.includes(`\r\n${name}: ${value}`.toLowerCase()),
          `${address.address}: ${what}: ${name}`,
        );
      t.match(answer.headers, 'x-request-id: ', what);
    }
});

t.test('100-continue is answered', async (t) => {
  const [address] = app.addresses() as AddressInfo[];
  if (!address) return t.fail('it listens');
  const socket = connect(address.port, address.address);
  socket.write(
    'POST /healthz HTTP/1.1\r\nhost: localhost\r\nexpect: 100-Continue\r\ncontent-length: 2\r\nconnection: close\r\n\r\n{}',
  );
  t.match(await text(socket), /^HTTP\/1\.1 100 Continue\r\n\r\nHTTP\/1\.1 405/);
});

t.test('requests during a stop are refused with the safe headers', async (t) => {
  const app = await buildServer(options);
  await app.listen({ host: '127.0.0.1', port: 0 });
  const socket = connect((app.server.address() as AddressInfo).port, '127.0.0.1');
  const request = 'GET /healthz HTTP/1.1\r\nhost: localhost\r\n\r\n';
  // Half a request keeps its connection busy, so the service does not end.
  socket.write(request + request.slice(0, 20));
  await once(socket, 'data');
  const closed = app.close();
  await new Promise(setImmediate);
  socket.write(request.slice(20));
  const answer = await text(socket);
  await closed;
  t.match(answer, /^HTTP\/1\.1 503 .*"code":"UNAVAILABLE"/s);
  for (const [name, value] of Object.entries(safeHeaders)) t.match(answer, `\r\n${name}: ${value}`);
});
