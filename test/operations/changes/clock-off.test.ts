import t from 'tap';
import { ClockOff, Fault } from '#src/fault.ts';
import { clusters, startService } from '#test/support/service.ts';

t.test('a replica whose clock is off reads and plans, and changes nothing', async (t) => {
  let isOff = false;
  const requireAccurate = async () => {
    if (isOff)
      throw new Fault('AUDIT_UNAVAILABLE', 'The clock is wrong.', {}, { cause: new ClockOff(-120_000) });
  };
  const service = await startService(t, { deps: () => ({ clock: { requireAccurate } }) });
  const account = await service.account();
  account.seed(['b']);
  isOff = true;
  const registration = `/v1/accounts/${account.accountId}`;
  const cases: [method: string, path: string, body: object | undefined, status: number][] = [
    ['POST', `${account.role}/extend`, { clusters: clusters('a') }, 503],
    ['PUT', `${account.role}/clusters/us-west-2/a`, undefined, 503],
    ['PUT', registration, { name: 'other' }, 503],
    ['POST', '/v1/sweeps', { operation: 'CHECK', select: { all: true } }, 503],
    ['POST', `${account.role}/extend?dryRun=true`, { clusters: clusters('a') }, 200],
    ['POST', `${account.role}/check`, { clusters: clusters('a') }, 200],
    ['GET', registration, undefined, 200],
  ];
  for (const [method, path, body, status] of cases) {
    const answer = await service.rest(method, path, body);
    t.equal(answer.status, status, `${method} ${path}`);
    if (status === 503)
      t.match(answer.json, { code: 'AUDIT_UNAVAILABLE', retryable: true }, `${method} ${path}`);
  }
  t.same(account.ledger(), []);
  t.same(await service.changes(account.accountId), []);
  t.match((await service.rest('GET', registration)).json, { name: /^account/ });

  isOff = false;
  t.equal((await service.rest('POST', `${account.role}/extend`, { clusters: clusters('a') })).status, 200);
});
