import t from 'tap';
import { Problem } from '#clients/typescript/src/problem.ts';
import { startProxy } from '#test/support/proxy.ts';
import { clusters, roleName, statementOf } from '#test/support/service.ts';
import { stage } from './stage.ts';

const staged = await stage(t);

t.test('check, plan, write, history', async (t) => {
  const { client, service } = staged;
  const account = await service.account();
  account.seed(['a']);
  const role = { accountId: account.accountId, roleName };
  const wanted = clusters('b');
  t.match(await client.checkExecutionRole({ ...role, clusters: wanted }), { verdict: 'NEEDS_EXTENSION' });
  const planned = await client.extendExecutionRole({ ...role, clusters: wanted, dryRun: true });
  t.match(planned, { change: null, plan: { steps: [{ action: 'iam:UpdateAssumeRolePolicy' }] } });
  const written = await client.extendExecutionRole({ ...role, clusters: wanted, reason: 'CHG-7' });
  t.match(written, { change: { outcome: 'SUCCEEDED' }, report: { verdict: 'COMPLIANT' } });
  const { items } = await client.listChanges(role);
  t.match(items, [{ id: written.change?.id, reason: 'CHG-7' }]);
  const reports = await client.getExecutionRoleCheck({ ...role, cluster: ['us-west-2/a', 'us-west-2/b'] });
  t.equal(reports.clusters.length, 2, 'a parameter may repeat');
  t.equal(await client.deleteAccount({ accountId: account.accountId }), undefined, '204 has no answer');
});

t.test('a write whose answer is lost has one effect', async (t) => {
  const { service, port, clientWith, waits } = staged;
  const account = await service.account();
  account.seed(['a']);
  const proxy = await startProxy(t, port, /^HTTP\/1\.1 200 /);
  const before = waits.length;
  const written = await clientWith({ url: proxy.url }).extendExecutionRole({
    accountId: account.accountId,
    roleName,
    clusters: clusters('b'),
  });
  const keys = [...proxy.sent().matchAll(/idempotency-key: (\S+)/gi)].map(([, key]) => key);
  t.equal(keys.length, 2, 'it was sent again');
  t.equal(new Set(keys).size, 1, 'under the same key');
  t.equal(waits.length, before + 1);
  t.match(written.change, { outcome: 'SUCCEEDED', idempotencyKey: keys[0] });
  t.equal(account.ledger().length, 1);
});

t.test('what the service refuses is a problem with all that it says', async (t) => {
  const { client, service } = staged;
  const ofTerraform = await service.account();
  ofTerraform.seed(['a'], { tags: { ManagedBy: 'terraform' } });
  const open = await service.account();
  open.seed(['a'], {
    trustText: JSON.stringify({
      Version: '2012-10-17',
      Statement: { ...statementOf([open.line('a')]), Condition: undefined },
    }),
  });
  const cases = [
    [{ accountId: 'x' }, { code: 'INVALID_INPUT', status: 400, errors: [{ pointer: '/accountId' }] }],
    [{ accountId: '999999999998' }, { code: 'ACCOUNT_UNKNOWN', status: 404, retryable: false }],
    [
      ofTerraform,
      { code: 'MANAGED_ELSEWHERE', patch: { tool: 'Terraform', language: 'hcl' }, plan: { steps: [{}] } },
    ],
    [open, { code: 'TRUST_MISMATCH', plan: { steps: [{ action: 'iam:UpdateAssumeRolePolicy' }] } }],
  ] as const;
  for (const [{ accountId }, wanted] of cases) {
    const call = client.extendExecutionRole({ accountId, roleName, clusters: clusters('b') });
    const error = await call.then(t.fail, (one: unknown) => one);
    t.ok(error instanceof Problem && error instanceof Error, wanted.code);
    t.match(error, { ...wanted, name: 'Problem', requestId: /^[\da-f-]{36}$/, retryAfter: null });
    t.match((error as Problem).message, new RegExp(`^${wanted.code}: .* \\(request `));
  }
});
