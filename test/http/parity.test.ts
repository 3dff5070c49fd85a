import t from 'tap';
import type { FaultCode } from '#src/fault.ts';
import { createGraphqlSchema } from '#src/http/graphql/schema.ts';
import { operations } from '#src/operations/index.ts';
import { runSql } from '#test/support/postgres.ts';
import { selection } from '#test/support/selection.ts';
import { type Answer, clusters, roleName, startService, statementOf, type TestAccount, type TestService } from '#test/support/service.ts';

// The same input through REST and through GraphQL, for every operation: the same answer, or the same problem.

type Name = keyof typeof operations;
type Input = Record<string, unknown>;

interface Case {
  what: string;
  /** What the account has before; each face gets an account of its own. */
  given?: (account: TestAccount, service: TestService) => unknown;
  input: (account: TestAccount, given: unknown) => Input;
  /** The problem; without it the operation has to succeed. */
  code?: FaultCode;
  pointers?: string[];
  /** GraphQL's own types refuse it before the operation: then code and status are the same, and its words are not ours. */
  typed?: boolean;
}

interface Parity {
  rest: (input: Input) => [method: string, url: string, body?: Input, headers?: Record<string, string>];
  /** How GraphQL takes the flat input, where it is not in one argument `input`. */
  args?: (input: Input) => Input;
  cases: Case[];
}

const only = (input: Input, ...names: string[]) => Object.fromEntries(Object.entries(input).filter(([name]) => names.includes(name)));
const except = (input: Input, ...names: string[]) => Object.fromEntries(Object.entries(input).filter(([name]) => !names.includes(name)));
const query = (input: Input) =>
  `?${new URLSearchParams(Object.entries(input).flatMap(([name, value]) => [value].flat().map((one) => [name, String(one)])))}`;
const headers = ({ ifMatch, idempotencyKey }: Input): Record<string, string> => ({
  ...(typeof ifMatch === 'string' && { 'if-match': ifMatch }),
  ...(typeof idempotencyKey === 'string' && { 'idempotency-key': idempotencyKey }),
});
const base = ({ accountId }: Input) => `/v1/accounts/${accountId}`;
const role = (input: Input) => `${base(input)}/execution-roles/${input.roleName}`;
const asArguments = (input: Input) => input;
/** Is it a previousCursor? GraphQL has other arguments for the way back. */
const isBack = (cursor: unknown) => typeof cursor === 'string' && Buffer.from(cursor, 'base64url').toString().startsWith('>');

const inHeader = ['ifMatch', 'idempotencyKey'];
const inQuery = ['dryRun', 'override', 'claimant'];
/** A key of the account's own: all callers of these tests are one. */
const keyed = (account: TestAccount, more: Input = {}) => ({
  ...more,
  accountId: account.accountId,
  idempotencyKey: `key ${account.accountId}`,
});
/** The key has been used already, for another account. */
const usedKey = (account: TestAccount, { rest }: TestService) =>
  rest('PUT', `/v1/accounts/8${account.accountId.slice(1)}`, { name: 'used' }, headers(keyed(account)));

/** The ID of an import that was a dry run, of an organization with two accounts that are not registered. */
const rehearsed = async (_: TestAccount, { organization, rest, settled }: TestService): Promise<string> => {
  organization([
    { accountId: '700000000001', name: 'one', tags: { team: 'a' } },
    { accountId: '700000000002', name: 'two', state: 'SUSPENDED' },
  ]);
  const { json } = await rest('POST', '/v1/accounts/import?dryRun=true');
  await settled();
  return json.id;
};

/** A write whose role stands in the path. */
const write =
  (method: string, url: (input: Input) => string, inPath: string[]): Parity['rest'] =>
  (input) => [method, url(input) + query(only(input, ...inQuery)), except(input, ...inPath, ...inQuery, ...inHeader), headers(input)];

const usual = (account: TestAccount, more: Input = {}) => ({ accountId: account.accountId, roleName, ...more });
const a = clusters('a');
const seeded = (account: TestAccount) => account.seed(['a', 'b']);
const owned = (account: TestAccount) => account.seed(['a', 'b'], { tags: { ManagedBy: 'Terraform' } });
/** A role that the service has extended by z; answers what it said. */
const extended = (account: TestAccount, { rest }: TestService, differences: Parameters<TestAccount['seed']>[1] = {}) => {
  account.seed(['a', 'b'], differences);
  return rest('POST', `${account.role}/extend?override=MANAGED_ELSEWHERE`, { clusters: clusters('z') });
};
/** Its role has two lines, and `claimant` claims the first; answers the ID of the claim. */
const claimedBy =
  (claimant: string) =>
  async (account: TestAccount, { rest }: TestService): Promise<string> => {
    seeded(account);
    await rest('PUT', `${account.role}/clusters/us-west-2/a?claimant=${claimant}`);
    return (await rest('GET', `/v1/claims?accountId=${account.accountId}`)).json.items[0].id;
  };
const changeIn = (given: unknown): string => (given as Answer).json.change.id;
const overriding = { override: ['MANAGED_ELSEWHERE', 'CLUSTER_CLAIMED'] };
const open = (account: TestAccount) =>
  account.seed([], { trustText: JSON.stringify({ Version: '2012-10-17', Statement: [{ ...statementOf([]), Condition: undefined }] }) });
const unknown = () => ({ accountId: '999999999998', roleName });
const inDays = (days: number) => new Date(Date.now() + days * 86_400_000).toISOString();
/** A service token of the account's own name. */
const newToken = ({ accountId }: TestAccount, more: Input = {}): Input => ({
  name: `t-${accountId}`,
  groups: ['rolewright-viewers'],
  expiresAt: inDays(30),
  ...more,
});
/** Makes it, and answers its ID. */
const tokenOf = async (account: TestAccount, { rest }: TestService): Promise<string> =>
  (await rest('POST', '/v1/service-tokens', newToken(account))).json.serviceToken.id;
const boundary = 'arn:aws:iam::aws:policy/PowerUserAccess';

const accountOnly =
  (input: Case['input']): Case['input'] =>
  (account, given) =>
    only(input(account, given), 'accountId');

