import type { FastifyInstance } from 'fastify';
import { graphiqlPolicy } from '../../headers.ts';

/** Serves GraphiQL at /graphiql: one page with all its scripts in it, 9 MB, loaded when somebody first asks. */
export const serveGraphiql = (app: FastifyInstance) =>
  app.get('/graphiql', async (_, reply) => {
    const { renderGraphiQL } = await import('@graphql-yoga/render-graphiql');
    // Its tab Headers begins with this. What a reader puts there is not to stay in the browser.
    const headers = JSON.stringify({ Authorization: 'Bearer PUT-A-TOKEN-HERE' });
    const page = renderGraphiQL({ title: 'Rolewright GraphiQL', endpoint: '/graphql', headers, shouldPersistHeaders: false });
    return reply.type('text/html').header('content-security-policy', graphiqlPolicy).send(page);
  });
