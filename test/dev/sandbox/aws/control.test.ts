import { CreateRoleCommand, GetRoleCommand } from '@aws-sdk/client-iam';
import t from 'tap';
import { failure, home, keyOf, start, trust } from './fixtures/sandbox.ts';

t.test('the control endpoint seeds, injects faults, counts and reports', async (t) => {
  const { control, iam } = await start(t);
  const accountId = '333344445555';
  const legacy = '{"Statement":"nothing that IAM would take"}';
  t.same(
    await control('POST', '/accounts', {
      accountId,
      partition: 'aws-us-gov',
      accessKeys: [keyOf(accountId)],
    }),
    {
      status: 200,
      body: { ok: true },
    },
  );
  t.match(
    await control('POST', '/roles', { accountId, roleName: 'Legacy', trustText: legacy, tags: { a: 'b' } }),
    {
      status: 200,
      body: { roleName: 'Legacy' },
    },
  );
  await control('POST', '/roles', { accountId, roleName: 'LEGACY', description: 'changed behind our back' });
  const { Role } = await iam(keyOf(accountId)).send(new GetRoleCommand({ RoleName: 'legacy' }));
  t.match(Role, {
    Arn: `arn:aws-us-gov:iam::${accountId}:role/Legacy`,
    Description: 'changed behind our back',
    Tags: [{ Key: 'a' }],
  });
  t.equal(decodeURIComponent(Role?.AssumeRolePolicyDocument ?? ''), legacy);

  await control('POST', '/faults', { fail: [{ action: 'iam:CreateRole', code: 'ServiceFailure' }] });
  const create = () =>
    failure(
      iam(keyOf(accountId)).send(new CreateRoleCommand({ RoleName: 'New', AssumeRolePolicyDocument: trust })),
    );
  t.equal(await create(), 'ServiceFailure 500');
  await control('DELETE', '/faults');
  t.equal(await create(), 'succeeded');
  t.match((await control('GET', `/ledger?accountId=${accountId}`)).body, [
    { action: 'iam:CreateRole', roleName: 'New', params: { RoleName: 'New' } },
  ]);
  t.same((await control('GET', `/ledger?accountId=${home}`)).body, []);
  t.same((await control('GET', '/calls')).body, { [accountId]: { 'iam:GetRole': 1, 'iam:CreateRole': 2 } });

  const seed = { accountId, region: 'us-gov-west-1', name: 'shop', profiles: [{ name: 'default' }] };
  t.match(await control('POST', '/clusters', seed), {
    status: 200,
    body: { name: 'shop', accessEntries: [{ type: 'FARGATE_LINUX' }] },
  });
  const cluster = `/clusters?accountId=${accountId}&region=us-gov-west-1&name=shop`;
  t.same((await control('DELETE', cluster)).body, { deleted: true });
  t.same((await control('DELETE', cluster)).body, { deleted: false });

  t.same((await control('DELETE', `/roles?accountId=${accountId}&roleName=new`)).body, { deleted: true });
  t.same((await control('DELETE', `/roles?accountId=${accountId}&roleName=new`)).body, { deleted: false });
  await control('DELETE', '/ledger');
  await control('DELETE', '/calls');
  t.same((await control('GET', '/ledger')).body, []);
  t.same((await control('GET', '/calls')).body, {});
});

const wrong: [string, string, unknown, number, RegExp][] = [
  ['POST', '/accounts', { accountId: '1' }, 400, /accountId/],
  ['POST', '/accounts', { accountId: home, hub: true }, 400, /additional/],
  [
    'POST',
    '/roles',
    { accountId: '999999999999', roleName: 'R', trustText: '' },
    400,
    /no account 999999999999/,
  ],
  ['POST', '/roles', { accountId: home, roleName: 'R' }, 400, /trustText/],
  ['POST', '/clusters', { accountId: home, region: 'moon', name: 'shop' }, 400, /region/],
  ['POST', '/faults', { fail: [{ action: 'GetRole' }] }, 400, /action/],
  ['POST', '/faults', undefined, 400, /not JSON/],
  ['GET', '/nonsense', undefined, 404, /no such route/],
];

t.test('it explains what it cannot do', async (t) => {
  const { control } = await start(t);
  for (const [method, path, body, status, error] of wrong)
    t.match(await control(method, path, body), { status, body: { error } });
});
