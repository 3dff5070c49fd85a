import { createServer, type Server } from 'node:http';

/** What a scrape is answered with. */
export interface Exposition {
  contentType: string;
  text: string;
}

/** How long a connection may last, in ms, from its first byte to the last one of its answer. */
const defaultLifeMs = 15_000;
/** How long a close waits for the answers in progress, in ms. */
const lingerMs = 1000;
/** Prometheus needs one connection at a time. */
const maxConnections = 50;

/**
 * Creates the server of `GET /metrics`. It answers nothing else. Each connection serves one request, and is
 * cut after a while, so that slow clients hold nothing for long.
 */
export function createMetricsServer(expose: () => Promise<Exposition>, lifeMs = defaultLifeMs): Server {
  const server = createServer((request, answer) => {
    const refuse = (status: number, text: string, headers = {}) =>
      answer
        .writeHead(status, { 'content-type': 'text/plain; charset=utf-8', ...safe, ...headers })
        .end(text);
    if (request.url?.split('?')[0] !== '/metrics') refuse(404, 'GET /metrics is all there is.\n');
    else if (request.method !== 'GET') refuse(405, 'GET /metrics is all there is.\n', { allow: 'GET' });
    else
      expose().then(
        ({ contentType, text }) => answer.writeHead(200, { 'content-type': contentType, ...safe }).end(text),
        () => refuse(500, 'The metrics cannot be collected.\n'),
      );
  });
  server.maxConnections = maxConnections;
  server.maxRequestsPerSocket = 1;
  server.on('connection', (socket) => {
    const alarm = setTimeout(() => socket.destroy(), lifeMs).unref();
    socket.once('close', () => clearTimeout(alarm));
  });
  return server;
}

const safe = { 'cache-control': 'no-store', 'x-content-type-options': 'nosniff', connection: 'close' };

/** Listens, and answers the URL. Throws what Node throws when the address is taken. */
export async function listen(
  server: Server,
  { host, port }: { host: string; port: number },
): Promise<string> {
  const { promise, resolve, reject } = Promise.withResolvers<void>();
  server.once('error', reject);
  server.listen({ host, port }, resolve);
  await promise;
  server.off('error', reject);
  const address = server.address();
  const bound = typeof address === 'object' && address ? address.port : port;
  return `http://${host.includes(':') ? `[${host}]` : host}:${bound}/metrics`;
}

/** Stops taking connections, and cuts those that are not answered in time. */
export async function closeServer(server: Server): Promise<void> {
  const { promise, resolve } = Promise.withResolvers<void>();
  const alarm = setTimeout(() => server.closeAllConnections(), lingerMs);
  server.close(() => resolve());
  await promise;
  clearTimeout(alarm);
}
