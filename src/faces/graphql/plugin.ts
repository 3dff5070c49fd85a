import type { FastifyInstance } from 'fastify';
import { GraphQLError } from 'graphql';
import mercurius, { type MercuriusContext } from 'mercurius';
import { invalidInput } from '../../usecases/input.ts';
import type { CallerOf, Deps } from '../../usecases/operation.ts';
import { answerTo } from './errors.ts';
import { type Context, graphqlSchema } from './schema.ts';

/** GraphQL at /graphql, and GraphiQL to try it at /graphiql. */
export async function graphql(app: FastifyInstance, { deps, callerOf }: { deps: Deps; callerOf: CallerOf }): Promise<void> {
  // Mercurius takes what is no text for a parsed document, and stumbles over it.
  app.addHook('preValidation', async ({ method, body, query, routeOptions }) => {
    if (routeOptions.url !== '/graphql') return;
    const given = (method === 'POST' ? body : query) as { query?: unknown } | null | undefined;
    if (typeof given?.query !== 'string' || given.query.trim() === '')
      throw invalidInput([{ pointer: '/query', message: 'must be a GraphQL document, as text' }]);
  });
  await app.register(mercurius, {
    schema: graphqlSchema(),
    path: '/graphql',
    graphiql: true,
    context: (request): Context => ({ deps, caller: callerOf(request.id, 'GRAPHQL') }),
    errorFormatter: <C extends MercuriusContext>(
      { errors, data }: { errors?: readonly GraphQLError[] | null; data?: unknown },
      { reply }: C,
    ) => {
      const all = (errors ?? []).flatMap(wrappedIn);
      const { statusCode, response } = answerTo(all, data, reply.request.id);
      response.errors.forEach(({ extensions }, i) => {
        if (extensions.code === 'INTERNAL') reply.request.log.error({ err: all[i] }, 'a GraphQL operation failed');
      });
      return { statusCode, response: { data: response.data as Record<string, unknown> | null, errors: response.errors as never } };
    },
  });
}

/** Mercurius puts all that GraphQL's validation found into one error. */
function wrappedIn(error: GraphQLError): unknown[] {
  const { originalError } = error;
  const found: unknown = originalError && 'errors' in originalError ? originalError.errors : null;
  return Array.isArray(found) && found.every((one) => one instanceof GraphQLError) ? found : [error];
}