const roleFaults = (more: Input): Case[] => [
  {
    what: 'an account ID that is none',
    input: () => ({ accountId: '12', roleName, ...more }),
    code: 'INVALID_INPUT',
    pointers: ['/accountId'],
  },
  {
    what: 'a role name that is none',
    input: (x) => usual(x, { ...more, roleName: 'a b' }),
    code: 'INVALID_INPUT',
    pointers: ['/roleName'],
  },
  { what: 'an unknown account', input: () => ({ ...unknown(), ...more }), code: 'ACCOUNT_UNKNOWN' },
  {
    what: 'an account that was closed',
    given: ({ accountId }, { databaseUrl }) =>
      runSql(databaseUrl, `UPDATE account SET status = 'CLOSED' WHERE account_id = '${accountId}'`),
    input: (x) => usual(x, more),
    code: 'ACCOUNT_UNREACHABLE',
  },
  {
    what: 'an account that may not be assumed',
    given: (x, { world }) => world.deleteRole(x.accountId, 'RolewrightMember'),
    input: (x) => usual(x, more),
    code: 'ACCOUNT_UNREACHABLE',
  },
];
const clusterFaults: Case[] = [
  { what: 'no clusters', input: (x) => usual(x, { clusters: [] }), code: 'INVALID_INPUT', pointers: ['/clusters'] },
  {
    what: '101 clusters',
    input: (x) => usual(x, { clusters: clusters(...Array.from({ length: 101 }, (_, i) => `c${i}`)) }),
    code: 'INVALID_INPUT',
    pointers: ['/clusters'],
  },
  {
    what: 'several wrong clusters',
    input: (x) => usual(x, { clusters: [{ region: 'us-west', name: 'a' }, ...a, { region: 'us-west-2', name: '-' }] }),
    code: 'INVALID_INPUT',
    pointers: ['/clusters/0/region', '/clusters/2/name'],
  },
  {
    what: 'a Region of another partition',
    given: seeded,
    input: (x) => usual(x, { clusters: [...a, { region: 'cn-north-1', name: 'a' }] }),
    code: 'INVALID_INPUT',
    pointers: ['/clusters/1/region'],
  },
  {
    what: 'a cluster with a field too many',
    input: (x) => usual(x, { clusters: [{ ...a[0], zone: 'a' }] }),
    code: 'INVALID_INPUT',
    typed: true,
  },
  { what: 'a cluster without a name', input: (x) => usual(x, { clusters: [{ region: 'us-west-2' }] }), code: 'INVALID_INPUT', typed: true },
  { what: 'no field clusters', input: (x) => usual(x), code: 'INVALID_INPUT', typed: true },
  { what: 'an unknown field', input: (x) => usual(x, { clusters: a, cluster: 'a' }), code: 'INVALID_INPUT', typed: true },
];
const writeFaults = (more: Input): Case[] => [
  ...roleFaults(more),
  {
    what: 'a reason too long',
    input: (x) => usual(x, { ...more, reason: 'x'.repeat(1001) }),
    code: 'INVALID_INPUT',
    pointers: ['/reason'],
  },
  { what: 'a key used before', given: usedKey, input: (x) => usual(x, keyed(x, more)), code: 'IDEMPOTENCY_MISMATCH' },
  {
    what: 'a key too long',
    input: (x) => usual(x, { ...more, idempotencyKey: 'x'.repeat(256) }),
    code: 'INVALID_INPUT',
    pointers: ['/idempotencyKey'],
  },
  { what: 'another etag', given: seeded, input: (x) => usual(x, { ...more, ifMatch: '"other"' }), code: 'ROLE_CHANGED' },
];
const wantedFaults: Case[] = [
  {
    what: 'every field wrong',
    input: (x) =>
      usual(x, {
        clusters: [],
        path: 'eks',
        description: 'an – en dash',
        tags: { 'aws:x': '1', ok: 'no;semicolon' },
        permissionsBoundary: 'arn',
        additionalPolicyArns: ['x'],
      }),
    code: 'INVALID_INPUT',
    pointers: ['/additionalPolicyArns/0', '/clusters', '/description', '/path', '/permissionsBoundary', '/tags/aws:x', '/tags/ok'],
  },
  {
    what: 'policies of another account, of another partition',
    input: (x) =>
      usual(x, {
        clusters: a,
        permissionsBoundary: 'arn:aws:iam::999999999998:policy/b',
        additionalPolicyArns: [boundary, 'arn:aws-cn:iam::aws:policy/x'],
      }),
    code: 'INVALID_INPUT',
    pointers: ['/additionalPolicyArns/1', '/permissionsBoundary'],
  },
  { what: "AWS's own path", input: (x) => usual(x, { clusters: a, path: '/aws-service-role/x/' }), code: 'UNMODIFIABLE_ROLE' },
  {
    what: 'over the quota of the trust policy',
    input: (x) => usual(x, { clusters: clusters(...Array.from({ length: 40 }, (_, i) => `cluster-number-${i}`)) }),
    code: 'QUOTA_EXCEEDED',
  },
  {
    what: 'over the quota of policies',
    input: (x) => usual(x, { clusters: a, additionalPolicyArns: Array.from({ length: 10 }, (_, i) => `arn:aws:iam::aws:policy/P${i}`) }),
    code: 'QUOTA_EXCEEDED',
  },
  {
    what: 'a policy that AWS does not know',
    input: (x) => usual(x, { clusters: a, additionalPolicyArns: ['arn:aws:iam::aws:policy/Nothing'] }),
    code: 'AWS_FAILED',
  },
];
const whole = {
  clusters: [...a, { region: '*', name: 'b' }],
  path: '/eks/',
  description: 'Fargate',
  tags: { team: 'payments', 'cost centre': '' },
  permissionsBoundary: boundary,
  additionalPolicyArns: ['arn:aws:iam::aws:policy/CloudWatchLogsFullAccess'],
  reason: 'a new cluster',
};

const ids = ({ accountId }: TestAccount) => ({ accountIds: [accountId] });
const checking = (account: TestAccount) => ({ operation: 'CHECK', select: ids(account) });
/** A sweep of the one account that has come to its end; answers its ID. */
async function swept(account: TestAccount, { rest, app }: TestService, input: Input = checking(account)): Promise<string> {
  if (input.operation === 'CHECK') seeded(account);
  const { id } = (await rest('POST', '/v1/sweeps', input)).json;
  await app.inject(`/v1/sweeps/${id}/events`);
  return id;
}
const nightly = (account: TestAccount, more: Input = {}) => ({
  name: `of-${account.accountId}`,
  cron: '0 3 * * *',
  sweep: { select: ids(account), roleName, clusters: clusters('a') },
  ...more,
});
const scheduled = (account: TestAccount, { rest }: TestService) => {
  const { name, ...body } = nightly(account);
  return rest('PUT', `/v1/schedules/${name}`, body);
};
const scheduleFaults: Case[] = [
  { what: 'an unknown one', input: () => ({ name: 'nothing' }), code: 'SCHEDULE_NOT_FOUND' },
  { what: 'a name that is none', input: () => ({ name: '-' }), code: 'INVALID_INPUT', pointers: ['/name'] },
];

/** An event that nobody takes; answers its ID. */
async function dead({ accountId }: TestAccount, { databaseUrl }: TestService): Promise<string> {
  const id = `event-${accountId}`;
  const data = { accountId, roleName, before: 'COMPLIANT', after: 'MISSING', findings: ['ROLE_MISSING'], sweepId: 'sweep_1' };
  const type = 'io.rolewright.verdict.changed';
  const envelope = { specversion: '1.0', id, source: 'urn:rolewright', type, subject: `${accountId}/${roleName}` };
  const body = JSON.stringify({ ...envelope, time: '2026-11-24T12:00:00.000Z', datacontenttype: 'application/json', data });
  await runSql(
    databaseUrl,
    `INSERT INTO verdict_event (id, account_id, role_key, body, attempts, last_error, dead_at)
     VALUES ('${id}', '${accountId}', 'role', '${body}', 30, 'it answered 500', now())`,
  );
  return id;
}

const sweepFaults: Case[] = [
  { what: 'an unknown one', input: () => ({ id: 'sweep_0' }), code: 'SWEEP_NOT_FOUND' },
  { what: 'an ID that is none', input: () => ({ id: 'a b' }), code: 'INVALID_INPUT', pointers: ['/id'] },
];

