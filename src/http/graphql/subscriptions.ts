import type { FastifyRequest } from 'fastify';
import {
  type DocumentNode,
  type ExecutionResult,
  GraphQLError,
  type GraphQLSchema,
  getOperationAST,
  subscribe,
} from 'graphql';
import { type ConnectionInitMessage, GRAPHQL_TRANSPORT_WS_PROTOCOL, makeServer } from 'graphql-ws';
import { Fault } from '../../fault.ts';
import type { Deps } from '../../operations/call/deps.ts';
import { invalidInput } from '../../operations/call/input.ts';
import { followSweep } from '../../operations/sweeps/follow-sweep.ts';
import type { Sweep } from '../../schema/sweep.ts';
import type { CallerOf, ConsumeRateLimit, Reauthenticate } from '../callers/caller-of.ts';
import type { CloseWhenExpired } from '../callers/close-when-expired.ts';
import type { Context } from './context.ts';
import type { Documents } from './documents.ts';
import { answerTo, refusalsIn } from './errors.ts';

/** The maximum size of a message, and so of what the parser gets at a time. */
export const maxMessage = 16 * 1024;
/** Subscriptions that a connection may have at the same time. */
const maxSubscriptions = 100;
/** Close codes of the protocol, and of RFC 6455 for "try again later". */
const closeCodes = { unauthorized: 4401, internal: 4500, tryAgainLater: 1013 } as const;
/** How long a subscription may go on after its client has gone, in ms. */
const beatMs = 1000;

/** The part of a WebSocket that is used here. */
interface Socket {
  on(event: 'message', hear: (data: unknown) => void): unknown;
  on(event: 'pong', hear: () => void): unknown;
  once(event: 'close', hear: (code: number, reason: unknown) => void): unknown;
  send(data: string, sent: (error?: Error) => void): void;
  ping(): void;
  close(code?: number, reason?: string): void;
  terminate(): void;
  readonly protocol: string;
  readonly readyState: number;
}
/** The readyState of an open WebSocket. */
const open = 1;

/** An open connection. */
interface Connection {
  request: FastifyRequest;
  /** Aborted when it is closed. */
  closed: AbortSignal;
  /**
   * Authenticates the caller by the handshake or by the payload of `connection_init`, now and then again and
   * again.
   */
  acknowledge: (payload: unknown) => Promise<boolean>;
}

export interface SubscriptionOptions {
  schema: GraphQLSchema;
  documents: Documents;
  deps: Deps;
  callerOf: CallerOf;
  consumeRateLimit: ConsumeRateLimit;
  reauthenticate: Reauthenticate;
  closeWhenExpired: CloseWhenExpired;
  explorable: boolean;
  /** How long a new connection may take to send `connection_init`, in ms. */
  initWithinMs?: number;
  /** Interval of pings in ms. A connection that did not answer the last ping is closed. */
  pingEveryMs?: number;
}

/**
 * Serves subscriptions over WebSockets, in the protocol graphql-transport-ws. Each subscription counts as a
 * request to the rate limit, and its caller is authenticated again, since the handshake may be old.
 */
