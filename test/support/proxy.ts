import { once } from 'node:events';
import { type AddressInfo, connect, createServer, type Socket } from 'node:net';
import type { Test } from 'tap';

export interface Proxy {
  url: string;
  /** All data that was sent to the service. */
  sent(): string;
  /** Settles when a request or an answer has matching text. */
  heard(side: 'sent' | 'answered', pattern: RegExp): Promise<void>;
  /** Breaks every connection; new ones are taken. */
  cut(): void;
}

/**
 * A proxy between a client and the service on `port`, which can fail. `swallow`: the first matching answer
 * does not arrive, and its connection breaks.
 */
export async function startProxy(t: Test, port: number, swallow?: RegExp): Promise<Proxy> {
  const text = { sent: '', answered: '' };
  const sockets = new Set<Socket>();
  let waiting: (() => void)[] = [];
  let isSwallowed = swallow === undefined;
  const hear = (side: 'sent' | 'answered', chunk: Buffer) => {
    text[side] += chunk;
    const all = waiting;
    waiting = [];
    for (const one of all) one();
  };
  const server = createServer((client) => {
    const upstream = connect(port, '127.0.0.1');
    const end = () => {
      client.destroy();
      upstream.destroy();
    };
    for (const socket of [client, upstream]) {
      sockets.add(socket);
      // Broken connections are expected here.
      socket.on('error', end).on('close', end);
    }
    client.on('data', (chunk: Buffer) => {
      hear('sent', chunk);
      upstream.write(chunk);
    });
    upstream.on('data', (chunk: Buffer) => {
      if (!isSwallowed && swallow?.test(chunk.toString())) {
        isSwallowed = true;
        return end();
      }
      client.write(chunk);
      hear('answered', chunk);
    });
  }).listen(0, '127.0.0.1');
  await once(server, 'listening');
  const cut = () => {
    for (const socket of sockets) socket.destroy();
    sockets.clear();
  };
  t.teardown(() => {
    server.close();
    cut();
  });
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    sent: () => text.sent,
    cut,
    async heard(side, pattern) {
      while (!pattern.test(text[side])) await new Promise<void>((resolve) => waiting.push(resolve));
    },
  };
}
