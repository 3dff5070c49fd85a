import { expect, test } from 'vitest';
import { createRolewrightApi, RolewrightError } from '../src/api.ts';
import { overview, preview } from './samples.ts';

const json = (body: unknown, status = 200) => new Response(JSON.stringify(body), { status });

test('the entity goes with the request, and the clusters in its body', async () => {
  const requests: [string, RequestInit?][] = [];
  const api = createRolewrightApi({
    fetch: async (url, init) => {
      requests.push([String(url), init]);
      return json(init ? preview : overview);
    },
  });
  expect(await api.overview('component:default/a&b')).toEqual(overview);
  const body = {
    entityRef: 'component:default/a',
    clusters: [{ region: 'us-west-2', name: 'x' }],
    dryRun: true,
  };
  expect(await api.extend(body)).toEqual(preview);
  expect(requests[0]).toEqual([
    'plugin://rolewright/overview?entityRef=component%3Adefault%2Fa%26b',
    undefined,
  ]);
  expect(requests[1]?.[0]).toBe('plugin://rolewright/extend');
  expect(JSON.parse(String(requests[1]?.[1]?.body))).toEqual(body);
});

test.each<[what: string, answer: () => Promise<Response>, code: string, remedy: RegExp]>([
  [
    'an error of the plugin',
    async () => json({ error: { code: 'FORBIDDEN', message: 'You may not.', remedy: 'Ask somebody.' } }, 403),
    'FORBIDDEN',
    /^Ask somebody\.$/,
  ],
  [
    'an error of Backstage',
    async () => json({ error: { name: 'AuthenticationError', message: 'x' } }, 401),
    'SIGNED_OUT',
    /Sign in/,
  ],
  [
    'no backend plugin',
    async () => new Response('<html>', { status: 404 }),
    'NO_BACKEND',
    /install the backend/,
  ],
  [
    'a page of a proxy',
    async () => new Response('<html>', { status: 200 }),
    'BACKSTAGE_ERROR',
    /in a minute/,
  ],
  ['another error', async () => json({ error: 'x' }, 500), 'BACKSTAGE_ERROR', /in a minute/],
  [
    'no network',
    async () => {
      throw new TypeError('Failed to fetch');
    },
    'BACKSTAGE_UNREACHABLE',
    /connection/,
  ],
])('%s is one sentence with a remedy', async (_what, answer, code, remedy) => {
  const error = await createRolewrightApi({ fetch: answer })
    .overview('component:default/a')
    .catch((fault: unknown) => fault);
  expect(error).toBeInstanceOf(RolewrightError);
  expect(error).toMatchObject({ code, remedy: expect.stringMatching(remedy) });
  expect((error as Error).message).toMatch(/^[^\n]{1,200}\.$/);
});