export function createSubscriptions(
  options: SubscriptionOptions,
): (socket: Socket, request: FastifyRequest) => void {
  const {
    schema,
    documents,
    deps,
    callerOf,
    consumeRateLimit,
    reauthenticate,
    closeWhenExpired,
    explorable,
    initWithinMs = 3000,
    pingEveryMs = 15_000,
  } = options;

  const server = makeServer<ConnectionInitMessage['payload'], Connection>({
    connectionInitWaitTimeout: initWithinMs,
    onConnect: ({ connectionParams, extra }) => extra.acknowledge(connectionParams),
    async onSubscribe({ subscriptions, extra: { request, closed } }, _, { query, variables, operationName }) {
      const refuse = (errors: readonly unknown[]) =>
        errors.map((error) => toGraphqlError(error, request.id, explorable));
      try {
        if (Object.keys(subscriptions).length > maxSubscriptions)
          throw new Fault(
            'RATE_LIMITED',
            `The limit is ${maxSubscriptions} subscriptions on a connection. End some first.`,
          );
        await consumeRateLimit(request, 1);
        await reauthenticate(request);
        const { document, rootFields } = documents.prepare(query, (parsed) =>
          requireSubscription(parsed, operationName),
        );
        await consumeRateLimit(request, rootFields - 1);
        const contextValue: Context = { deps, caller: () => callerOf(request, 'GRAPHQL'), closed };
        const args = {
          schema,
          document,
          contextValue,
          variableValues: variables ?? {},
          operationName: operationName ?? null,
        };
        const events = await subscribe(args);
        // Subscribed here, since only here a refusal can be sent as an error.
        return Symbol.asyncIterator in events
          ? { ...args, rootValue: events }
          : refuse(refusalsIn(events.errors ?? [], explorable));
      } catch (error) {
        return refuse(refusalsIn([error], explorable));
      }
    },
    subscribe: ({ rootValue }) => rootValue as AsyncGenerator<ExecutionResult>,
  });

  return (socket, request) => {
    const closed = new AbortController();
    let release = () => {};
    const acknowledge = async (payload: unknown) => {
      try {
        if (request.identity === null) {
          request.credentials = credentialsIn(payload);
          await reauthenticate(request);
          // The handshake was counted for the address.
          await consumeRateLimit(request, 1);
        }
        // The client may have closed it in the meantime.
        if (socket.readyState !== open) return false;
        release = closeWhenExpired(request, () => socket.close(closeCodes.unauthorized, 'Unauthorized'));
      } catch (error) {
        if (!(error instanceof Fault)) throw error;
        if (error.code === 'UNAUTHENTICATED') socket.close(closeCodes.unauthorized, 'Unauthorized');
        else socket.close(closeCodes.tryAgainLater, error.code);
      }
      return socket.readyState === open;
    };
    const fail = (err: unknown) => {
      request.log.error({ err }, 'WebSocket failed');
      socket.close(closeCodes.internal, 'Internal server error');
    };
    const end = server.opened(
      {
        protocol: socket.protocol || GRAPHQL_TRANSPORT_WS_PROTOCOL,
        send: (data) =>
          new Promise((resolve, reject) => {
            if (socket.readyState !== open) return resolve();
            socket.send(data, (error) => (error ? reject(error) : resolve()));
          }),
        close: (code, reason) => socket.close(code, reason),
        onMessage: (handle) => socket.on('message', (data) => void handle(String(data)).catch(fail)),
      },
      { request, closed: closed.signal, acknowledge },
    );
    let isAlive = true;
    socket.on('pong', () => {
      isAlive = true;
    });
    const heart = setInterval(() => {
      if (!isAlive) return socket.terminate();
      isAlive = false;
      socket.ping();
    }, pingEveryMs);
    socket.once('close', (code, reason) => {
      clearInterval(heart);
      release();
      closed.abort();
      end(code, String(reason)).catch(fail);
    });
  };
}

/** Reads `{ "Authorization": "Bearer …" }` in any letter case, alone or in `headers`. */
function credentialsIn(payload: unknown): string[] {
  const headers = (part: unknown) => (typeof part === 'object' && part !== null ? Object.entries(part) : []);
  const all = headers(payload);
  const inner = all.flatMap(([name, part]) => (name === 'headers' ? headers(part) : []));
  return [...all, ...inner].flatMap(([name, value]) =>
    name.toLowerCase() === 'authorization' && typeof value === 'string' ? [value] : [],
  );
}

/** Refuses any other operation. Fault: INVALID_INPUT. */
function requireSubscription(document: DocumentNode, name: string | null | undefined): void {
  if (getOperationAST(document, name)?.operation === 'subscription') return;
  throw invalidInput([
    { pointer: '/query', message: 'must be a subscription. Send queries and mutations over HTTP' },
  ]);
}

/** Yields the sweep, and again after each change. */
export async function subscribeToSweep(
  id: unknown,
  { deps, caller, closed }: Context,
): Promise<AsyncGenerator<Sweep, void>> {
  const signal = closed ?? AbortSignal.abort();
  const who = caller();
  const progress = await followSweep(deps, { id, beatMs }, who, signal);
  return sweepsOf(progress ?? [], who.requestId);
}

async function* sweepsOf(
  progress: AsyncIterable<{ sweep: Sweep } | null> | [],
  requestId: string,
): AsyncGenerator<Sweep, void> {
  try {
    for await (const step of progress) if (step) yield step.sweep;
  } catch (error) {
    throw toGraphqlError(error, requestId, false);
  }
}

/** Converts a fault as every GraphQL answer shows it. */
function toGraphqlError(error: unknown, requestId: string, explorable: boolean): GraphQLError {
  const [first] = answerTo([error], null, requestId, explorable).response.errors;
  return new GraphQLError(first?.message ?? '', { extensions: { ...first?.extensions } });
}
