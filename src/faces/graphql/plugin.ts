import websocket from '@fastify/websocket';
import type { FastifyInstance, FastifyRequest } from 'fastify';
import { GraphQLError, getOperationAST, Kind, NoSchemaIntrospectionCustomRule, parse } from 'graphql';
import mercurius, { type MercuriusContext } from 'mercurius';
import { Fault } from '../../fault.ts';
import { graphiqlPolicy } from '../../headers.ts';
import { invalidInput } from '../../usecases/input.ts';
import type { Deps } from '../../usecases/operation.ts';
import type { CallerOf, Recognize, Spend } from '../caller-of.ts';
import type { WhileKnown } from '../while-known.ts';
import { answerTo } from './errors.ts';
import { limits, withinCost, withinLimits } from './limits.ts';
import { type Context, graphqlSchema } from './schema.ts';
import { guardSubscriptions, maxMessage, subscriptions } from './subscriptions.ts';

export interface GraphqlOptions {
  deps: Deps;
  callerOf: CallerOf;
  /** The request itself is counted before. */
  spend: Spend;
  recognize: Recognize;
  whileKnown: WhileKnown;
  /** Where a request may write lines that anybody can cause. */
  logOf: (request: FastifyRequest) => Pick<FastifyRequest['log'], 'warn'>;
  /** Serve GraphiQL, which is in the development packages alone, and let the schema be explored: see `answerTo`. */
  graphiql: boolean;
}

/** GraphQL at /graphql, and GraphiQL to try it at /graphiql. */
export async function graphql(app: FastifyInstance, options: GraphqlOptions): Promise<void> {
  const { deps, callerOf, spend, recognize, whileKnown, logOf, graphiql } = options;
  // Not mercurius's page: that one runs scripts from a CDN, which this service must not trust, and which fails offline.
  if (graphiql)
    app.get('/graphiql', async (_, reply) =>
      reply
        .type('text/html')
        .header('content-security-policy', graphiqlPolicy)
        .send(await graphiqlPage()),
    );
  // Mercurius takes what is no text for a parsed document, and stumbles over it.
  app.addHook('preValidation', async (request) => {
    const { method, body, query, routeOptions } = request;
    // A subscription's connection has its documents in messages.
    if (routeOptions.url !== '/graphql' || request.ws) return;
    const given = (method === 'POST' ? body : query) as
      | { query?: unknown; operationName?: unknown; variables?: unknown }
      | null
      | undefined;
    if (typeof given?.query !== 'string' || given.query.trim() === '')
      throw invalidInput([{ pointer: '/query', message: 'must be a GraphQL document, as text' }]);
    // Without variables mercurius leaves it to the execution to judge them, and the operation's name, and the answer has another form.
    given.variables ??= method === 'POST' ? {} : '{}';
    if (method !== 'POST') expectQuery(given.query, given.operationName);
  });
  // Before mercurius does so, with a limit of its own.
  await app.register(websocket, { options: { maxPayload: maxMessage } });
  // Nobody else closes the connection of a handshake that was refused, and a stop would wait for it.
  app.addHook('onResponse', async ({ raw }, { statusCode }) => {
    if (raw.headers.upgrade !== undefined && statusCode >= 400) raw.socket.destroySoon();
  });
  await app.register(mercurius, {
    schema: graphqlSchema(),
    path: '/graphql',
    graphiql: false,
    allowBatchedQueries: false,
    // A page of another site may have a browser send simple requests in its reader's name, GET too; this is none of them.
    // No script can set Sec-WebSocket-Key; a handshake has it, and with it the Origin by which foreign pages are refused.
    csrfPrevention: { allowedContentTypes: ['application/json', 'application/graphql'], requiredHeaders: ['sec-websocket-key'] },
    graphql: { parseOptions: { maxTokens: limits.tokens } },
    ...(!graphiql && { validationRules: [NoSchemaIntrospectionCustomRule] }),
    subscription: subscriptions({ deps, callerOf, whileKnown }),
    // Also made to tell of a request that was refused before it was known who calls: the caller is asked for by operations.
    context: (request): Context => ({ deps, caller: () => callerOf(request, 'GRAPHQL') }),
    errorFormatter: <C extends MercuriusContext>(
      { errors, data }: { errors?: readonly GraphQLError[] | null; data?: unknown },
      { reply }: C,
    ) => {
      const all = (errors ?? []).flatMap((error) => wrappedIn(error, graphiql));
      const { statusCode, response } = answerTo(all, data, reply.request.id, graphiql);
      response.errors.forEach(({ extensions }, i) => {
        const { code, detail } = extensions;
        const cause = causeIn(all[i]);
        if (code === 'INTERNAL') reply.request.log.error({ err: all[i] }, 'a GraphQL operation failed');
        else if (cause) logOf(reply.request).warn({ err: cause, code }, detail);
      });
      // As REST says it.
      if (statusCode === 503) reply.header('retry-after', '2');
      return { statusCode, response: { data: response.data as Record<string, unknown> | null, errors: response.errors as never } };
    },
  });
  app.graphql.addHook('preValidation', async (_, document) => {
    withinLimits(document);
    // It would be run as a query, once.
    if (document.definitions.some((one) => one.kind === Kind.OPERATION_DEFINITION && one.operation === 'subscription'))
      throw invalidInput([{ pointer: '/query', message: 'has a subscription, which needs a WebSocket: graphql-transport-ws at /graphql' }]);
  });
  // Of each request: that a document was valid before does not make it cheap.
  app.graphql.addHook('preExecution', async (schema, document, { reply }) => {
    await spend(reply.request, withinCost(schema, document) - 1, reply);
  });
  guardSubscriptions(app, { recognize, spend, explorable: graphiql });
}

/**
 * By GET nothing is changed, nor by HEAD, which is GET to all in between: mercurius sees to the first alone, and stumbles over a name
 * that no operation has. Throws a GraphQLError for what is no GraphQL. Fault: INVALID_INPUT.
 */
function expectQuery(text: string, name: unknown): void {
  const operation = getOperationAST(parse(text, { maxTokens: limits.tokens }), typeof name === 'string' ? name : null);
  if (!operation) throw invalidInput([{ pointer: '/operationName', message: 'must be the name of an operation of the document' }]);
  const message = 'A mutation changes something: send it by POST.';
  if (operation.operation === 'mutation') throw new Fault('INVALID_INPUT', message, { errors: [{ pointer: '', message }] });
}

/** What lies beneath a fault: for the log alone. */
const causeIn = (error: unknown) => (error instanceof GraphQLError ? error.originalError?.cause : null);

/** One page with all its scripts in it: 9 MB, loaded when somebody first asks. */
async function graphiqlPage(): Promise<string> {
  const { renderGraphiQL } = await import('@graphql-yoga/render-graphiql');
  // Its tab Headers begins with this. What a reader puts there is not to stay in the browser.
  const headers = JSON.stringify({ Authorization: 'Bearer PUT-A-TOKEN-HERE' });
  return renderGraphiQL({ title: 'Rolewright GraphiQL', endpoint: '/graphql', headers, shouldPersistHeaders: false });
}

/**
 * Mercurius puts all that GraphQL's validation found into one error. Where the schema is not to be explored the first stands for
 * all of them: how many there are would tell how many names are right.
 */
function wrappedIn(error: GraphQLError, explorable: boolean): unknown[] {
  const { originalError } = error;
  const found: unknown = originalError && 'errors' in originalError ? originalError.errors : null;
  if (!Array.isArray(found) || !found.every((one) => one instanceof GraphQLError)) return [error];
  return explorable ? found : found.slice(0, 1);
}
