import t from 'tap';
import { unobserved } from '#src/observe.ts';
import { createRefusalCounts } from '#src/operations/call/refusal-counts.ts';
import { clusters, type Parts, startService } from '#test/support/service.ts';

t.test("undecided refusals are not in the audit log, but in the service's log and counts", async (t) => {
  const refusals = createRefusalCounts(unobserved);
  const given: { parts?: Parts } = {};
  const service = await startService(t, {
    database: { lockWaitMs: 50 },
    deps: (parts) => {
      given.parts = parts;
      return { refusals };
    },
  });
  const { locks } = given.parts as Parts;
  const account = await service.account();
  account.seed(['b']);
  const extend = (cluster: string, headers: Record<string, string> = {}) =>
    service.rest('POST', `${account.role}/extend`, { clusters: clusters(cluster) }, headers);
  const linesOf = (code: string) => service.log.filter((line) => line.code === code);

  await locks.whileHolding(account.accountId, 'AmazonEKSFargatePodExecutionRole', async () => {
    t.match(await extend('a', { 'x-request-id': 'busy' }), {
      status: 409,
      json: { code: 'ROLE_BUSY', changeId: undefined },
    });
    const mutation = `mutation { extendExecutionRole(input: { accountId: "${account.accountId}", roleName: "AmazonEKSFargatePodExecutionRole",
      clusters: [{ region: "us-west-2", name: "a" }] }) { change { id } } }`;
    t.match((await service.graphql(mutation)).json.errors, [{ extensions: { code: 'ROLE_BUSY' } }]);
  });
  await locks.tryHolding(JSON.stringify(['idempotency key', null, 'anonymous', 'key']), async () => {
    t.match(await extend('a', { 'idempotency-key': 'key' }), {
      status: 409,
      json: { code: 'IDEMPOTENCY_IN_FLIGHT' },
    });
  });
  t.same(await service.changes(account.accountId), []);
  t.match(linesOf('ROLE_BUSY'), [
    { requestId: 'busy', operation: 'extendExecutionRole', accountId: account.accountId },
    {},
  ]);
  t.equal(linesOf('IDEMPOTENCY_IN_FLIGHT').length, 1);
  t.same(refusals.take(), { ROLE_BUSY: 2, IDEMPOTENCY_IN_FLIGHT: 1 });
  t.same(refusals.take(), {}, 'since the last time');

  account.seed(['b'], { tags: { 'aws:cloudformation:stack-name': 'theirs' } });
  t.match(await extend('a'), { status: 409, json: { code: 'MANAGED_ELSEWHERE', changeId: /^change_/ } });
  t.equal((await service.changes(account.accountId)).length, 1, 'decided refusals are in the audit log');
  t.same(refusals.take(), {});
});
