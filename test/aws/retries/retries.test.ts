import t from 'tap';
import { accountOf, callerOf, type Reply, refusal } from '#test/support/scripted-aws.ts';
import { attach, startScriptedRoles } from '#test/support/scripted-roles.ts';

// The waits between attempts are a random part of 1 s, 2 s, …. Here they are zero.
Math.random = () => 0;

/** The number of attempts of reads and writes that always get this answer. */
const cases: [reply: Reply, reads: number, writes: number][] = [
  [refusal(400, 'Throttling', 'Rate exceeded'), 3, 3],
  [refusal(400, 'ThrottlingException'), 3, 3],
  [refusal(503, 'RequestLimitExceeded'), 3, 3],
  [refusal(429, 'Whatever'), 3, 3],
  [refusal(500, 'ServiceFailure'), 3, 1],
  [refusal(503, 'ServiceUnavailable'), 3, 1],
  ['RESET', 3, 1],
  ['HANG', 3, 1],
  [refusal(409, 'LimitExceeded', 'Cannot exceed quota for PoliciesPerRole: 10'), 1, 1],
  [refusal(409, 'ConcurrentModification'), 1, 1],
  [refusal(409, 'EntityTemporarilyUnmodifiable'), 1, 1],
  [refusal(403, 'AccessDenied'), 1, 1],
];

t.test('attempts for a call that always gets the same answer', (t) =>
  // Concurrent, because a throttled account is called more slowly.
  Promise.all(
    cases.map(async ([reply, reads, writes]) => {
      const name = typeof reply === 'string' ? reply : (/<Code>(.*)<\/Code>/.exec(reply.xml)?.[1] ?? '');
      const { aws, roles, write } = await startScriptedRoles(
        t,
        ({ action }) => (['GetRole', 'AttachRolePolicy'].includes(action) ? reply : undefined),
        { requestTimeoutMs: reply === 'HANG' ? 500 : 30_000 },
      );
      await t.rejects(roles.read(accountOf(), 'r', callerOf()), { name: 'Fault' });
      t.equal(aws.count('GetRole'), reads, `${name}: reads`);
      await t.rejects(write(accountOf(), attach), { name: 'Fault' });
      t.equal(aws.count('AttachRolePolicy'), writes, `${name}: writes`);
    }),
  ).then(() => {}),
);

t.test('a throttled call succeeds when AWS accepts it', async (t) => {
  let left = 2;
  const { aws, write } = await startScriptedRoles(t, ({ action }) => {
    if (action !== 'AttachRolePolicy' || left === 0) return undefined;
    left -= 1;
    return refusal(400, 'Throttling');
  });
  t.same(await write(accountOf(), attach), { awsRequestId: 'req-AttachRolePolicy' });
  t.equal(aws.count('AttachRolePolicy'), 3);
});