const parity: Record<Name, Parity> = {
  account: {
    rest: (input) => ['GET', base(input)],
    args: asArguments,
    cases: [
      { what: 'a registered account', input: (x) => only(usual(x), 'accountId') },
      { what: 'an unknown one', input: () => only(unknown(), 'accountId'), code: 'ACCOUNT_UNKNOWN' },
      { what: 'an ID that is none', input: () => ({ accountId: 'x' }), code: 'INVALID_INPUT', pointers: ['/accountId'] },
    ],
  },
  accounts: {
    rest: ({ labels, ...input }) => {
      const pairs = Object.entries((labels ?? {}) as Record<string, string>).map(
        ([key, value]) => `&label=${encodeURIComponent(`${key}=${value}`)}`,
      );
      return ['GET', `/v1/accounts${query(input)}${pairs.join('')}`];
    },
    args: ({ limit, cursor, ...input }) => ({ first: limit, after: cursor, ...input }),
    cases: [
      {
        what: 'all with a label',
        given: (x, { rest }) => rest('PUT', `/v1/accounts/${x.accountId}`, { name: 'labelled', labels: { team: x.accountId, a: 'b=c' } }),
        input: (x) => ({ labels: { team: x.accountId, a: 'b=c' } }),
      },
      { what: 'none with that label', input: () => ({ labels: { team: 'nobody' } }) },
      { what: 'the first page', input: () => ({ limit: 1 }) },
      {
        what: 'the page after',
        given: (_, { rest }) => rest('GET', '/v1/accounts?limit=1'),
        input: (_, given) => ({ limit: 1, cursor: (given as Answer).json.nextCursor }),
      },
      { what: 'limit 0', input: () => ({ limit: 0 }), code: 'INVALID_INPUT', pointers: ['/limit'] },
      { what: 'limit 101', input: () => ({ limit: 101 }), code: 'INVALID_INPUT', pointers: ['/limit'] },
      { what: 'limit 1.5', input: () => ({ limit: 1.5 }), code: 'INVALID_INPUT', typed: true },
      { what: 'a cursor made up', input: () => ({ cursor: 'made-up' }), code: 'INVALID_INPUT', pointers: ['/cursor'] },
      {
        what: 'a label that none can have',
        input: () => ({ labels: { __proto__x: '1', '-': '2' } }),
        code: 'INVALID_INPUT',
        // REST tells it of the texts that came, GraphQL of the keys.
        pointers: ['/label/0', '/label/1'],
        typed: true,
      },
    ],
  },
  putAccount: {
    rest: (input) => [
      'PUT',
      base(input) + query(only(input, 'dryRun')),
      except(input, 'accountId', 'dryRun', 'idempotencyKey'),
      headers(input),
    ],
    cases: [
      {
        what: 'all fields',
        input: ({ accountId }) => ({
          accountId,
          name: 'payments-prod',
          partition: 'aws-cn',
          memberRoleArn: `arn:aws-cn:iam::${accountId}:role/path/Member`,
          externalId: 'ext:2',
          labels: { team: 'payments' },
        }),
      },
      { what: 'a dry run', input: ({ accountId }) => ({ accountId, name: 'other', dryRun: true }) },
      { what: 'a key', input: (x) => keyed(x, { name: 'other' }) },
      { what: 'a key used before', given: usedKey, input: (x) => keyed(x, { name: 'other' }), code: 'IDEMPOTENCY_MISMATCH' },
      {
        what: 'a key that is none',
        input: ({ accountId }) => ({ accountId, name: 'a', idempotencyKey: '' }),
        code: 'INVALID_INPUT',
        pointers: ['/idempotencyKey'],
      },
      { what: 'a name with NUL', input: ({ accountId }) => ({ accountId, name: 'a\0' }), code: 'INVALID_INPUT', pointers: ['/name'] },
      {
        what: 'a label with half a character',
        input: ({ accountId }) => ({ accountId, name: 'a', labels: { a: '\ud800' } }),
        code: 'INVALID_INPUT',
        pointers: ['/labels/a'],
      },
      {
        what: 'the member role of another account',
        input: ({ accountId }) => ({ accountId, name: 'a', memberRoleArn: 'arn:aws:iam::999999999998:role/Member' }),
        code: 'INVALID_INPUT',
        pointers: ['/memberRoleArn'],
      },
      {
        what: 'every field wrong',
        input: () => ({ accountId: 'x', name: '', partition: 'moon', memberRoleArn: 'x', externalId: 'x', labels: { '': 'x' } }),
        code: 'INVALID_INPUT',
        pointers: ['/accountId', '/externalId', '/labels/', '/memberRoleArn', '/name', '/partition'],
      },
      { what: 'no name', input: ({ accountId }) => ({ accountId }), code: 'INVALID_INPUT', typed: true },
      {
        what: 'an unknown field',
        input: ({ accountId }) => ({ accountId, name: 'a', colour: 'red' }),
        code: 'INVALID_INPUT',
        typed: true,
      },
    ],
  },
  deleteAccount: {
    rest: (input) => ['DELETE', base(input) + query(only(input, 'dryRun')), undefined, headers(input)],
    args: asArguments,
    cases: [
      { what: 'a registered account', input: (x) => only(usual(x), 'accountId') },
      { what: 'a dry run', input: (x) => ({ accountId: x.accountId, dryRun: true }) },
      { what: 'a key', input: (x) => keyed(x) },
      { what: 'a key used before', given: usedKey, input: (x) => keyed(x), code: 'IDEMPOTENCY_MISMATCH' },
      { what: 'an unknown one', input: () => only(unknown(), 'accountId'), code: 'ACCOUNT_UNKNOWN' },
    ],
  },
  importAccounts: {
    rest: (input) => [
      'POST',
      `/v1/accounts/import${query(only(input, 'dryRun'))}`,
      except(input, 'dryRun', 'idempotencyKey'),
      headers(input),
    ],
    args: asArguments,
    cases: [
      { what: 'all accounts', input: () => ({}) },
      { what: 'a dry run', input: () => ({ dryRun: true }) },
      { what: 'a key', input: (x) => only(keyed(x), 'idempotencyKey') },
      { what: 'a key used before', given: usedKey, input: (x) => only(keyed(x), 'idempotencyKey'), code: 'IDEMPOTENCY_MISMATCH' },
      { what: 'a key that is none', input: () => ({ idempotencyKey: '' }), code: 'INVALID_INPUT', pointers: ['/idempotencyKey'] },
      { what: 'an unknown field', input: () => ({ select: 'all' }), code: 'INVALID_INPUT', typed: true },
    ],
  },
  accountImport: {
    rest: ({ id }) => ['GET', `/v1/account-imports/${id}`],
    args: asArguments,
    cases: [
      { what: 'one that is done', given: rehearsed, input: (_, given) => ({ id: given as string }) },
      { what: 'an unknown one', input: () => ({ id: 'import_0' }), code: 'IMPORT_NOT_FOUND' },
      { what: 'an ID that is none', input: () => ({ id: 'a b' }), code: 'INVALID_INPUT', pointers: ['/id'] },
    ],
  },
  accountImportChanges: {
    rest: ({ id, ...input }) => ['GET', `/v1/account-imports/${id}/changes${query(input)}`],
    args: ({ limit, cursor, ...input }) => ({ first: limit, after: cursor, ...input }),
    cases: [
      { what: 'all of them', given: rehearsed, input: (_, given) => ({ id: given as string }) },
      { what: 'the first page', given: rehearsed, input: (_, given) => ({ id: given as string, limit: 1 }) },
      {
        what: 'the page after',
        given: async (x, service) => {
          const id = await rehearsed(x, service);
          return { id, cursor: (await service.rest('GET', `/v1/account-imports/${id}/changes?limit=1`)).json.nextCursor };
        },
        input: (_, given) => ({ ...(given as Input), limit: 1 }),
      },
      { what: 'of an unknown import', input: () => ({ id: 'import_0' }), code: 'IMPORT_NOT_FOUND' },
      { what: 'limit 0', input: () => ({ id: 'import_0', limit: 0 }), code: 'INVALID_INPUT', pointers: ['/limit'] },
      { what: 'a cursor made up', input: () => ({ id: 'import_0', cursor: 'made-up' }), code: 'INVALID_INPUT', pointers: ['/cursor'] },
    ],
  },
  checkExecutionRole: {
    rest: (input) => ['POST', `${role(input)}/check`, except(input, 'accountId', 'roleName')],
    args: asArguments,
    cases: [
      { what: 'covered and not', given: seeded, input: (x) => usual(x, { clusters: clusters('a', 'z') }) },
      { what: 'no condition', given: open, input: (x) => usual(x, { clusters: a }) },
      { what: 'no role', input: (x) => usual(x, { clusters: a }) },
      { what: 'any cluster', given: seeded, input: (x) => usual(x, { clusters: [{ region: '*', name: '*' }] }) },
      ...roleFaults({ clusters: a }),
      ...clusterFaults,
    ],
  },
  executionRole: {
    rest: (input) => ['GET', role(input)],
    args: asArguments,
    cases: [
      {
        what: 'a role with all that it can have',
        given: (x) =>
          x.seed(['a'], { path: '/eks/', description: 'd', tags: { team: 'x' }, inline: { logging: '{}' }, permissionsBoundary: boundary }),
        input: (x) => usual(x),
      },
      { what: 'no role', input: (x) => usual(x), code: 'ROLE_NOT_FOUND' },
      ...roleFaults({}),
    ],
  },
  executionRoles: {
    rest: ({ accountId }) => ['GET', `/v1/accounts/${accountId}/execution-roles`],
    args: asArguments,
    cases: [
      {
        what: 'several',
        given: (x) => {
          x.seed(['a'], { path: '/eks/', tags: { team: 'x' }, inline: { logging: '{}' }, permissionsBoundary: boundary });
          x.seed([], { roleName: 'my-fargate-pod-execution', trustText: '{}', attached: [] });
          x.seed(['b'], { roleName: 'app' });
        },
        input: ({ accountId }) => ({ accountId }),
      },
      { what: 'none', input: ({ accountId }) => ({ accountId }) },
      ...roleFaults({}).flatMap((one) => (one.pointers?.includes('/roleName') ? [] : { ...one, input: accountOnly(one.input) })),
    ],
  },
  executionRoleCluster: {
    rest: (input) => ['GET', `${role(input)}/clusters/${input.region}/${input.name}`],
    args: asArguments,
    cases: [
      { what: 'a line', given: seeded, input: (x) => usual(x, a[0]) },
      { what: 'another letter case', given: seeded, input: (x) => usual(x, { ...a[0], roleName: roleName.toUpperCase() }) },
      { what: 'a line that is claimed', given: claimedBy('a'), input: (x) => usual(x, a[0]) },
      { what: 'no line', given: seeded, input: (x) => usual(x, { region: 'us-west-2', name: 'z' }), code: 'CLUSTER_NOT_LISTED' },
      { what: 'no role', input: (x) => usual(x, a[0]), code: 'ROLE_NOT_FOUND' },
      {
        what: 'a Region of another partition',
        given: seeded,
        input: (x) => usual(x, { region: 'cn-north-1', name: 'a' }),
        code: 'CLUSTER_NOT_LISTED',
      },
      ...roleFaults({ region: 'us-west-2', name: 'a' }),
    ],
  },
  createExecutionRole: {
    rest: write('POST', (input) => `${base(input)}/execution-roles`, ['accountId']),
    cases: [
      { what: 'all fields', input: (x) => usual(x, whole) },
      { what: 'clusters alone', input: (x) => ({ accountId: x.accountId, clusters: a }) },
      { what: 'a key', input: (x) => usual(x, keyed(x, { clusters: a })) },
      { what: 'tags of another owner', input: (x) => usual(x, { clusters: a, tags: { ManagedBy: 'Terraform' }, ...overriding }) },
      { what: 'a dry run', input: (x) => usual(x, { ...whole, dryRun: true }) },
      { what: 'a role that is there', given: seeded, input: (x) => usual(x, { clusters: a }), code: 'ROLE_EXISTS' },
      ...writeFaults({ clusters: a }),
      ...clusterFaults,
      ...wantedFaults,
    ],
  },
  ensureExecutionRole: {
    rest: write('PUT', role, ['accountId', 'roleName']),
    cases: [
      { what: 'no role', input: (x) => usual(x, whole) },
      { what: 'a bare role', given: (x) => x.seed(['b'], { attached: [], path: '/eks/' }), input: (x) => usual(x, whole) },
      { what: 'a role that has it all', given: seeded, input: (x) => usual(x, { clusters: a }) },
      { what: 'a dry run', given: seeded, input: (x) => usual(x, { clusters: clusters('z'), dryRun: true }) },
      { what: 'another path', given: seeded, input: (x) => usual(x, { clusters: a, path: '/eks/' }), code: 'ROLE_EXISTS' },
      { what: 'another owner', given: owned, input: (x) => usual(x, { clusters: clusters('z') }), code: 'MANAGED_ELSEWHERE' },
      { what: 'another owner, all the same', given: owned, input: (x) => usual(x, { clusters: clusters('z'), ...overriding }) },
      { what: 'no condition', given: open, input: (x) => usual(x, { clusters: a }), code: 'TRUST_MISMATCH' },
      ...writeFaults({ clusters: a }),
      ...clusterFaults,
      ...wantedFaults,
    ],
  },
  extendExecutionRole: {
    rest: write('POST', (input) => `${role(input)}/extend`, ['accountId', 'roleName']),
    cases: [
      { what: 'two more lines', given: seeded, input: (x) => usual(x, { clusters: clusters('a', 'y', 'z'), reason: 'more' }) },
      { what: 'covered already', given: seeded, input: (x) => usual(x, { clusters: a }) },
      { what: 'compact', given: seeded, input: (x) => usual(x, { clusters: [{ region: 'us-west-2', name: '*' }], compact: true }) },
      { what: 'a dry run', given: seeded, input: (x) => usual(x, { clusters: clusters('z'), dryRun: true }) },
      { what: 'a line in the place of another', given: seeded, input: (x) => usual(x, { clusters: clusters('z'), drop: a }) },
      { what: 'lines that go', given: (x) => x.seed(['a', 'b']), input: (x) => usual(x, { clusters: [], drop: a }) },
      { what: 'all lines gone', given: (x) => x.seed(['a']), input: (x) => usual(x, { clusters: [], drop: a }), code: 'LAST_CLUSTER' },
      { what: 'asked and dropped', input: (x) => usual(x, { clusters: a, drop: a }), code: 'INVALID_INPUT', pointers: ['/drop/0'] },
      { what: 'nothing at all', input: (x) => usual(x, { clusters: [] }), code: 'INVALID_INPUT', pointers: ['/clusters'] },
      {
        what: 'no name of a cluster to drop',
        input: (x) => usual(x, { clusters: a, drop: [{ region: 'us west', name: '' }] }),
        code: 'INVALID_INPUT',
        pointers: ['/drop/0/name', '/drop/0/region'],
      },
      { what: 'no role', input: (x) => usual(x, { clusters: a }), code: 'ROLE_NOT_FOUND' },
      { what: 'a claim of a line', given: seeded, input: (x) => usual(x, { clusters: clusters('z'), claimant: 'tf' }) },
      { what: 'a claim where nothing is to be written', given: seeded, input: (x) => usual(x, { clusters: a, claim: true }) },
      { what: 'a claim that is there', given: claimedBy('tf'), input: (x) => usual(x, { clusters: a, claimant: 'tf' }) },
      {
        what: 'a claimant too long',
        input: (x) => usual(x, { clusters: a, claimant: 'x'.repeat(129) }),
        code: 'INVALID_INPUT',
        pointers: ['/claimant'],
      },
      { what: 'no condition', given: open, input: (x) => usual(x, { clusters: a }), code: 'TRUST_MISMATCH' },
      { what: 'no condition, MERGE', given: open, input: (x) => usual(x, { clusters: a, onMismatch: 'MERGE' }) },
      { what: 'no condition, REPLACE', given: open, input: (x) => usual(x, { clusters: a, onMismatch: 'REPLACE' }) },
      { what: 'another owner', given: owned, input: (x) => usual(x, { clusters: clusters('z') }), code: 'MANAGED_ELSEWHERE' },
      {
        what: 'another owner, dry',
        given: owned,
        input: (x) => usual(x, { clusters: clusters('z'), dryRun: true }),
        code: 'MANAGED_ELSEWHERE',
      },
      { what: 'another owner, all the same', given: owned, input: (x) => usual(x, { clusters: clusters('z'), ...overriding }) },
      { what: 'an override that is none', input: (x) => usual(x, { clusters: a, override: ['ALL'] }), code: 'INVALID_INPUT', typed: true },
      {
        what: 'a service-linked role',
        given: (x) => x.seed(['a'], { path: '/aws-service-role/eks.amazonaws.com/' }),
        input: (x) => usual(x, { clusters: clusters('z') }),
        code: 'UNMODIFIABLE_ROLE',
      },
      {
        what: 'a policy that cannot be attached now',
        given: (x, { world }) => {
          x.seed(['a'], { attached: [] });
          world.addFaults({ fail: [{ accountId: x.accountId, action: 'iam:AttachRolePolicy', code: 'ConcurrentModification', times: 1 }] });
        },
        input: (x) => usual(x, { clusters: clusters('z') }),
        code: 'ROLE_BUSY',
      },
      { what: 'a mismatch that is none', input: (x) => usual(x, { clusters: a, onMismatch: 'ASK' }), code: 'INVALID_INPUT', typed: true },
      ...writeFaults({ clusters: a }),
      ...clusterFaults,
    ],
  },
  retractCluster: {
    rest: (input) => [
      'DELETE',
      `${role(input)}/clusters/${input.region}/${input.name}${query(except(input, 'accountId', 'roleName', 'region', 'name', ...inHeader))}`,
      undefined,
      headers(input),
    ],
    cases: [
      { what: 'one line of two', given: seeded, input: (x) => usual(x, { ...a[0], reason: 'gone' }) },
      { what: 'a dry run', given: seeded, input: (x) => usual(x, { ...a[0], dryRun: true }) },
      { what: 'the last line', given: (x) => x.seed(['a']), input: (x) => usual(x, a[0]), code: 'LAST_CLUSTER' },
      { what: 'a line of its claimant', given: claimedBy('tf'), input: (x) => usual(x, { ...a[0], claimant: 'tf' }) },
      {
        what: 'a line that another claims too',
        given: async (x, service) => {
          await claimedBy('tf')(x, service);
          await claimedBy('other')(x, service);
        },
        input: (x) => usual(x, { ...a[0], claimant: 'tf' }),
      },
      { what: 'a line that another claims', given: claimedBy('tf'), input: (x) => usual(x, a[0]), code: 'CLUSTER_CLAIMED' },
      {
        what: 'a line that another claims, all the same',
        given: claimedBy('tf'),
        input: (x) => usual(x, { ...a[0], override: ['CLUSTER_CLAIMED'] }),
      },
      { what: 'another owner', given: owned, input: (x) => usual(x, a[0]), code: 'MANAGED_ELSEWHERE' },
      { what: 'another owner, all the same', given: owned, input: (x) => usual(x, { ...a[0], ...overriding }) },
      { what: 'no such line', given: seeded, input: (x) => usual(x, { region: 'us-west-2', name: 'z' }), code: 'CLUSTER_NOT_LISTED' },
      { what: 'no role', input: (x) => usual(x, a[0]), code: 'ROLE_NOT_FOUND' },
      {
        what: 'a Region of another partition',
        given: seeded,
        input: (x) => usual(x, { region: 'cn-north-1', name: 'a' }),
        code: 'CLUSTER_NOT_LISTED',
      },
      ...writeFaults({ region: 'us-west-2', name: 'a' }),
    ],
  },
  revertChange: {
    rest: write('POST', ({ id }) => `/v1/changes/${id}/revert`, ['id']),
    cases: [
      { what: 'the last change', given: extended, input: (_, given) => ({ id: changeIn(given), reason: 'wrong cluster' }) },
      { what: 'a dry run', given: extended, input: (_, given) => ({ id: changeIn(given), dryRun: true }) },
      {
        what: 'one that others followed',
        given: async (x, service) => {
          const answer = await extended(x, service);
          await service.rest('PUT', `${x.role}/clusters/us-west-2/y`);
          return answer;
        },
        input: (_, given) => ({ id: changeIn(given) }),
        code: 'ROLE_CHANGED',
      },
      {
        what: 'what followed as well',
        given: async (x, service) => {
          const answer = await extended(x, service);
          await service.rest('PUT', `${x.role}/clusters/us-west-2/y`);
          return answer;
        },
        input: (_, given) => ({ id: changeIn(given), onLaterChanges: 'UNDO', override: ['CLUSTER_CLAIMED'] }),
      },
      {
        what: 'a creation',
        given: (x, { rest }) => rest('POST', x.roles, { clusters: a }),
        input: (_, given) => ({ id: changeIn(given) }),
        code: 'ROLE_EXISTS',
      },
      { what: 'another etag', given: extended, input: (_, given) => ({ id: changeIn(given), ifMatch: '"other"' }), code: 'ROLE_CHANGED' },
      {
        what: 'a role of another owner',
        given: (x, service) => extended(x, service, { tags: { ManagedBy: 'Terraform' } }),
        input: (_, given) => ({ id: changeIn(given) }),
        code: 'MANAGED_ELSEWHERE',
      },
      { what: 'an unknown change', input: () => ({ id: 'change_0' }), code: 'CHANGE_NOT_FOUND' },
      { what: 'an ID that is none', input: () => ({ id: 'a b' }), code: 'INVALID_INPUT', pointers: ['/id'] },
      { what: 'a choice that is none', input: () => ({ id: 'change_0', onLaterChanges: 'KEEP' }), code: 'INVALID_INPUT', typed: true },
    ],
  },
  claims: {
    rest: (input) => ['GET', `/v1/claims${query(input)}`],
    args: ({ limit, cursor, ...filter }) => ({ first: limit, after: cursor, ...filter }),
    cases: [
      { what: 'all filters', given: claimedBy('tf'), input: (x) => usual(x, { claimant: 'tf', limit: 10 }) },
      { what: 'of nobody', given: claimedBy('tf'), input: (x) => usual(x, { claimant: 'nobody' }) },
      { what: 'another letter case', given: claimedBy('tf'), input: (x) => usual(x, { roleName: roleName.toUpperCase() }) },
      {
        what: 'the second page',
        given: async (x, service) => {
          for (const claimant of ['one', 'two']) await claimedBy(claimant)(x, service);
          return service.rest('GET', `/v1/claims?accountId=${x.accountId}&limit=1`);
        },
        input: (x, given) => ({ accountId: x.accountId, limit: 1, cursor: (given as Answer).json.nextCursor }),
      },
      {
        what: 'every filter wrong',
        input: () => ({ accountId: 'x', roleName: ' ', claimant: '', limit: 0, cursor: '?' }),
        code: 'INVALID_INPUT',
        pointers: ['/accountId', '/claimant', '/cursor', '/limit', '/roleName'],
      },
      { what: 'a cursor made up', input: () => ({ cursor: 'c2VxOjA' }), code: 'INVALID_INPUT', pointers: ['/cursor'] },
    ],
  },
  endClaim: {
    rest: ({ id, ...input }) => ['DELETE', `/v1/claims/${id}${query(except(input, ...inHeader))}`, undefined, headers(input)],
    args: asArguments,
    cases: [
      { what: 'one', given: claimedBy('tf'), input: (_, id) => ({ id: id as string }) },
      { what: 'a dry run', given: claimedBy('tf'), input: (_, id) => ({ id: id as string, dryRun: true }) },
      { what: 'a key', given: claimedBy('tf'), input: (x, id) => ({ id: id as string, idempotencyKey: keyed(x).idempotencyKey }) },
      {
        what: 'a key that was used for something else',
        given: async (x, service) => {
          await usedKey(x, service);
          return claimedBy('tf')(x, service);
        },
        input: (x, id) => ({ id: id as string, idempotencyKey: keyed(x).idempotencyKey }),
        code: 'IDEMPOTENCY_MISMATCH',
      },
      { what: 'an unknown one', input: () => ({ id: 'claim_0' }), code: 'CLAIM_NOT_FOUND' },
      { what: 'an ID that is none', input: () => ({ id: 'a b' }), code: 'INVALID_INPUT', pointers: ['/id'] },
    ],
  },
  changes: {
    rest: (input) => ['GET', `/v1/changes${query(input)}`],
    args: ({ limit, cursor, ...filter }) =>
      isBack(cursor) ? { last: limit, before: cursor, filter } : { first: limit, after: cursor, filter },
    cases: [
      {
        what: 'of one account, all filters',
        given: (x, { rest }) => rest('POST', x.roles, { clusters: a }),
        input: (x) =>
          usual(x, {
            kind: 'CREATE',
            outcome: 'SUCCEEDED',
            cluster: 'us-west-2/a',
            actor: 'anonymous',
            since: '0001-01-01',
            until: '9999-12-31T23:59:59Z',
            limit: 10,
          }),
      },
      {
        what: 'the first of two',
        given: async (x, { rest }) => {
          await rest('POST', x.roles, { clusters: a });
          await rest('POST', x.roles, { clusters: a });
        },
        input: (x) => ({ accountId: x.accountId, limit: 1 }),
      },
      {
        what: 'the second of two',
        given: async (x, { rest }) => {
          for (const _ of 'ab') await rest('POST', x.roles, { clusters: a });
          return rest('GET', `/v1/changes?accountId=${x.accountId}&limit=1`);
        },
        input: (x, given) => ({ accountId: x.accountId, limit: 1, cursor: (given as Answer).json.nextCursor }),
      },
      {
        what: 'back to the first of two',
        given: async (x, { rest }) => {
          for (const _ of 'ab') await rest('POST', x.roles, { clusters: a });
          const page = `/v1/changes?accountId=${x.accountId}&limit=1`;
          return rest('GET', `${page}&cursor=${(await rest('GET', page)).json.nextCursor}`);
        },
        input: (x, given) => ({ accountId: x.accountId, limit: 1, cursor: (given as Answer).json.previousCursor }),
      },
      {
        what: 'every filter wrong',
        input: () => ({
          accountId: 'x',
          roleName: ' ',
          cluster: 'a',
          actor: '',
          actorIssuer: '',
          since: 'x',
          until: '2026-02-30T00:00:00Z',
          limit: 0,
          cursor: '?',
        }),
        code: 'INVALID_INPUT',
        pointers: ['/accountId', '/actor', '/actorIssuer', '/cluster', '/cursor', '/limit', '/roleName', '/since', '/until'],
      },
      {
        what: 'times that no clock shows',
        input: () => ({ since: '2026-11-23T23:59:60Z', until: '0000-01-01T00:00:00Z' }),
        code: 'INVALID_INPUT',
        pointers: ['/since', '/until'],
      },
      {
        what: 'of a caller of one issuer',
        given: (x, { rest }) => rest('POST', x.roles, { clusters: a }),
        input: (x) => ({ accountId: x.accountId, actor: 'anonymous', actorIssuer: 'https://id.example' }),
      },
      {
        what: 'an issuer without a caller',
        input: () => ({ actorIssuer: 'https://id.example' }),
        code: 'INVALID_INPUT',
        pointers: ['/actorIssuer'],
      },
      { what: 'an actor with NUL', input: () => ({ actor: '\0' }), code: 'INVALID_INPUT', pointers: ['/actor'] },
      { what: 'a cursor made up', input: () => ({ cursor: 'c2VxOjA' }), code: 'INVALID_INPUT', pointers: ['/cursor'] },
      { what: 'a cursor of NULs', input: () => ({ cursor: 'AAAA' }), code: 'INVALID_INPUT', pointers: ['/cursor'] },
      { what: 'a kind that is none', input: () => ({ kind: 'create' }), code: 'INVALID_INPUT', typed: true },
    ],
  },
  change: {
    rest: ({ id }) => ['GET', `/v1/changes/${id}`],
    args: asArguments,
    cases: [
      {
        what: 'one that is there',
        given: (x, { rest }) => rest('POST', x.roles, { clusters: a }),
        input: (_, given) => ({ id: (given as Answer).json.change.id }),
      },
      { what: 'an unknown one', input: () => ({ id: 'change_0' }), code: 'CHANGE_NOT_FOUND' },
      { what: 'an ID that is none', input: () => ({ id: 'a b' }), code: 'INVALID_INPUT', pointers: ['/id'] },
    ],
  },
  changeProof: {
    rest: ({ id }) => ['GET', `/v1/changes/${id}/proof`],
    args: asArguments,
    cases: [
      {
        what: 'one that is signed',
        given: async (x, { rest, checkpoint }) => {
          const made = await rest('POST', x.roles, { clusters: a });
          await checkpoint();
          return made;
        },
        input: (_, given) => ({ id: (given as Answer).json.change.id }),
      },
      {
        what: 'one that is not signed yet',
        given: (x, { rest }) => rest('POST', x.roles, { clusters: a }),
        input: (_, given) => ({ id: (given as Answer).json.change.id }),
        code: 'UNAVAILABLE',
      },
      { what: 'an unknown one', input: () => ({ id: 'change_0' }), code: 'CHANGE_NOT_FOUND' },
      { what: 'an ID that is none', input: () => ({ id: 'a b' }), code: 'INVALID_INPUT', pointers: ['/id'] },
    ],
  },
  auditVerification: {
    rest: (input) => ['GET', `/v1/audit/verification${query(input)}`],
    args: asArguments,
    cases: [
      { what: 'all of it', given: (_, { checkpoint }) => checkpoint(), input: () => ({}) },
      {
        what: 'from a checkpoint on',
        given: async (_, { rest }) => (await rest('GET', '/v1/audit/verification')).json.checkpoint.seq,
        input: (_, given) => ({ from: given as number }),
      },
      { what: 'from where there is none', input: () => ({ from: 2_000_000_000 }), code: 'INVALID_INPUT', pointers: ['/from'] },
      { what: 'from before the log', input: () => ({ from: 0 }), code: 'INVALID_INPUT', pointers: ['/from'] },
    ],
  },
  createServiceToken: {
    rest: (input) => ['POST', `/v1/service-tokens${query(only(input, 'dryRun'))}`, except(input, 'dryRun')],
    cases: [
      { what: 'one', input: (x) => newToken(x) },
      { what: 'a limited one', input: (x) => newToken(x, { operations: ['accounts', 'exportLog'], accountIds: [x.accountId] }) },
      { what: 'a dry run', input: (x) => newToken(x, { dryRun: true }) },
      { what: 'a name that is taken', given: tokenOf, input: (x) => newToken(x), code: 'INVALID_INPUT', pointers: ['/name'] },
      { what: 'a name that is none', input: (x) => newToken(x, { name: 'A b' }), code: 'INVALID_INPUT', pointers: ['/name'] },
      { what: 'no groups', input: (x) => newToken(x, { groups: [] }), code: 'INVALID_INPUT', pointers: ['/groups'] },
      {
        what: 'operations that are none',
        input: (x) => newToken(x, { operations: ['accounts', 'nope', 'toString'] }),
        code: 'INVALID_INPUT',
        pointers: ['/operations/1', '/operations/2'],
      },
      {
        what: 'accounts that are none',
        input: (x) => newToken(x, { accountIds: ['12'] }),
        code: 'INVALID_INPUT',
        pointers: ['/accountIds/0'],
      },
      ...[-1, 0, 367].map((days) => ({
        what: `an end in ${days} days`,
        input: (x: TestAccount) => newToken(x, { expiresAt: inDays(days) }),
        code: 'INVALID_INPUT' as const,
        pointers: ['/expiresAt'],
      })),
      {
        what: 'a key, under which it would be kept',
        input: (x) => newToken(x, { idempotencyKey: 'k' }),
        code: 'INVALID_INPUT',
        typed: true,
      },
    ],
  },
  serviceTokens: {
    rest: (input) => ['GET', `/v1/service-tokens${query(input)}`],
    args: ({ limit, cursor, ...input }) => ({ ...input, first: limit, after: cursor }),
    cases: [
      { what: 'all of them', input: () => ({}) },
      { what: 'a page', input: () => ({ limit: 1 }) },
      {
        what: 'the page after',
        given: async (_, { rest }) => (await rest('GET', '/v1/service-tokens?limit=1')).json.nextCursor,
        input: (_, given) => ({ limit: 1, cursor: given as string }),
      },
      { what: 'a cursor that is none', input: () => ({ cursor: 'YQBi' }), code: 'INVALID_INPUT', pointers: ['/cursor'] },
    ],
  },
  revokeServiceToken: {
    rest: ({ id, ...input }) => ['DELETE', `/v1/service-tokens/${id}${query(except(input, ...inHeader))}`, undefined, headers(input)],
    args: asArguments,
    cases: [
      { what: 'one', given: tokenOf, input: (_, id) => ({ id: id as string }) },
      { what: 'a dry run', given: tokenOf, input: (_, id) => ({ id: id as string, dryRun: true }) },
      {
        what: 'a key that was used for something else',
        given: usedKey,
        input: (x) => ({ id: '0123456789abcdef', idempotencyKey: keyed(x).idempotencyKey }),
        code: 'IDEMPOTENCY_MISMATCH',
      },
      {
        what: 'one that is revoked',
        given: async (x, service) => {
          const id = await tokenOf(x, service);
          await service.rest('DELETE', `/v1/service-tokens/${id}`);
          return id;
        },
        input: (_, id) => ({ id: id as string }),
      },
      { what: 'an unknown one', input: () => ({ id: '0123456789abcdef' }), code: 'SERVICE_TOKEN_NOT_FOUND' },
      { what: 'an ID that is none', input: () => ({ id: 'x' }), code: 'INVALID_INPUT', pointers: ['/id'] },
    ],
  },
  startSweep: {
    rest: (input) => ['POST', '/v1/sweeps', except(input, ...inHeader), headers(input)],
    cases: [
      { what: 'a check by IDs', input: (x) => checking(x) },
      { what: 'by labels, of a role', input: () => ({ operation: 'CHECK', select: { labels: { team: 'none' } }, roleName, clusters: a }) },
      {
        what: 'an extension, dry',
        input: (x) => ({ operation: 'EXTEND', select: ids(x), clusters: a, dryRun: true, reason: 'why' }),
      },
      {
        what: 'the same key again',
        given: (x, { rest }) => rest('POST', '/v1/sweeps', checking(x), headers(keyed(x))),
        input: (x) => ({ ...checking(x), ...only(keyed(x), 'idempotencyKey') }),
      },
      {
        what: 'a key that was used for another request',
        given: usedKey,
        input: (x) => ({ ...checking(x), ...only(keyed(x), 'idempotencyKey') }),
        code: 'IDEMPOTENCY_MISMATCH',
      },
      { what: 'no way to select', input: () => ({ operation: 'CHECK', select: {} }), code: 'INVALID_INPUT', pointers: ['/select'] },
      {
        what: 'two ways to select',
        input: (x) => ({ operation: 'CHECK', select: { all: true, ...ids(x) } }),
        code: 'INVALID_INPUT',
        pointers: ['/select'],
      },
      {
        what: 'all: false',
        input: () => ({ operation: 'CHECK', select: { all: false } }),
        code: 'INVALID_INPUT',
        pointers: ['/select/all'],
      },
      {
        what: 'no label',
        input: () => ({ operation: 'CHECK', select: { labels: {} } }),
        code: 'INVALID_INPUT',
        pointers: ['/select/labels'],
      },
      {
        what: 'an extension by nothing',
        input: () => ({ operation: 'EXTEND', select: { all: true } }),
        code: 'INVALID_INPUT',
        pointers: ['/clusters'],
      },
      {
        what: 'account IDs that are none',
        input: () => ({ operation: 'CHECK', select: { accountIds: ['1', '2'] } }),
        code: 'INVALID_INPUT',
        pointers: ['/select/accountIds/0', '/select/accountIds/1'],
      },
      { what: 'an operation that is none', input: (x) => ({ ...checking(x), operation: 'RETRACT' }), code: 'INVALID_INPUT', typed: true },
    ],
  },
  sweep: {
    rest: ({ id }) => ['GET', `/v1/sweeps/${id}`],
    args: asArguments,
    cases: [{ what: 'one that has ended', given: swept, input: (_, id) => ({ id: id as string }) }, ...sweepFaults],
  },
  sweeps: {
    rest: (input) => ['GET', `/v1/sweeps${query(input)}`],
    args: ({ limit, cursor }) => ({ first: limit, after: cursor }),
    cases: [
      { what: 'the newest', given: swept, input: () => ({ limit: 1 }) },
      {
        what: 'the next page',
        given: async (x, of) => {
          await swept(x, of);
          return of.rest('GET', '/v1/sweeps?limit=1');
        },
        input: (_, given) => ({ limit: 1, cursor: (given as Answer).json.nextCursor }),
      },
      { what: 'no limit', input: () => ({ limit: 0 }), code: 'INVALID_INPUT', pointers: ['/limit'] },
      { what: 'a cursor made up', input: () => ({ cursor: 'c2VxOjA' }), code: 'INVALID_INPUT', pointers: ['/cursor'] },
    ],
  },
  sweepResults: {
    rest: ({ id, ...input }) => ['GET', `/v1/sweeps/${id}/results${query(input)}`],
    args: ({ limit, cursor, ...input }) => ({ ...input, first: limit, after: cursor }),
    cases: [
      { what: 'of a check', given: swept, input: (_, id) => ({ id: id as string }) },
      {
        what: 'of an account that cannot be reached',
        given: async (x, of) => {
          of.world.deleteRole(x.accountId, 'RolewrightMember');
          return swept(x, of);
        },
        input: (_, id) => ({ id: id as string }),
      },
      {
        what: 'of an extension',
        given: (x, of) => {
          seeded(x);
          return swept(x, of, { operation: 'EXTEND', select: ids(x), clusters: clusters('z'), reason: 'why' });
        },
        input: (_, id) => ({ id: id as string }),
      },
      {
        what: 'a cursor made up',
        given: swept,
        input: (_, id) => ({ id: id as string, cursor: 'c2Vx' }),
        code: 'INVALID_INPUT',
        pointers: ['/cursor'],
      },
      ...sweepFaults,
    ],
  },
  cancelSweep: {
    rest: ({ id, ...input }) => ['POST', `/v1/sweeps/${id}/cancel`, undefined, headers(input)],
    args: asArguments,
    cases: [{ what: 'one that has ended', given: swept, input: (_, id) => ({ id: id as string }) }, ...sweepFaults],
  },
  posture: {
    rest: ({ labels, ...input }) => {
      const pairs = Object.entries((labels ?? {}) as Record<string, string>).map(([key, value]) => `&label=${key}=${value}`);
      return ['GET', `/v1/posture${query(input)}${pairs.join('')}`];
    },
    args: asArguments,
    cases: [
      { what: 'one account', given: swept, input: ({ accountId }) => ({ accountId, verdict: 'COMPLIANT' }) },
      { what: 'nobody has the label', given: swept, input: () => ({ labels: { team: 'nobody' } }) },
      {
        what: 'the next page',
        given: async (x, of) => {
          await swept(x, of);
          await swept(await of.account(), of);
          return of.rest('GET', '/v1/posture?limit=1');
        },
        input: (_, given) => ({ limit: 1, cursor: (given as Answer).json.nextCursor }),
      },
      { what: 'no limit', input: () => ({ limit: 0 }), code: 'INVALID_INPUT', pointers: ['/limit'] },
      { what: 'a cursor made up', input: () => ({ cursor: 'c2VxOjA' }), code: 'INVALID_INPUT', pointers: ['/cursor'] },
      { what: 'an account that is none', input: () => ({ accountId: '12' }), code: 'INVALID_INPUT', pointers: ['/accountId'] },
      { what: 'a verdict that is none', input: () => ({ verdict: 'GOOD' }), code: 'INVALID_INPUT', typed: true },
    ],
  },
  schedules: {
    rest: (input) => ['GET', `/v1/schedules${query(input)}`],
    args: ({ limit, cursor }) => ({ first: limit, after: cursor }),
    cases: [
      { what: 'the first', given: async (_, of) => scheduled(await of.account(), of), input: () => ({ limit: 1 }) },
      {
        what: 'the next page',
        given: async (_, of) => {
          for (const account of [await of.account(), await of.account()]) await scheduled(account, of);
          return of.rest('GET', '/v1/schedules?limit=1');
        },
        input: (_, given) => ({ limit: 1, cursor: (given as Answer).json.nextCursor }),
      },
      { what: 'no limit', input: () => ({ limit: 0 }), code: 'INVALID_INPUT', pointers: ['/limit'] },
      { what: 'a cursor made up', input: () => ({ cursor: 'IA' }), code: 'INVALID_INPUT', pointers: ['/cursor'] },
    ],
  },
  schedule: {
    rest: ({ name }) => ['GET', `/v1/schedules/${name}`],
    args: asArguments,
    cases: [{ what: 'one', given: scheduled, input: ({ accountId }) => ({ name: `of-${accountId}` }) }, ...scheduleFaults],
  },
  putSchedule: {
    rest: ({ name, dryRun, ...input }) => [
      'PUT',
      `/v1/schedules/${name}${dryRun === undefined ? '' : `?dryRun=${dryRun}`}`,
      except(input, 'idempotencyKey'),
      headers(input),
    ],
    cases: [
      { what: 'a new one', input: (x) => nightly(x, { timezone: 'Europe/Berlin' }) },
      { what: 'another in its place', given: scheduled, input: (x) => nightly(x, { cron: '*/15 * * * mon-fri' }) },
      { what: 'a dry run', input: (x) => nightly(x, { dryRun: true }) },
      { what: 'a key', input: (x) => nightly(x, { idempotencyKey: `schedule ${x.accountId}` }) },
      { what: 'six fields', input: (x) => nightly(x, { cron: '* * * * * *' }), code: 'INVALID_INPUT', pointers: ['/cron'] },
      { what: 'minute 75', input: (x) => nightly(x, { cron: '75 3 * * *' }), code: 'INVALID_INPUT', pointers: ['/cron'] },
      { what: 'the 30th of February', input: (x) => nightly(x, { cron: '0 0 30 2 *' }), code: 'INVALID_INPUT', pointers: ['/cron'] },
      {
        what: 'a zone that is none',
        input: (x) => nightly(x, { timezone: 'Mars/Crater' }),
        code: 'INVALID_INPUT',
        pointers: ['/timezone'],
      },
      {
        what: 'a selection that is none',
        input: (x) => nightly(x, { sweep: { select: {} } }),
        code: 'INVALID_INPUT',
        pointers: ['/sweep/select'],
      },
      { what: 'no sweep', input: (x) => except(nightly(x), 'sweep'), code: 'INVALID_INPUT', typed: true },
      { what: 'an extension', input: (x) => nightly(x, { sweep: { operation: 'EXTEND' } }), code: 'INVALID_INPUT', typed: true },
    ],
  },
  deleteSchedule: {
    rest: ({ name, dryRun, ...input }) => [
      'DELETE',
      `/v1/schedules/${name}${dryRun === undefined ? '' : `?dryRun=${dryRun}`}`,
      undefined,
      headers(input),
    ],
    args: asArguments,
    cases: [
      { what: 'a dry run', given: scheduled, input: ({ accountId }) => ({ name: `of-${accountId}`, dryRun: true }) },
      { what: 'one', given: scheduled, input: ({ accountId }) => ({ name: `of-${accountId}` }) },
      ...scheduleFaults,
    ],
  },
  deadLetters: {
    rest: (input) => ['GET', `/v1/webhooks/dead-letters${query(input)}`],
    args: ({ limit, cursor }) => ({ first: limit, after: cursor }),
    cases: [
      { what: 'the first', given: async (_, of) => dead(await of.account(), of), input: () => ({ limit: 1 }) },
      { what: 'no limit', input: () => ({ limit: 0 }), code: 'INVALID_INPUT', pointers: ['/limit'] },
      { what: 'a cursor made up', input: () => ({ cursor: 'c2VxOjA' }), code: 'INVALID_INPUT', pointers: ['/cursor'] },
    ],
  },
  redeliverDeadLetter: {
    rest: ({ id, ...input }) => ['POST', `/v1/webhooks/dead-letters/${id}/redeliver`, undefined, headers(input)],
    args: asArguments,
    cases: [
      { what: 'one', given: dead, input: (_, id) => ({ id: id as string }) },
      { what: 'an unknown one', input: () => ({ id: 'nothing' }), code: 'DEAD_LETTER_NOT_FOUND' },
      { what: 'an ID that is none', input: () => ({ id: 'a b' }), code: 'INVALID_INPUT', pointers: ['/id'] },
    ],
  },
};

