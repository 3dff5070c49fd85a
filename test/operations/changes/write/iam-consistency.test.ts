import t from 'tap';
import { clusters, roleName, startService, trustOf } from '#test/support/service.ts';

// For a while IAM does not find the role that this service has just created. The next writes are retried, and
// errors say so.

let confirmed = 0;
const { rest, account, world } = await startService(t, {
  deps: ({ locks }) => ({
    locks: {
      ...locks,
      whileHolding: (accountId, roleName, run, waitMs) =>
        locks.whileHolding(
          accountId,
          roleName,
          ({ confirm }) => {
            const counted = () => {
              confirmed += 1;
              return confirm();
            };
            return run({ confirm: counted });
          },
          waitMs,
        ),
    },
  }),
});

const body = { clusters: clusters('a') };
const unknownRole = { code: 'NoSuchEntity', message: `The role with name ${roleName} cannot be found.` };
const attach = { action: 'iam:AttachRolePolicy' };

for (const code of ['NoSuchEntity', 'ConcurrentModification', 'EntityTemporarilyUnmodifiable'])
  t.test(`${code} after our own CreateRole`, async (t) => {
    const { accountId, roles, calls, ledger } = await account();
    world.addFaults({ fail: [{ accountId, ...attach, code, times: 2 }] });
    confirmed = 0;
    t.match(await rest('POST', roles, body), {
      status: 201,
      json: { change: { outcome: 'SUCCEEDED', steps: [{}, { outcome: 'SUCCEEDED' }] } },
    });
    t.equal(calls()['iam:AttachRolePolicy'], 3);
    t.equal(confirmed, 4, 'the lock is confirmed before each write');
    t.equal(ledger().length, 2, 'each write once');
  });

t.test('a role that IAM does not find for a long time', async (t) => {
  const { accountId, roles } = await account();
  world.addFaults({ fail: [{ accountId, ...attach, ...unknownRole }] });
  const { status, json } = await rest('POST', roles, body);
  t.match(
    { status, json },
    { status: 502, json: { code: 'AWS_FAILED', retryable: true, change: { outcome: 'PARTIAL' } } },
  );
  t.match(json.detail, /does not find it everywhere yet.*Send the same request again/);
  t.notMatch(json.detail, /Check the policy's ARN/);
  world.clearFaults();
  world.addFaults({ fail: [{ accountId, ...attach, ...unknownRole, times: 2 }] });
  t.match(
    await rest('POST', roles, body),
    { status: 201, json: { change: { outcome: 'SUCCEEDED' } } },
    'finishing it waits as well',
  );
});

t.test('a policy that does not exist is not waited for', async (t) => {
  const { accountId, roles, calls } = await account();
  const message = 'Policy arn:aws:iam::aws:policy/None does not exist or is not attachable.';
  world.addFaults({ fail: [{ accountId, ...attach, code: 'NoSuchEntity', message }] });
  const { json } = await rest('POST', roles, body);
  t.match(json, {
    code: 'AWS_FAILED',
    retryable: false,
    detail: /AWS says: Policy arn:aws:iam::aws:policy\/None does not exist/,
  });
  t.equal(calls()['iam:AttachRolePolicy'], 1);
});

t.test('the next change of a young role', async (t) => {
  const { accountId, roles, role, trust, line } = await account();
  t.match(await rest('POST', roles, body), { status: 201 });
  world.addFaults({ fail: [{ accountId, action: 'iam:UpdateAssumeRolePolicy', ...unknownRole, times: 2 }] });
  t.match(await rest('PUT', `${role}/clusters/us-west-2/b`), {
    status: 200,
    json: { change: { outcome: 'SUCCEEDED' } },
  });
  world.addFaults({ fail: [{ accountId, action: 'iam:GetRole', ...unknownRole, times: 2 }] });
  t.match(await rest('PUT', `${role}/clusters/us-west-2/c`), { status: 200 }, 'nor does it count as deleted');
  t.same(JSON.parse(trust()), trustOf([line('a'), line('b'), line('c')]));
});

t.test('a role that was deleted since is missing', async (t) => {
  const { accountId, roles, role } = await account();
  t.match(await rest('POST', roles, body), { status: 201 });
  world.deleteRole(accountId, roleName);
  t.match(await rest('POST', `${role}/extend`, { clusters: clusters('b') }), {
    status: 404,
    json: { code: 'ROLE_NOT_FOUND' },
  });
  t.match(await rest('POST', roles, body), { status: 201 }, 'it can be created again');
});

t.test('an old role is not waited for', async (t) => {
  const { accountId, role, seed, calls } = await account();
  seed(['a'], { attached: [] });
  world.addFaults({ fail: [{ accountId, ...attach, ...unknownRole }] });
  t.match(await rest('POST', `${role}/extend`, body), {
    status: 404,
    json: { code: 'ROLE_NOT_FOUND', change: { outcome: 'FAILED' } },
  });
  t.equal(calls()['iam:AttachRolePolicy'], 1);
});
