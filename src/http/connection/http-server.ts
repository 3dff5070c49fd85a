import { createServer, type RequestListener, type Server, type ServerOptions } from 'node:http';

const keepAliveMs = 72_000;
/** How long a request of at most 256 KiB may take to arrive. */
const requestMs = 60_000;

/**
 * Creates the HTTP servers of one service. Fastify creates a second server where `localhost` has two
 * addresses, and gives its handlers to the first one only. By default Node itself answers invalid HTTP, a
 * missing Host and an unknown expectation, without our headers.
 */
export function createServerFactory(options: ServerOptions): (handler: RequestListener) => Server {
  let first: Server | undefined;
  return (handler) => {
    const server = createServer(
      { ...options, requireHostHeader: false, keepAliveTimeout: keepAliveMs, requestTimeout: requestMs },
      handler,
    );
    server.on('checkExpectation', handler);
    if (first) server.on('clientError', (error, socket) => first?.emit('clientError', error, socket));
    first ??= server;
    return server;
  };
}
