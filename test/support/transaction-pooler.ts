import { once } from 'node:events';
import { type AddressInfo, connect, createServer, type Socket } from 'node:net';
import type { Test } from 'tap';
import { createFramer } from '#dev/chaos/postgres-wire.ts';

interface Backend {
  socket: Socket;
  client: Client | null;
}
interface Client {
  socket: Socket;
  backend: Backend | null;
}

const readyForQuery = 'Z';
const terminate = 'X';
const isIdle = (bytes: Buffer) => bytes[5] === 'I'.charCodeAt(0);

/**
 * A minimal pooler in transaction mode: each client logs in to its own backend. Afterwards each transaction
 * goes to the first free backend. Answers the URL that goes through it. It ends with the test.
 */
export async function startTransactionPooler(t: Test, url: string): Promise<string> {
  const target = new URL(url);
  const backends: Backend[] = [];
  const server = createServer((socket) => {
    const backend: Backend = { socket: connect(Number(target.port), target.hostname), client: null };
    const client: Client = { socket, backend };
    backend.client = client;
    backends.push(backend);
    const fromClient = createFramer(true);
    const fromServer = createFramer(false);
    socket.on('data', (chunk) => {
      for (const { type, bytes } of fromClient(chunk)) {
        if (type === terminate) continue;
        if (!client.backend) {
          client.backend = backends.find((one) => one.client === null) ?? backend;
          client.backend.client = client;
        }
        client.backend.socket.write(bytes);
      }
    });
    backend.socket.on('data', (chunk) => {
      for (const { type, bytes } of fromServer(chunk)) {
        const to = backend.client;
        if (type === readyForQuery && isIdle(bytes) && to) {
          backend.client = null;
          to.backend = null;
        }
        to?.socket.write(bytes);
      }
    });
    for (const one of [socket, backend.socket]) one.on('error', () => {}); // The close event follows.
    backend.socket.on('close', () => socket.destroy());
  }).listen(0, '127.0.0.1');
  await once(server, 'listening');
  t.teardown(() => {
    for (const { socket } of backends) socket.destroy();
    server.close();
  });
  return Object.assign(new URL(url), { host: `127.0.0.1:${(server.address() as AddressInfo).port}` }).href;
}
