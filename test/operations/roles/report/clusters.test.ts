import t from 'tap';
import { roleName, startService, statementOf, trustOf } from '#test/support/service.ts';

// Regions are checked against AWS's list only when something is added, through every face.

const { rest, graphql, account } = await startService(t);
const wrong = [{ region: 'us-wset-2', name: 'a' }];
const says = /us-wset-2 is none.*Did you mean us-west-2\?.*EXTRA_REGIONS/;

t.test('adding an unlisted Region is refused, with the nearest name', async (t) => {
  const { accountId, roles, role, seed, trust } = await account();
  seed(['b']);
  const before = trust();
  const rows: [string, string, unknown, string][] = [
    ['POST', roles, { roleName: 'new', clusters: wrong }, '/clusters/0/region'],
    ['PUT', `${roles}/new`, { clusters: wrong }, '/clusters/0/region'],
    ['PUT', role, { clusters: wrong }, '/clusters/0/region'],
    [
      'POST',
      `${role}/extend`,
      { clusters: [{ region: 'us-west-2', name: 'c' }, ...wrong] },
      '/clusters/1/region',
    ],
    ['POST', `${role}/extend?dryRun=true`, { clusters: wrong, onMismatch: 'REPLACE' }, '/clusters/0/region'],
    ['PUT', `${role}/clusters/us-wset-2/a`, undefined, ''],
    [
      'POST',
      '/v1/sweeps',
      { operation: 'EXTEND', select: { accountIds: [accountId] }, clusters: wrong },
      '/clusters/0/region',
    ],
  ];
  for (const [method, url, body, pointer] of rows) {
    const { status, json } = await rest(method, url, body);
    t.equal(status, 400, `${method} ${url}`);
    t.match(json, { code: 'INVALID_INPUT', errors: [{ message: says, ...(pointer && { pointer }) }] });
  }
  const mutation = `mutation ($input: ExtendExecutionRoleInput!) { extendExecutionRole(input: $input) { plan { id } } }`;
  const { json } = await graphql(mutation, { input: { accountId, roleName, clusters: wrong } });
  t.match(json.errors, [{ extensions: { code: 'INVALID_INPUT', errors: [{ message: says }] } }], 'GraphQL');
  t.equal(trust(), before, 'nothing was written');
});

t.test('reads and removals accept any well-formed Region', async (t) => {
  const { role, roles, line, seed, trust } = await account();
  const old = line('a', 'us-wset-2');
  const elsewhere = line('a', 'cn-north-1');
  seed([], { trustText: JSON.stringify(trustOf([line('b'), old, elsewhere])) });
  const checked = await rest('POST', `${role}/check`, { clusters: wrong });
  t.match(checked, {
    status: 200,
    json: { verdict: 'COMPLIANT', clusters: [{ covered: true, coveredBy: [old] }] },
  });
  t.match((await rest('GET', `${role}/check?cluster=us-wset-2/a`)).json, { verdict: 'COMPLIANT' });
  t.ok(checked.json.findings.some(({ code }: { code: string }) => code === 'REGION_UNKNOWN'));
  t.equal((await rest('GET', `${role}/clusters/us-wset-2/a`)).status, 200);
  t.equal((await rest('GET', `/v1/changes?cluster=us-wset-2/a`)).status, 200, 'a filter');
  t.equal((await rest('GET', roles)).json.items[0].verdict, 'COMPLIANT');
  t.equal((await rest('GET', `${role}/clusters/cn-north-1/a`)).status, 404, 'a Region of another partition');

  const gone = await rest('DELETE', `${role}/clusters/us-wset-2/a`);
  t.match(gone, { status: 200, json: { change: { kind: 'RETRACT', outcome: 'SUCCEEDED' } } });
  t.equal(
    (await rest('DELETE', `${role}/clusters/cn-north-1/a`)).status,
    200,
    'a line of another partition goes, too',
  );
  t.equal(trust(), JSON.stringify(trustOf([line('b')])));
  const back = await rest('POST', `/v1/changes/${gone.json.change.id}/revert`, { onLaterChanges: 'UNDO' });
  t.match(back, { status: 200, json: { change: { kind: 'REVERT', outcome: 'SUCCEEDED' } } });
  t.match(JSON.parse(trust()), { Statement: [statementOf([line('b'), old, elsewhere])] });
});

t.test('EXTRA_REGIONS', async (t) => {
  const other = await startService(t, { deps: () => ({ extraRegions: ['us-wset-2'] }) });
  const { role, seed, line, trust } = await other.account();
  seed(['b']);
  const { status, json } = await other.rest('POST', `${role}/extend`, { clusters: wrong });
  t.equal(status, 200);
  t.match(json.report, { verdict: 'COMPLIANT', findings: [] });
  t.ok(trust().includes(line('a', 'us-wset-2')));
});
