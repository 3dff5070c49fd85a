import type { FastifyInstance, FastifyRequest } from 'fastify';
import { GraphQLError, NoSchemaIntrospectionCustomRule, specifiedRules, validate } from 'graphql';
import type { Sweep } from '../../schema/sweep.ts';
import type { Deps } from '../../usecases/operation.ts';
import { sweepProgress } from '../../usecases/sweep-progress.ts';
import type { CallerOf, Recognize, Spend } from '../caller-of.ts';
import type { WhileKnown } from '../while-known.ts';
import { answerTo } from './errors.ts';
import { withinCost, withinLimits } from './limits.ts';
import type { Context } from './schema.ts';

/** More than a message of ours needs; the parser gets no more at a time. */
export const maxMessage = 16 * 1024;
/** So often, in ms, are connections that are gone found out. */
const keepAliveMs = 15_000;
/** The protocol's own codes. */
const [unauthorized, tooManyIntroductions] = [4401, 4429];
/** How long a subscription that nobody listens to any more may go on, in ms. */
const beatMs = 1000;

/** What of a WebSocket we need. */
interface Socket {
  once(event: 'close', hear: () => void): unknown;
  close(code: number, reason: string): void;
  readonly readyState: number;
}
/** The readyState of one that is. */
const open = 1;

/** Subscriptions over WebSockets, in the protocol graphql-transport-ws, as the library graphql-ws speaks it. */
export function subscriptions({ deps, callerOf, whileKnown }: { deps: Deps; callerOf: CallerOf; whileKnown: WhileKnown }) {
  const introduced = new WeakSet<Socket>();
  async function context(socket: Socket, request: FastifyRequest): Promise<Context> {
    // Mercurius would begin to keep the connection alive once more each time, and never end it.
    if (introduced.has(socket)) {
      socket.close(tooManyIntroductions, 'Too many initialisation requests');
      throw new Error('a connection for subscriptions has introduced itself twice');
    }
    introduced.add(socket);
    const closed = new AbortController();
    const found: Context = { deps, caller: () => callerOf(request, 'GRAPHQL'), closed: closed.signal };
    // What has been closed meanwhile does not say so again.
    if (socket.readyState !== open) {
      closed.abort();
      return found;
    }
    const stop = whileKnown(request, () => {
      socket.close(unauthorized, 'Unauthorized');
      closed.abort();
    });
    socket.once('close', () => {
      stop();
      closed.abort();
    });
    return found;
  }
  return { keepAlive: keepAliveMs, wsDefaultSubprotocol: 'graphql-transport-ws', context };
}

/**
 * Mercurius runs a subscription without validating it: that, and our limits, come before. Each is a request to the rate limit, and its
 * caller is asked for anew: the handshake may be of long ago.
 */
export function guardSubscriptions(
  app: FastifyInstance,
  { recognize, spend, explorable }: { recognize: Recognize; spend: Spend; explorable: boolean },
): void {
  const rules = explorable ? specifiedRules : [...specifiedRules, NoSchemaIntrospectionCustomRule];
  app.graphql.addHook('preSubscriptionExecution', async (schema, document, { request }: { request?: FastifyRequest }) => {
    if (!request) throw new Error('a subscription came without the request that opened its connection');
    try {
      await spend(request, 1);
      await recognize(request);
      withinLimits(document);
      const [error] = validate(schema, document, rules);
      if (error) throw error;
      await spend(request, withinCost(schema, document) - 1);
    } catch (error) {
      throw shown(error, request.id, explorable);
    }
  });
}

/** The sweep, whenever it has changed. */
export async function subscribedSweep(id: unknown, { deps, caller, closed }: Context): Promise<AsyncGenerator<Sweep, void>> {
  const signal = closed ?? AbortSignal.abort();
  const who = caller();
  try {
    const progress = await sweepProgress(deps, { id, beatMs }, who, signal);
    return sweepsOf(progress ?? [], who.requestId);
  } catch (error) {
    throw shown(error, who.requestId, false);
  }
}

async function* sweepsOf(progress: AsyncIterable<{ sweep: Sweep } | null> | [], requestId: string): AsyncGenerator<Sweep, void> {
  try {
    for await (const step of progress) if (step) yield step.sweep;
  } catch (error) {
    throw shown(error, requestId, false);
  }
}

/** A fault as every GraphQL answer shows it. */
function shown(error: unknown, requestId: string, explorable: boolean): GraphQLError {
  const [first] = answerTo([error], null, requestId, explorable).response.errors;
  return new GraphQLError(first?.message ?? '', { extensions: { ...first?.extensions } });
}
