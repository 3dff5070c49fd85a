import type { FastifyInstance } from 'fastify';
import { graphiqlPolicy } from '../connection/headers.ts';
import { fetcher } from './fetcher.ts';

/**
 * Serves GraphiQL at /graphiql: one page with inline scripts, 9 MB, loaded at the first request. The package
 * subscribes by server-sent events, which this service does not support. `fetcher` replaces that, as text in
 * the page.
 */
export const serveGraphiql = (app: FastifyInstance) =>
  app.get('/graphiql', async (_, reply) => {
    const { renderGraphiQL } = await import('@graphql-yoga/render-graphiql');
    // The initial text of the tab Headers. A token must not be stored in the browser.
    const headers = JSON.stringify({ Authorization: 'Bearer PUT-A-TOKEN-HERE' });
    // The package writes its options as JSON, which cannot hold a function.
    const options = { title: 'Rolewright GraphiQL', headers, shouldPersistHeaders: false, fetcher: 'HERE' };
    const page = renderGraphiQL(options).replace('"fetcher":"HERE"', () => `"fetcher":${fetcher}`);
    return reply.type('text/html').header('content-security-policy', graphiqlPolicy).send(page);
  });
