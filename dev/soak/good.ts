import { roleName } from '../chaos/stage.ts';
import { reachableAccountId } from './accounts.ts';
import { atPace } from './pace.ts';
import type { Tokens } from './place.ts';

/** The times of one kind of request in ms, and the number of answers other than 200, by status. */
export interface Times {
  ms: number[];
  failed: Record<string, number>;
}

const perSecond = 20;
const patienceMs = 30_000;

const query = `query ($accountId: ID!, $roleName: String!, $clusters: [ClusterInput!]!) { checkExecutionRole(accountId: $accountId,
  roleName: $roleName, clusters: $clusters) { verdict action clusters { region name covered } findings { code severity message } etag } }`;
const clusters = [{ region: 'us-west-2', name: 'main' }];

/** The requests of honest callers. Together they stay within a third of the rate limit. */
const kinds: Record<string, (i: number) => { token: keyof Tokens; path: string; body?: object }> = {
  'check, REST': (i) => ({
    token: 'reader',
    path: `/v1/accounts/${reachableAccountId(i)}/execution-roles/${roleName}/check?cluster=us-west-2/main`,
  }),
  'check, GraphQL': (i) => ({
    token: 'checker',
    path: '/graphql',
    body: { query, variables: { accountId: reachableAccountId(i), roleName, clusters } },
  }),
  accounts: () => ({ token: 'reader', path: '/v1/accounts?limit=50' }),
  changes: () => ({ token: 'checker', path: '/v1/changes?limit=20' }),
};

/** Sends honest requests until `until`. Each is timed from when it was due, so that a stall is not hidden. */
export async function askHonestly(
  origin: string,
  tokens: Tokens,
  until: number,
): Promise<Map<string, Times>> {
  const names = Object.keys(kinds);
  const times = new Map(names.map((name) => [name, { ms: [], failed: {} } as Times]));
  await atPace({ perSecond, atOnce: 500, until }, async (i, due) => {
    const name = names[i % names.length] as string;
    const { token, path, body } = (kinds[name] as (typeof kinds)[string])(Math.floor(i / names.length));
    const { ms, failed } = times.get(name) as Times;
    const answer = await fetch(origin + path, {
      headers: {
        authorization: `Bearer ${tokens[token]}`,
        ...(body && { 'content-type': 'application/json' }),
      },
      ...(body && { method: 'POST', body: JSON.stringify(body) }),
      signal: AbortSignal.timeout(patienceMs),
    })
      .then(async (response) => ({ status: response.status, text: await response.text() }))
      .catch((error: unknown) => ({ status: 0, text: String(error) }));
    ms.push(performance.now() - due);
    if (answer.status !== 200 || answer.text.includes('"errors":[{'))
      failed[answer.status] = (failed[answer.status] ?? 0) + 1;
  });
  return times;
}
