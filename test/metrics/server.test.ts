import { once } from 'node:events';
import { connect, type Socket } from 'node:net';
import t, { type Test } from 'tap';
import { closeServer, createMetricsServer, type Exposition, listen } from '#src/metrics/server.ts';

async function start(t: Test, expose: () => Promise<Exposition>, lifeMs?: number) {
  const server = createMetricsServer(expose, lifeMs);
  const url = await listen(server, { host: '127.0.0.1', port: 0 });
  t.teardown(() => server.listening && closeServer(server));
  return { server, url };
}

const few = async () => ({ contentType: 'text/plain', text: 'a 1\n' });

async function open(t: Test, url: string): Promise<Socket> {
  const socket = connect(Number(new URL(url).port), '127.0.0.1');
  socket.on('error', () => {}); // A reset is an end, too.
  t.teardown(() => socket.destroy());
  await once(socket, 'connect');
  return socket;
}

t.test('GET /metrics is all there is', async (t) => {
  const { url } = await start(t, few);
  const { origin } = new URL(url);
  const cases: [method: string, path: string, status: number][] = [
    ['GET', '/metrics', 200],
    ['GET', '/metrics?x=1', 200],
    ['POST', '/metrics', 405],
    ['HEAD', '/metrics', 405],
    ['GET', '/', 404],
    ['GET', '/metrics/', 404],
    ['GET', '/healthz', 404],
    ['GET', '/v1/accounts', 404],
    ['GET', '/%2e%2e/metrics2', 404],
  ];
  for (const [method, path, status] of cases) {
    const answer = await fetch(origin + path, { method });
    t.equal(answer.status, status, `${method} ${path}`);
    t.equal(answer.headers.get('x-content-type-options'), 'nosniff');
    if (status === 405) t.equal(answer.headers.get('allow'), 'GET');
    await answer.arrayBuffer();
  }
});

t.test('what cannot be collected is a 500 that shows nothing internal', async (t) => {
  const { url } = await start(t, async () => {
    throw new Error('password=secret');
  });
  const answer = await fetch(url);
  t.equal(answer.status, 500);
  t.notMatch(await answer.text(), /secret/);
});

t.test('slow clients are cut, whatever they do', async (t) => {
  const big = { contentType: 'text/plain', text: 'x'.repeat(50_000_000) };
  const cases: [what: string, send: (socket: Socket) => void][] = [
    ['silent', () => {}],
    ['half a request', (socket) => socket.write('GET /metrics HTTP/1.1\r\nHo')],
    [
      'an answer that is not read',
      (socket) => socket.pause().write('GET /metrics HTTP/1.1\r\nHost: x\r\n\r\n'),
    ],
  ];
  const { url } = await start(t, async () => big, 50);
  await Promise.all(
    cases.map(async ([what, send]) => {
      const socket = await open(t, url);
      send(socket);
      const ended = new Promise((resolve) => socket.once('close', resolve));
      // A paused socket learns of a reset by writing.
      const prod = setInterval(() => socket.write('x'), 20);
      await ended;
      clearInterval(prod);
      t.ok(socket.destroyed, what);
    }),
  );
});

t.test('a connection serves one request', async (t) => {
  const { url } = await start(t, few);
  const socket = await open(t, url);
  socket.write('GET /metrics HTTP/1.1\r\nHost: x\r\n\r\n');
  let text = '';
  socket.on('data', (chunk) => (text += chunk));
  await new Promise((resolve) => socket.once('close', resolve));
  t.match(text, /connection: close/i);
  t.match(text, /a 1\n/);
});

t.test('a close waits for the answer in progress, but not for a client that sends nothing', async (t) => {
  const asked = Promise.withResolvers<void>();
  const answered = Promise.withResolvers<Exposition>();
  const { server, url } = await start(t, () => {
    asked.resolve();
    return answered.promise;
  });
  await open(t, url);
  const scrape = fetch(url);
  await asked.promise;
  const closed = closeServer(server);
  await t.rejects(fetch(url), 'no new connection');
  answered.resolve(await few());
  t.equal(await (await scrape).text(), 'a 1\n');
  await closed;
});

t.test('an address that is taken is an error', async (t) => {
  const { url } = await start(t, few);
  const second = createMetricsServer(few);
  await t.rejects(listen(second, { host: '127.0.0.1', port: Number(new URL(url).port) }), {
    code: 'EADDRINUSE',
  });
});
