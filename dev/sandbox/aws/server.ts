import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { control } from './control.ts';
import { isForEks, serveEks } from './eks/serve.ts';
import { isForOrganizations, serveOrganizations } from './organizations.ts';
import { serve } from './serve.ts';
import { createSaver, loadState } from './state-file.ts';
import { createState, createWorld, type World } from './world.ts';

export interface AwsSandbox {
  /** The value for AWS_ENDPOINT_URL. It serves IAM, STS, Organizations and EKS of every account, partition
   * and Region. */
  url: string;
  world: World;
  /** Stops listening, closes open connections and saves the state. Further calls have no effect. */
  close(): Promise<void>;
}

export interface AwsSandboxOptions {
  host?: string;
  /** 0, the default, selects any free port. */
  port?: number;
  /** The time in ms for sessions, throttling and stale reads. Latency uses real time. */
  now?: () => number;
  /**
   * The time in ms for aws:CurrentTime. `now` by default; set it when `now` differs from the service's clock.
   */
  currentTime?: () => number;
  /** Random numbers from 0 to 1. Math.random by default. */
  random?: () => number;
  /** The file that stores the state. Without it the state is lost when the process ends. */
  stateFile?: string;
}

const jsonType = 'application/x-amz-json-1.1';
const largestBody = 1_048_576;

const readBody = (request: IncomingMessage): Promise<string | null> =>
  new Promise((resolve, reject) => {
    const chunks: Buffer[] = [];
    let size = 0;
    request.on('data', (chunk: Buffer) => {
      size += chunk.length;
      if (size <= largestBody) chunks.push(chunk);
    });
    request.on('end', () => resolve(size <= largestBody ? Buffer.concat(chunks).toString() : null));
    request.on('error', reject);
  });

const send = (
  response: ServerResponse,
  status: number,
  type: string,
  body: string,
  headers: Record<string, string> = {},
) => {
  response.writeHead(status, { 'content-type': type, 'content-length': Buffer.byteLength(body), ...headers });
  response.end(body);
};

/**
 * Serves IAM, STS, and parts of Organizations and EKS over HTTP. SDK clients, boto3 and the aws CLI work with it
 * unchanged. /_sandbox/ creates accounts and roles, makes calls fail, and shows what happened. It is a
 * development tool: it does not verify signatures.
 */
export const startAwsSandbox = async (options: AwsSandboxOptions = {}): Promise<AwsSandbox> => {
  const {
    host = '127.0.0.1',
    port = 0,
    now = Date.now,
    currentTime = now,
    random = Math.random,
    stateFile,
  } = options;
  const saver = stateFile === undefined ? null : createSaver(() => state, stateFile);
  const state = createState(now, () => saver?.changed(), random, currentTime);
  if (stateFile !== undefined) await loadState(state, stateFile);
  const world = createWorld(state);

  const handle = async (request: IncomingMessage, response: ServerResponse): Promise<void> => {
    const text = await readBody(request);
    const target = request.url ?? '/';
    if (target.startsWith('/_sandbox/')) {
      const url = new URL(target, 'http://sandbox');
      const { status, body } = control(world, request.method ?? 'GET', url, text ?? '');
      return send(response, status, 'application/json', JSON.stringify(body));
    }
    if (isForOrganizations(request.headers)) {
      const answer = await serveOrganizations(state, request.headers, text ?? '');
      if (answer === 'reset') request.socket.resetAndDestroy();
      else if (answer !== 'hang')
        send(response, answer.status, jsonType, answer.body, { 'x-amzn-requestid': answer.requestId });
      return;
    }
    if (isForEks(request.headers, target)) {
      const method = request.method ?? 'GET';
      const answer = await serveEks(state, request.headers, { method, target, text });
      if (answer === 'reset') request.socket.resetAndDestroy();
      else if (answer !== 'hang')
        send(response, answer.status, 'application/json', answer.body, {
          'x-amzn-requestid': answer.requestId,
          ...(answer.code !== '' && { 'x-amzn-errortype': answer.code }),
        });
      return;
    }
    const form = request.method === 'GET' ? (target.split('?')[1] ?? '') : text;
    const answer = await serve(state, request.headers, form);
    if (answer === 'reset') request.socket.resetAndDestroy();
    else if (answer !== 'hang')
      send(response, answer.status, 'text/xml', answer.body, { 'x-amzn-requestid': answer.requestId });
  };

  const server = createServer((request, response) => {
    handle(request, response).catch((error: Error) => response.destroy(error));
  });
  // Clients keep connections for longer than Node's five seconds, so a call could lose its connection.
  server.keepAliveTimeout = 60_000;
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen(port, host, resolve);
  });
  const { port: bound } = server.address() as AddressInfo;

  const stop = async () => {
    const closed = new Promise((resolve) => server.close(resolve));
    server.closeAllConnections();
    await closed;
    await saver?.close();
  };
  let closing: Promise<void> | null = null;

  return {
    url: `http://${host}:${bound}`,
    world,
    close: () => {
      closing ??= stop();
      return closing;
    },
  };
};
