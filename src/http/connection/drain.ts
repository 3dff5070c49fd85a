import type { Socket } from 'node:net';
import { setTimeout as pause } from 'node:timers/promises';
import type { FastifyInstance, FastifyRequest } from 'fastify';

declare module 'fastify' {
  interface FastifyInstance {
    /** Resolves when no write is in progress. */
    finishWrites(): Promise<void>;
  }
}

/** How long a connection may last, in ms, after the server closes and the last request was answered. */
const defaultLingerMs = 1000;
/** How long a request may take, in ms, when the server closes. A stop lasts a minute at most. */
const patienceMs = 50_000;

/**
 * Makes the server close without waiting for its connections. A request whose body has arrived gets its
 * answer. A connection that is silent, has sent half a request or does not read its answer is reset after a
 * second.
 */
export function drainOnClose(app: FastifyInstance, lingerMs = defaultLingerMs): void {
  const connections = new Set<Socket>();
  const handled = new Map<FastifyRequest, Promise<void>>();
  const done = new Map<FastifyRequest, () => void>();

  // This includes upgraded connections, which Node does not track.
  app.server.on('connection', (socket: Socket) => {
    connections.add(socket);
    socket.once('close', () => connections.delete(socket));
  });
  // The body has arrived.
  app.addHook('preHandler', async (request) => {
    if (request.ws) return;
    const { promise, resolve } = Promise.withResolvers<void>();
    handled.set(request, promise);
    done.set(request, resolve);
  });
  // The answer is complete, or a stream that has begun.
  app.addHook('onSend', async (request) => {
    handled.delete(request);
    done.get(request)?.();
    done.delete(request);
  });

  async function finish(isAwaited: (request: FastifyRequest) => boolean): Promise<void> {
    const deadline = pause(patienceMs, 'late', { ref: false });
    for (;;) {
      const left = [...handled].flatMap(([request, answered]) => (isAwaited(request) ? [answered] : []));
      if (left.length === 0 || (await Promise.race([Promise.all(left), deadline])) === 'late') return;
    }
  }
  app.decorate('finishWrites', () => finish(({ method }) => method !== 'GET' && method !== 'HEAD'));

  async function cutConnections(): Promise<void> {
    await finish(() => true);
    await pause(lingerMs, undefined, { ref: false });
    // A body may have arrived in the meantime.
    await finish(() => true);
    // Reset, so that a client cannot take a partial answer for a complete one.
    for (const socket of connections) socket.resetAndDestroy();
  }
  // Not awaited: it never rejects, and closing does not wait for connections.
  app.addHook('preClose', async () => void cutConnections());
}
