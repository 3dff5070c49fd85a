import websocket from '@fastify/websocket';
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { type DocumentNode, GraphQLError } from 'graphql';
import { handleProtocols } from 'graphql-ws';
import mercurius, { type MercuriusContext } from 'mercurius';
import type { Deps } from '../../operations/call/deps.ts';
import type { CallerOf, ConsumeRateLimit, Reauthenticate } from '../callers/caller-of.ts';
import type { CloseWhenExpired } from '../callers/close-when-expired.ts';
import type { Context } from './context.ts';
import { createDocuments } from './documents.ts';
import { answerTo, refusalsIn } from './errors.ts';
import { serveGraphiql } from './page.ts';
import { readRequest, requireAnswerable, requireMediaType, selectOperation } from './request.ts';
import { createGraphqlSchema } from './schema.ts';
import { createSubscriptions, maxMessage } from './subscriptions.ts';

export interface GraphqlOptions {
  deps: Deps;
  callerOf: CallerOf;
  /** The request itself has been counted before. */
  consumeRateLimit: ConsumeRateLimit;
  reauthenticate: Reauthenticate;
  closeWhenExpired: CloseWhenExpired;
  /** The log of a request, for lines that anybody can cause. */
  logOf: (request: FastifyRequest) => Pick<FastifyRequest['log'], 'warn'>;
  /** Serve GraphiQL, which is a development package, and let callers explore the schema: see `answerTo`. */
  graphiql: boolean;
}

/**
 * The document that mercurius parses and caches. The real documents are validated and cached by documents.ts.
 */
const placeholder = '{ __typename }';

/** The context of a request, with the document to execute. */
type Execution = Context & {
  document: DocumentNode;
};

/** Serves GraphQL at /graphql, and GraphiQL at /graphiql. */
export async function graphql(app: FastifyInstance, options: GraphqlOptions): Promise<void> {
  if (options.graphiql) serveGraphiql(app);
  // A plugin of its own, so that its error handler does not apply to other routes.
  await app.register(serve, options);
}

async function serve(app: FastifyInstance, options: GraphqlOptions): Promise<void> {
  const { deps, callerOf, consumeRateLimit, logOf, graphiql: explorable } = options;
  const schema = createGraphqlSchema();
  const documents = createDocuments(schema, explorable);
  await app.register(mercurius, {
    schema,
    // Without its routes and subscriptions: their caches are limited by number, not by size, and filled
    // before authorization.
    routes: false,
    subscription: false,
    cache: 1,
    errorFormatter: (execution) => ({ statusCode: 200, response: execution as never }),
  });
  app.graphql.addHook('preExecution', async (_, __, context: MercuriusContext & Partial<Execution>) => {
    if (!context.document) throw new Error('a document was executed without being prepared');
    return { document: context.document };
  });

  function answer(reply: FastifyReply, errors: readonly unknown[], data: unknown = null): FastifyReply {
    const { statusCode, response } = answerTo(errors, data, reply.request.id, explorable);
    response.errors.forEach(({ extensions }, i) => {
      const { code, detail } = extensions;
      const cause = causeIn(errors[i]);
      if (code === 'INTERNAL') reply.request.log.error({ err: errors[i] }, 'GraphQL operation failed');
      else if (cause) logOf(reply.request).warn({ err: cause, code }, detail);
    });
    // As in REST.
    if (statusCode === 503) reply.header('retry-after', '2');
    return reply.code(statusCode).send(response);
  }

  async function handle(request: FastifyRequest, reply: FastifyReply): Promise<unknown> {
    const { text, variables, operationName } = readRequest(request);
    const prepared = documents.prepare(text, (document) =>
      requireAnswerable(document, request.method, operationName),
    );
    await consumeRateLimit(request, prepared.rootFields - 1, reply);
    const document = selectOperation(prepared.document, operationName);
    const execution: Execution = { deps, caller: () => callerOf(request, 'GRAPHQL'), document };
    const { data, errors = [] } = await app.graphql(placeholder, execution, variables);
    if (execution.isPermitted) documents.keep(text, prepared);
    if (errors.length === 0) return { data };
    // Without data no operation ran: the variables or the operation name are wrong.
    return answer(reply, data === undefined ? refusalsIn(errors, explorable) : errors, data);
  }

  app.setErrorHandler((error, _, reply) => answer(reply, refusalsIn([error], explorable)));
  app.addContentTypeParser('application/graphql', { parseAs: 'string' }, (_, query, done) =>
    done(null, { query }),
  );
  await app.register(websocket, { options: { maxPayload: maxMessage, handleProtocols } });
  // Nothing else closes the connection of a refused handshake, and closing the server would wait for it.
  app.addHook('onResponse', async ({ raw }, { statusCode }) => {
    if (raw.headers.upgrade !== undefined && statusCode >= 400) raw.socket.destroySoon();
  });
  const route = { url: '/graphql', onRequest: requireMediaType, handler: handle };
  const wsHandler = createSubscriptions({ ...options, schema, documents, explorable });
  app.route({ ...route, method: 'GET', wsHandler });
  app.route({ ...route, method: 'POST' });
}

/** Finds the cause of a fault, for the log. */
const causeIn = (error: unknown) =>
  error instanceof GraphQLError ? error.originalError?.cause : error instanceof Error ? error.cause : null;
