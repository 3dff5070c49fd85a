import t from 'tap';
import { begin } from '#test/clients/cli/run.ts';
import { roleName, startService, statementOf } from '#test/support/service.ts';

// test/domain/check/prescribe.test.ts tries every remedy of every case. Here a sample goes through a face: a
// check names a request, the request is sent through that face, and the check is repeated.

interface Finding {
  code: string;
  remedy: string;
}
const cluster = { region: 'us-west-2', name: 'my-cluster' };
const asked = 'us-west-2/my-cluster';
const principal = (AWS: string) => ({ Effect: 'Allow', Principal: { AWS }, Action: 'sts:AssumeRole' });

interface Sample {
  code: string;
  trust: (line: (name: string) => string, accountId: string) => unknown[];
  role?: { attached?: string[]; tags?: Record<string, string> };
}
const samples: Sample[] = [
  { code: 'CLUSTER_NOT_LISTED', trust: (line) => [statementOf([line('a')])] },
  {
    code: 'POLICY_NOT_ATTACHED',
    trust: (line) => [statementOf([line('my-cluster')])],
    role: { attached: [] },
  },
  { code: 'SOURCE_ARN_MISSING', trust: () => [{ ...statementOf([]), Condition: undefined }] },
  {
    code: 'SOURCE_ARN_FOREIGN',
    trust: (line) => [statementOf([line('my-cluster').replace(/\d{12}/, '999988887777')])],
  },
  {
    code: 'SOURCE_ARN_DEAD',
    trust: (line, id) => [
      statementOf([line('my-cluster'), `arn:aws:eks:us-west-2:${id}:cluster/my-cluster`]),
    ],
  },
  { code: 'SOURCE_ARN_WIDE', trust: (_, id) => [statementOf([`arn:aws:eks:us-west-2:${id}:*`])] },
  {
    code: 'DENIED',
    trust: (line) => [
      statementOf([line('my-cluster'), line('a')]),
      { ...statementOf([line('my-cluster')]), Effect: 'Deny' },
    ],
  },
  {
    code: 'PRINCIPAL_OTHER',
    trust: (line, id) => [statementOf([line('my-cluster'), line('a')]), principal(`arn:aws:iam::${id}:root`)],
  },
  {
    code: 'PRINCIPAL_ANYONE',
    trust: (line) => [statementOf([line('my-cluster')]), principal('*')],
    role: { tags: { ManagedBy: 'Terraform' } },
  },
  {
    code: 'PRINCIPAL_DELETED',
    trust: (line) => [statementOf([line('my-cluster')]), principal('AROAEXAMPLEDELETED001')],
  },
  { code: 'CLUSTER_WILDCARD', trust: (line) => [statementOf([line('my-cluster'), line('*')])] },
  {
    code: 'REGION_UNKNOWN',
    trust: (line) => [statementOf([line('my-cluster'), line('a').replace('us-west-2', 'us-wset-2')])],
  },
  {
    code: 'QUOTA_NEAR',
    trust: (line) =>
      Array.from({ length: 8 }, (_, i) => statementOf([line(i === 0 ? 'my-cluster' : `cluster-${i}`)])),
  },
];

/** The fields of a request, as its sentence names them. */
function fieldsOf(remedy: string) {
  const [, drop] = /drop:? (\S+?\/\S+?)(?:,| and| to)/.exec(remedy) ?? [];
  const [region = '', name = ''] = drop?.split('/') ?? [];
  return {
    onMismatch: /onMismatch:? (MERGE|REPLACE)/.exec(remedy)?.[1],
    compact: /\bcompact\b/.test(remedy) || undefined,
    drop: drop === undefined ? undefined : [{ region, name }],
    override: [...remedy.matchAll(/[A-Z]+_(?:LOST|ELSEWHERE|ROLE)\b/g)].map(([code]) => code),
  };
}

