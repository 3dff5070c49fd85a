import { createServer, type IncomingHttpHeaders, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { Test } from 'tap';
import type { VerdictEvent } from '#src/schema/webhook.ts';

interface Received {
  headers: IncomingHttpHeaders;
  body: string;
  event: VerdictEvent;
}

export interface Receiver {
  url: string;
  /** All requests. */
  requests: Received[];
  /** The accepted requests. */
  taken: Received[];
  /** The maximum number of requests in flight for one subject. */
  atOnce: number;
  close(): Promise<void>;
}

/**
 * A receiver of events on loopback. `answer` gives the status of each request: 204 accepts it. It ends with
 * the test.
 */
export async function startReceiver(
  t: Test,
  answer: (count: number, response: ServerResponse) => number | null,
): Promise<Receiver> {
  const closed = Promise.withResolvers<void>();
  const close = () => {
    server.closeAllConnections();
    server.close(() => closed.resolve());
    return closed.promise;
  };
  const receiver: Receiver = { url: '', requests: [], taken: [], atOnce: 0, close };
  const underway = new Map<string, number>();
  const server = createServer(async (request, response) => {
    // The callers of an earlier server on this port may still send requests.
    if (request.headers['webhook-id'] === undefined) {
      response.writeHead(404).end();
      return;
    }
    const chunks: Buffer[] = [];
    for await (const chunk of request) chunks.push(chunk as Buffer);
    const body = Buffer.concat(chunks).toString();
    const received = { headers: request.headers, body, event: JSON.parse(body) as VerdictEvent };
    const { subject } = received.event;
    underway.set(subject, (underway.get(subject) ?? 0) + 1);
    receiver.atOnce = Math.max(receiver.atOnce, underway.get(subject) ?? 0);
    response.once('close', () => underway.set(subject, (underway.get(subject) ?? 1) - 1));
    receiver.requests.push(received);
    const status = answer(receiver.requests.length, response);
    if (status === null) return; // It hangs, or has done something else.
    if (status === 204) receiver.taken.push(received);
    response.writeHead(status, { ...(status === 302 && { location: `${receiver.url}elsewhere` }) }).end();
  });
  await new Promise<void>((listening) => server.listen(0, '127.0.0.1', listening));
  receiver.url = `http://127.0.0.1:${(server.address() as AddressInfo).port}/`;
  t.teardown(close);
  return receiver;
}
