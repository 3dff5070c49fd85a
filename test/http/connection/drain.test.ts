import { once } from 'node:events';
import { type AddressInfo, connect as connectTo, type Socket } from 'node:net';
import { Readable } from 'node:stream';
import websocket from '@fastify/websocket';
import fastify from 'fastify';
import t, { type Test } from 'tap';
import { drainOnClose } from '#src/http/connection/drain.ts';

const handshake =
  'GET /socket HTTP/1.1\r\nHost: x\r\nConnection: Upgrade\r\nUpgrade: websocket\r\nSec-WebSocket-Version: 13\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n\r\n';
const post = (length: number, body: string) =>
  `POST /work HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\nContent-Length: ${length}\r\n\r\n${body}`;

async function* endless(): AsyncGenerator<string> {
  yield 'a';
  await new Promise(() => {});
}

/** A server that never gives up on a connection by itself. */
async function listening(t: Test, lingerMs: number) {
  const app = fastify({ http: { headersTimeout: 0, requestTimeout: 0 }, keepAliveTimeout: 0 });
  const started = Promise.withResolvers<void>();
  const gate = Promise.withResolvers<void>();
  const work = async () => {
    started.resolve();
    await gate.promise;
    return { done: true };
  };
  const begun = Promise.withResolvers<void>();
  app.addHook('onRequest', async () => begun.resolve());
  drainOnClose(app, lingerMs);
  await app.register(websocket);
  app.register(async (routes) => {
    routes.get('/socket', { websocket: true }, () => {});
    routes.post('/work', work);
    routes.get('/work', work);
    // More than the kernel buffers for a reader that does not read.
    routes.get('/large', async () => Buffer.alloc(64 * 1024 * 1024));
    routes.get('/endless', async () => Readable.from(endless(), { objectMode: false }));
  });
  await app.listen({ host: '127.0.0.1', port: 0 });
  const { port } = app.server.address() as AddressInfo;
  const sockets: Socket[] = [];
  t.teardown(() => {
    gate.resolve();
    for (const socket of sockets) socket.destroy();
    return app.close();
  });
  /** Sends `text` and reads nothing before it is told to. */
  const open = async (text: string) => {
    const socket = connectTo(port, '127.0.0.1').setNoDelay();
    sockets.push(socket.on('error', () => {})); // A reset is what is tested.
    const arrived = once(app.server, 'connection');
    await once(socket, 'connect');
    await arrived;
    socket.write(text);
    return socket;
  };
  return { app, open, begun: begun.promise, started: started.promise, release: gate.resolve };
}

const cases: [string, string][] = [
  ['silent', ''],
  ['half a line', 'GET /work HT'],
  ['half the headers', 'POST /work HTTP/1.1\r\nHost: x\r\n'],
  ['half a body', post(20, '{"a":')],
  ['deaf to a large answer', 'GET /large HTTP/1.1\r\nHost: x\r\n\r\n'],
  ['an answer without end', 'GET /endless HTTP/1.1\r\nHost: x\r\n\r\n'],
  ['a deaf WebSocket', handshake],
];
for (const [what, text] of cases)
  t.test(`a connection does not hold a stop: ${what}`, async (t) => {
    const { app, open } = await listening(t, 20);
    const socket = await open(text);
    if (text.includes('large') || text.includes('endless') || text === handshake)
      await once(socket, 'readable');
    await app.close();
    t.pass('it stopped');
  });

for (const method of ['POST', 'GET'])
  t.test(`a ${method} that is being handled gets its answer, whatever else is open`, async (t) => {
    const { app, open, started, release } = await listening(t, 20);
    const [silent, working] = [
      await open(''),
      await open(method === 'POST' ? post(2, '{}') : 'GET /work HTTP/1.1\r\nHost: x\r\n\r\n'),
    ];
    await started;
    const closed = app.close();
    let isFinished = false;
    const finished = app.finishWrites().then(() => {
      isFinished = true;
    });
    if (method === 'GET') await finished;
    else t.notOk(isFinished, 'a write is waited for');
    release();
    await finished;
    const [answer] = await once(working, 'data');
    t.match(String(answer), /^HTTP\/1\.1 200 [\s\S]*\{"done":true\}$/);
    await closed;
    silent.resume();
    await new Promise((resolve) => silent.once('close', resolve));
  });

t.test('a request whose body arrives just after the stop began is answered', async (t) => {
  const { app, open, begun, started, release } = await listening(t, 500);
  const socket = await open(post(2, '{'));
  await begun;
  const closed = app.close();
  socket.write('}');
  await started;
  release();
  const [answer] = await once(socket, 'data');
  t.match(String(answer), /^HTTP\/1\.1 200 /);
  await closed;
});