t.test("a request that a face's remedy names works on that face", async (t) => {
  const { app, rest, graphql, account } = await startService(t);
  await app.listen({ host: '127.0.0.1', port: 0 });
  const address = app.server.address();
  const ROLEWRIGHT_URL = `http://127.0.0.1:${typeof address === 'object' ? address?.port : ''}`;

  for (const { code, trust, role = {} } of samples) {
    const prepare = async () => {
      const one = await account();
      const trustText = JSON.stringify({ Version: '2012-10-17', Statement: trust(one.line, one.accountId) });
      one.seed([], { trustText, ...role });
      return one;
    };

    await t.test(`${code}: REST`, async (t) => {
      const { role } = await prepare();
      const find = async () =>
        ((await rest('POST', `${role}/check`, { clusters: [cluster] })).json.findings as Finding[]).find(
          (one) => one.code === code,
        );
      const { remedy = '' } = (await find()) ?? {};
      t.match(remedy, /[sS]end POST …\/extend/);
      const { override, ...body } = fieldsOf(remedy);
      const query = override.map((one) => `override=${one}`).join('&');
      const { status, json } = await rest('POST', `${role}/extend?${query}`, {
        clusters: [cluster],
        ...body,
      });
      t.equal(status, 200, json.detail);
      t.equal(await find(), undefined, remedy);
    });

    await t.test(`${code}: GraphQL`, async (t) => {
      const { accountId } = await prepare();
      const input = { accountId, roleName, clusters: [cluster] };
      const check =
        'query ($accountId: ID!, $roleName: String!, $clusters: [ClusterInput!]!) { checkExecutionRole(accountId: $accountId, roleName: $roleName, clusters: $clusters) { findings { code remedy } } }';
      const find = async () =>
        ((await graphql(check, input)).json.data.checkExecutionRole.findings as Finding[]).find(
          (one) => one.code === code,
        );
      const { remedy = '' } = (await find()) ?? {};
      t.match(remedy, /[sS]end extendExecutionRole/);
      t.notMatch(remedy, /POST|--/);
      const extend =
        'mutation ($input: ExtendExecutionRoleInput!) { extendExecutionRole(input: $input) { change { outcome } } }';
      const { json } = await graphql(extend, { input: { ...input, ...fieldsOf(remedy) } });
      t.match(
        json.data,
        { extendExecutionRole: { change: { outcome: 'SUCCEEDED' } } },
        json.errors?.[0]?.message,
      );
      t.equal(await find(), undefined, remedy);
    });
  }

  for (const { code, trust, role = {} } of samples.filter((one) =>
    ['SOURCE_ARN_FOREIGN', 'PRINCIPAL_ANYONE', 'CLUSTER_WILDCARD'].includes(one.code),
  ))
    await t.test(`${code}: the command line`, async (t) => {
      const { accountId, line, seed } = await account();
      seed([], {
        trustText: JSON.stringify({ Version: '2012-10-17', Statement: trust(line, accountId) }),
        ...role,
      });
      const run = (args: string[]) => begin(t, args, { ROLEWRIGHT_URL }).ended;
      const check = async () => (await run(['check', accountId, roleName, '--cluster', asked])).out;
      const found = new RegExp(`${code}: .*\\n *(.*)`);
      const [, remedy = ''] = found.exec(await check()) ?? [];
      t.match(remedy, /[rR]un rolewright extend/);
      t.notMatch(remedy, /POST|onMismatch/);
      const [, line_ = ''] = /run rolewright (.*?) to /i.exec(remedy) ?? [];
      const args = line_.replaceAll("'", '').replace('REGION/NAME', asked).split(' ');
      const { code: exit, err } = await run(args);
      t.notOk(exit === 2, err);
      t.notMatch(await check(), found, remedy);
    });
});

t.test('the results of a sweep are in the words of no face', async (t) => {
  const { rest, account, settled } = await startService(t, { sweepConcurrency: 1 });
  const { accountId, seed } = await account();
  seed(['a']);
  const { json } = await rest('POST', '/v1/sweeps', {
    operation: 'CHECK',
    select: { accountIds: [accountId] },
    roleName,
    clusters: [cluster],
  });
  await settled();
  let items: { report: { findings: Finding[] } }[] = [];
  while (items.length === 0) items = (await rest('GET', `/v1/sweeps/${json.id}/results`)).json.items;
  const [found] = items
    .flatMap(({ report }) => report.findings)
    .filter(({ code }) => code === 'CLUSTER_NOT_LISTED');
  t.match(found?.remedy, /^Extend the role with the same clusters to add arn:/);
});
