import t from 'tap';
import { Fault } from '#src/fault.ts';
import {
  clusters,
  managementAccountId,
  serviceAccountId,
  startService,
  type TestAccount,
  trustOf,
} from '#test/support/service.ts';

// The roles by which the service reaches AWS cannot be changed.

const { rest, account, changes } = await startService(t);
const body = { clusters: clusters('a') };

t.test('the member role cannot be changed, in any letter case', async (t) => {
  const { roles, ledger, accountId } = await account();
  for (const name of ['RolewrightMember', 'rolewrightmember']) {
    const mine = `${roles}/${name}`;
    for (const [method, url, payload] of [
      ['POST', `${mine}/extend`, { ...body, onMismatch: 'REPLACE' }],
      ['PUT', mine, { ...body, additionalPolicyArns: ['arn:aws:iam::aws:policy/AdministratorAccess'] }],
      ['POST', `${roles}?dryRun=true`, { ...body, roleName: name }],
      ['DELETE', `${mine}/clusters/us-west-2/a`, undefined],
    ] as const)
      t.match(
        await rest(method, url, payload),
        { status: 409, json: { code: 'UNMODIFIABLE_ROLE' } },
        `${method} ${url}`,
      );
  }
  t.same(ledger(), []);
  t.equal((await changes(accountId)).length, 6, 'each attempt except dry runs is in the log');
});

t.test("nor can the service's own role, or the one that reads the organization", async (t) => {
  const own = { accountId: '123412341234', roleName: 'RolewrightHub' };
  let [asked, isAway] = [0, true];
  const ownRole = async () => {
    asked += 1;
    if (isAway) throw new Fault('AWS_FAILED', 'AWS did not say.', {}, { retryable: true });
    return own;
  };
  const service = await startService(t, { deps: ({ roles }) => ({ roles: { ...roles, ownRole } }) });
  const [hub, management] = [
    await service.account({ accountId: own.accountId }),
    await service.account({ accountId: managementAccountId }),
  ];
  const trustText = JSON.stringify(trustOf(['*']));
  const named = [
    [hub, 'RolewrightHub'],
    [hub, 'rolewrighthub'],
    [management, 'RolewrightOrganizations'],
    [management, 'rolewrightORGANIZATIONS'],
  ] as const;
  for (const [{ accountId }, roleName] of named) service.world.putRole({ accountId, roleName, trustText });
  const write = ({ roles }: TestAccount, roleName: string, query = '') =>
    service.rest('POST', `${roles}/${roleName}/extend${query}`, { ...body, onMismatch: 'REPLACE' });

  for (const { roles } of [hub, management])
    t.match(await service.rest('POST', `${roles}/RolewrightHub/check`, body), { status: 200 });
  t.equal(asked, 0, 'no check asks');
  t.match(await write(hub, 'RolewrightHub'), {
    status: 502,
    json: { code: 'AWS_FAILED', retryable: true },
  });
  t.match(await write(hub, 'Another', '?dryRun=true'), {
    status: 502,
    json: { code: 'AWS_FAILED', retryable: true },
  });
  isAway = false;
  for (const [account, roleName] of named)
    for (const query of ['', '?dryRun=true'])
      t.match(
        await write(account, roleName, query),
        { status: 409, json: { code: 'UNMODIFIABLE_ROLE' } },
        `${roleName}${query}`,
      );
  t.same([...hub.ledger(), ...management.ledger()], []);
  t.equal((await service.changes(hub.accountId)).length, 3, 'each attempt except dry runs is in the log');
  // With the same name in another account it is an ordinary role.
  const other = await service.account();
  service.world.putRole({ accountId: other.accountId, roleName: 'RolewrightHub', trustText });
  t.match(await write(other, 'RolewrightHub'), { status: 200 });

  const real = await startService(t);
  const x = await real.account();
  await real.rest('POST', `${x.role}/check`, body);
  const calls = () => real.world.calls(serviceAccountId)[serviceAccountId]?.['sts:GetCallerIdentity'] ?? 0;
  t.equal(calls(), 0);
  for (const name of ['one', 'two'])
    t.match(await real.rest('PUT', `${x.roles}/${name}`, body), { status: 201 });
  t.equal(calls(), 1);
});
