import type { AddressInfo } from 'node:net';
import type { FastifyInstance, FastifyReply } from 'fastify';
import t from 'tap';
import { createStreams } from '#src/http/rest/streams.ts';
import type { LoggedEntry } from '#src/schema/audit.ts';
import { authenticateAnyone, doorman, headersOf } from '#test/support/callers.ts';
import { startService } from '#test/support/service.ts';

const administrator = {
  actor: { subject: 'alice', issuer: 'https://issuer.example' },
  groups: ['rolewright-administrators'],
  scope: null,
};
const entry: LoggedEntry = { seq: 1, body: '{"id":"change_1"}', previousHash: '0', hash: '0' };
const authorization = 'Bearer alice';

t.test('a stream is cut when its credential ends, and not for a temporary failure', async (t) => {
  const door = doorman(administrator);
  const gate = Promise.withResolvers<void>();
  const service = await startService(t, {
    sweepConcurrency: 2,
    reauthenticateEveryMs: 2,
    authenticate: () => door.authenticate,
    deps: ({ ledger }) => ({
      ledger: {
        ...ledger,
        async *entries() {
          yield [entry];
          await gate.promise;
        },
      },
    }),
  });
  t.teardown(() => gate.resolve());
  const accounts = await Promise.all([service.account(), service.account()]);
  for (const account of accounts) account.seed(['a']);
  service.world.onCall(async ({ accountId }) => {
    if (accountId === accounts[1]?.accountId) await gate.promise;
    return undefined;
  });
  await service.app.listen({ host: '127.0.0.1', port: 0 });
  const { port } = service.app.server.address() as AddressInfo;
  const select = { accountIds: accounts.map(({ accountId }) => accountId) };
  const { id } = (await service.rest('POST', '/v1/sweeps', { operation: 'CHECK', select }, { authorization }))
    .json;
  for (const path of [
    `sweeps/${id}/events`,
    `sweeps/${id}/results?format=ndjson`,
    'audit/export',
    'audit/export?format=csv',
  ])
    await t.test(path, async (t) => {
      const response = await fetch(`http://127.0.0.1:${port}/v1/${path}`, { headers: { authorization } });
      t.equal(response.status, 200);
      const reading = response.text();
      await door.askedAgain(2);
      door.become('AWAY');
      await door.askedAgain(3);
      door.become('UNKNOWN');
      await t.rejects(reading, { message: 'terminated' }, 'it does not look complete');
      t.equal(
        (await fetch(`http://127.0.0.1:${port}/v1/${path}`, { headers: { authorization } })).status,
        401,
      );
      door.become('KNOWN');
    });
  // The last stream continues to its end.
  const whole = await fetch(`http://127.0.0.1:${port}/v1/sweeps/${id}/results?format=ndjson`, {
    headers: { authorization },
  });
  const reading = whole.text();
  await door.askedAgain(2);
  gate.resolve();
  t.equal((await reading).trim().split('\n').filter(Boolean).length, 2);
});

t.test('a denied caller is refused before anything is sent', async (t) => {
  const service = await startService(t, { authenticate: () => authenticateAnyone });
  await service.app.listen({ host: '127.0.0.1', port: 0 });
  const { port } = service.app.server.address() as AddressInfo;
  const select = { accountIds: ['111122223333'] };
  const { id } = (
    await service.rest(
      'POST',
      '/v1/sweeps',
      { operation: 'CHECK', select },
      headersOf(['rolewright-operators']),
    )
  ).json;
  const rows: [path: string, groups: string[]][] = [
    [`sweeps/${id}/events`, ['rolewright-auditors']],
    [`sweeps/${id}/results?format=ndjson`, ['rolewright-auditors']],
    ['audit/export', ['rolewright-operators']],
  ];
  for (const [path, groups] of rows)
    for (const headers of [headersOf(groups), headersOf([])]) {
      const response = await fetch(`http://127.0.0.1:${port}/v1/${path}`, { headers });
      t.match(
        { status: response.status, ...((await response.json()) as object) },
        { status: 403, code: 'FORBIDDEN' },
        path,
      );
    }
});

t.test(
  'a caller that hung up before the answer began is not re-authenticated, and nothing is read',
  async (t) => {
    const streams = createStreams({ addHook: () => {} } as unknown as FastifyInstance, () => {
      t.fail('asked');
      return () => {};
    });
    const reply = { request: {}, raw: { destroyed: true, once: () => {} } } as unknown as FastifyReply;
    streams.guard(reply);
    t.ok(streams.endOf(reply).aborted);
  },
);
