import type { FastifyInstance } from 'fastify';
import { graphiqlPolicy } from '../connection/headers.ts';
import { fetcher } from './fetcher.ts';

/**
 * Serves GraphiQL at /graphiql: one page with all its scripts in it, 9 MB, loaded when somebody first asks. The package's own way to
 * subscribe is server-sent events, which this service does not speak: `fetcher` takes its place, as text in the page.
 */
export const serveGraphiql = (app: FastifyInstance) =>
  app.get('/graphiql', async (_, reply) => {
    const { renderGraphiQL } = await import('@graphql-yoga/render-graphiql');
    // Its tab Headers begins with this. What a reader puts there is not to stay in the browser.
    const headers = JSON.stringify({ Authorization: 'Bearer PUT-A-TOKEN-HERE' });
    // The package writes the options as JSON, which has no functions.
    const options = { title: 'Rolewright GraphiQL', headers, shouldPersistHeaders: false, fetcher: 'HERE' };
    const page = renderGraphiQL(options).replace('"fetcher":"HERE"', () => `"fetcher":${fetcher}`);
    return reply.type('text/html').header('content-security-policy', graphiqlPolicy).send(page);
  });