const schema = createGraphqlSchema();

async function askGraphql({ graphql }: TestService, name: Name, { args = (input) => ({ input }) }: Parity, input: Input): Promise<unknown> {
  const isQuery = operations[name].kind === 'QUERY';
  const field = (isQuery ? schema.getQueryType() : schema.getMutationType())?.getFields()[name];
  if (!field) throw new Error(`GraphQL has no ${name}`);
  const given = Object.fromEntries(Object.entries(args(input)).filter(([, value]) => value !== undefined));
  const types = Object.keys(given).map((arg) => `$${arg}: ${field.args.find((one) => one.name === arg)?.type ?? 'String'}`);
  const head = types.length > 0 ? `(${types.join(', ')})` : '';
  const passed =
    Object.keys(given).length > 0
      ? `(${Object.keys(given)
          .map((arg) => `${arg}: $${arg}`)
          .join(', ')})`
      : '';
  const { json } = await graphql(`${isQuery ? 'query' : 'mutation'} ${head} { ${name}${passed} ${selection(field.type)} }`, given);
  if (json.errors) return json.errors[0].extensions;
  const answer = json.data[name];
  if (Array.isArray(answer)) return { items: answer, nextCursor: null };
  if (!answer?.edges) return answer;
  return {
    items: answer.edges.map(({ node }: { node: unknown }) => node),
    nextCursor: answer.pageInfo.hasNextPage ? answer.pageInfo.endCursor : null,
    ...(name === 'changes' && { previousCursor: answer.pageInfo.hasPreviousPage ? answer.pageInfo.startCursor : null }),
  };
}

