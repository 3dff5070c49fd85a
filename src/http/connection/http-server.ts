import { createServer, type RequestListener, type Server, type ServerOptions } from 'node:http';

const keepAliveMs = 72_000;
/** How long a request may take to arrive. Its body is 256 KiB at most. */
const requestMs = 60_000;

/**
 * Creates the HTTP servers of one service. Fastify asks for a further one where `localhost` has two addresses, and gives handlers to the
 * first alone. Node would answer by itself, without our headers, what is no HTTP, a missing Host and an unknown expectation.
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
