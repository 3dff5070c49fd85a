import { MutationCache, QueryCache, QueryClient } from '@tanstack/react-query';
import { type Client, createClient, Problem } from 'rolewright-client';
import { consoleConfig, end, token } from './session/session.ts';

export type { Shape } from './shape.ts';

let client: Client | null = null;

/** The client of this page's own service. */
export function api(): Client {
  client ??= createClient({
    url: '',
    token: consoleConfig().issuer === null ? undefined : token,
    retries: 2,
  });
  return client;
}

const onError = (error: unknown) => {
  if (error instanceof Problem && error.status === 401) end();
};

export const queries = new QueryClient({
  queryCache: new QueryCache({ onError }),
  mutationCache: new MutationCache({ onError }),
  // The client tries again by itself. Without a network a request fails, so that the page says so.
  defaultOptions: {
    queries: { retry: false, staleTime: 15_000, networkMode: 'always', refetchOnReconnect: true },
    mutations: { retry: false, networkMode: 'always' },
  },
});