async function askRest({ rest }: TestService, { rest: request }: Parity, input: Input): Promise<unknown> {
  const { status, json } = await rest(...request(input));
  return status === 204 ? true : json;
}

const volatile = new Set(
  'since settles endedAt instance requestId awsRequestId via seq at checkedAt createdAt startedAt updatedAt hash previousHash etag roleId nextCursor previousCursor changeId signature expiresAt revokedAt token changedAt oldestCheckAt ageSeconds deadAt nextAt'.split(
    ' ',
  ),
);
/** Without what differs from call to call: times, IDs, hashes, and the account that the face was given. */
function comparable(answer: unknown, { accountId }: TestAccount): unknown {
  const text = JSON.stringify(answer, (key, value) => (volatile.has(key) && value !== null ? '…' : value));
  return JSON.parse(
    text
      .replaceAll(accountId, 'ACCOUNT')
      .replaceAll(/account \d+"/g, 'account N"')
      .replaceAll(/(plan|change|sweep|import)_[0-9a-f-]{36}/g, '$1_…')
      .replaceAll(/[0-9a-f]{32}/g, 'HASH')
      .replaceAll(/"id":"[0-9a-f]{16}"/g, '"id":"…"')
      // A longer log has a longer proof.
      .replaceAll(/\[("HASHHASH",?)+\]/g, '["HASHHASH"]'),
  );
}

/** Each face names the request of a remedy in its own words: here those of REST. */
const inWordsOfRest = (answer: unknown): unknown =>
  JSON.parse(
    JSON.stringify(answer)
      .replaceAll('Send createExecutionRole', 'Send POST …/execution-roles')
      .replaceAll('end extendExecutionRole', 'end POST …/extend')
      .replaceAll('Send ensureExecutionRole', 'Send PUT …/{roleName}')
      .replaceAll(/(end|with) retractCluster/g, '$1 DELETE …/clusters/REGION/NAME')
      .replaceAll(/\b(onMismatch|drop): /g, '$1 ')
      .replaceAll('compact: true', 'compact')
      .replaceAll(/\boverride: \[?([A-Z_]+)\]?/g, 'override=$1'),
  );

/** GraphQL's faults point to its own arguments: `first` for `limit`, and those in `filter`. */
const inFieldsOfTheOperation = (answer: Input): Input =>
  answer?.code === 'INVALID_INPUT'
    ? JSON.parse(
        JSON.stringify(answer)
          .replace(/\/(first|last)(?=[" ])/g, '/limit')
          .replace(/\/(after|before)(?=[" ])/g, '/cursor')
          .replaceAll('/filter/', '/'),
      )
    : answer;

const service = await startService(t, { sweepConcurrency: 4 });

t.same(Object.keys(parity).sort(), Object.keys(operations).sort(), 'every operation has its cases');

for (const [name, faces] of Object.entries(parity) as [Name, Parity][])
  t.test(name, async (t) => {
    for (const { what, given, input, code, pointers, typed } of faces.cases) {
      const accounts = [await service.account(), await service.account()] as const;
      const [forRest, forGraphql] = accounts;
      const prepared = async (account: TestAccount) => input(account, await given?.(account, service));
      const [restInput, graphqlInput] = [await prepared(forRest), await prepared(forGraphql)];
      // A read of what is common to all has to be asked the same.
      const rest = comparable(await askRest(service, faces, restInput), forRest) as Input;
      // One import at a time.
      await service.settled();
      const answer = inWordsOfRest(comparable(await askGraphql(service, name, faces, graphqlInput), forGraphql));
      const graphql = inFieldsOfTheOperation(answer as Input);
      t.equal(rest?.code, code, `${what}: ${code ?? 'it is done'}`, { rest });
      await service.settled();
      if (pointers) t.same((rest.errors as { pointer: string }[]).map(({ pointer }) => pointer).sort(), pointers, `${what}: ${pointers}`);
      if (typed) t.match(graphql, { code, status: rest.status }, `${what}: GraphQL refuses it too`);
      else t.same(graphql, rest, `${what}: GraphQL says the same`);
      if (name === 'createExecutionRole' || name === 'extendExecutionRole')
        t.equal(
          forGraphql.trust().replaceAll(forGraphql.accountId, ''),
          forRest.trust().replaceAll(forRest.accountId, ''),
          `${what}: and does the same`,
        );
    }
  });
