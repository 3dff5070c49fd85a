import t from 'tap';
import { buildServer } from '#src/http/server.ts';
import type { Deps } from '#src/operations/call/deps.ts';
import { unwatched } from '#test/support/unwatched.ts';

type Line = Record<string, unknown>;
const log: Line[] = [];
const one = '111122223333';
const two = '222233334444';
const change = { id: 'change_1', accountId: one, roleName: 'r', clusters: [] };
const app = await buildServer({
  deps: {
    ...unwatched,
    accounts: { get: async () => null, getCached: async () => null, list: async () => [] },
    ledger: { get: async (id: string) => (id === change.id ? change : null), refuse: async () => change },
    audit: { prove: async () => null },
    roles: { sessionName: () => 'x' },
    permissions: { allows: (_: unknown, action: string) => action !== 'revertChange' },
  } as unknown as Deps,
  ready: async () => {},
  authenticate: null,
  logLevel: 'info',
  logTo: { write: (line) => void log.push(JSON.parse(line) as Line) },
});
t.teardown(() => app.close());

const secret = 'S3CRET';
const gql = (query: string, variables = {}) => ({
  method: 'POST' as const,
  url: '/graphql',
  headers: { authorization: `Bearer ${secret}` },
  payload: { query, variables },
});

t.test('one line a request: caller, operation, accounts, outcome', async (t) => {
  const cases: [object, Line][] = [
    [
      { url: `/v1/accounts/${one}?token=${secret}` },
      { method: 'GET', path: `/v1/accounts/${one}`, accountIds: [one], status: 400 },
    ],
    [{ url: `/v1/accounts/${secret}` }, { accountIds: undefined, status: 400 }],
    [
      { url: `/v1/changes?accountId=${one}&nope=${secret}` },
      { path: '/v1/changes', accountIds: [one], status: 400 },
    ],
    [
      { method: 'PUT', url: `/v1/accounts/${one}`, payload: { name: secret, nope: 1 } },
      { method: 'PUT', accountIds: [one], status: 400 },
    ],
    [{ url: `/healthz?${secret}` }, { path: '/healthz', accountIds: undefined, status: 200 }],
    [{ url: `/nothing?${secret}` }, { path: '/nothing', status: 404 }],
    [{ url: `/v1/%zz?${secret}` }, { actor: null, path: '/v1/%zz', status: 400 }],
    [
      { url: '/healthz', headers: { host: 'evil.example' } },
      { actor: null, status: 403 },
    ],
    [gql('{ __typename }'), { method: 'POST', path: '/graphql', accountIds: undefined, status: 200 }],
    [
      gql(`{ a: account(accountId: "${one}") { name } b: account(accountId: "${two}") { name } }`),
      { accountIds: [one, two], status: 200 },
    ],
    [
      gql(`query ($id: ID!) { account(accountId: $id) { name } }`, { id: secret }),
      { accountIds: undefined, status: 200 },
    ],
    [
      gql(
        `mutation { putAccount(input: { accountId: "${one}", name: "", externalId: "${secret}" }) { name } }`,
      ),
      { accountIds: [one], status: 200 },
    ],
    // For an ID that names no account the operation finds the account.
    [
      { method: 'POST', url: `/v1/changes/${change.id}/revert`, payload: {} },
      { accountIds: [one], status: 403 },
    ],
    [{ url: `/v1/changes/${change.id}` }, { accountIds: [one], status: 200 }],
    [{ url: `/v1/changes/${change.id}/proof` }, { accountIds: [one], status: 404 }],
    [{ url: '/v1/changes/change_2' }, { accountIds: undefined, status: 404 }],
    [
      gql(`mutation { revertChange(input: { id: "${change.id}" }) { change { id } } }`),
      { accountIds: [one], status: 200 },
    ],
    [gql(`{ change(id: "${change.id}") { id } }`), { accountIds: [one], status: 200 }],
    [
      gql(
        `query { a: account(accountId: "${one}") { name } ...x } fragment x on Query { b: account(accountId: "${two}") { name } }`,
      ),
      { accountIds: [one, two] },
    ],
  ];
  for (const [i, [request, expected]] of cases.entries()) {
    log.length = 0;
    const id = `case-${i}`;
    const { headers, ...rest } = request as { headers?: Record<string, string> };
    await app.inject({ ...rest, headers: { ...headers, 'x-request-id': id } });
    const lines = log.filter(({ msg }) => msg === 'request');
    t.equal(lines.length, 1, JSON.stringify(request));
    t.match(
      lines[0],
      { actor: 'anonymous', reqId: id, ms: Number, level: 'info', ...expected },
      JSON.stringify(request),
    );
    if (!String(lines[0]?.path).includes(secret))
      t.notMatch(JSON.stringify(log), secret, JSON.stringify(request));
  }
});
