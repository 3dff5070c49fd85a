import {
  AttachRolePolicyCommand,
  CreateRoleCommand,
  DeleteRoleCommand,
  GetRoleCommand,
  ListRolesCommand,
  PutRolePolicyCommand,
  paginateListRoles,
  UpdateAssumeRolePolicyCommand,
  UpdateRoleCommand,
  UpdateRoleDescriptionCommand,
} from '@aws-sdk/client-iam';
import t from 'tap';
import {
  china,
  failure,
  fargate,
  fargatePolicy,
  home,
  keyOf,
  start,
  trust,
  trustOf,
} from './fixtures/sandbox.ts';

const create = (input: Partial<ConstructorParameters<typeof CreateRoleCommand>[0]> = {}) =>
  new CreateRoleCommand({ RoleName: 'Pods', AssumeRolePolicyDocument: trust, ...input });

t.test('a role comes back as it was created', async (t) => {
  const { iam, world } = await start(t, { now: () => Date.UTC(2026, 10, 23, 12, 0, 0, 123) });
  const given = {
    RoleName: 'Pods',
    Path: '/team/a&b/',
    Description: 'tab\tcr\rlf\n <é> & "ÿ"',
    MaxSessionDuration: 7200,
    Tags: [
      { Key: 'ключ', Value: 'a+b c=d' },
      { Key: 'empty', Value: '' },
    ],
    PermissionsBoundary: 'arn:aws:iam::aws:policy/PowerUserAccess',
  };
  const created = await iam().send(create(given));
  const { Role: role } = await iam().send(new GetRoleCommand({ RoleName: 'Pods' }));
  t.match(role, { ...given, PermissionsBoundary: { PermissionsBoundaryArn: given.PermissionsBoundary } });
  t.equal(role?.Arn, `arn:aws:iam::${home}:role/team/a&b/Pods`);
  t.match(role?.RoleId, /^AROA[A-Z2-7]{17}$/);
  t.equal(role?.CreateDate?.toISOString(), '2026-11-23T12:00:00.000Z');
  t.same(created.Role, role);
  t.match(world.ledger(), [
    { seq: 1, accountId: home, action: 'iam:CreateRole', roleName: 'Pods', sessionName: null, params: given },
  ]);
  t.equal(world.ledger()[0]?.requestId, created.$metadata.requestId);
});

t.test('trust policies come back percent-encoded, to the letter', async (t) => {
  const { iam, world } = await start(t);
  const odd = `{ "Statement": [${JSON.stringify({ ...fargate, Sid: 'a' })}],\r\n\t"Id": "a+b %2B %zz é !'()*~ &<>" }`;
  await iam().send(create({ AssumeRolePolicyDocument: odd }));
  const wire =
    (await iam().send(new GetRoleCommand({ RoleName: 'Pods' }))).Role?.AssumeRolePolicyDocument ?? '';
  t.match(wire, /^[A-Za-z0-9\-._~%]+$/, 'nothing but unreserved characters of RFC 3986');
  t.equal(decodeURIComponent(wire), odd);
  const beyond = '{"not":"a policy","but":"漢字 \u{1F600} + %"}';
  world.putRole({ accountId: home, roleName: 'Legacy', trustText: beyond });
  const { Roles = [] } = await iam().send(new ListRolesCommand({}));
  t.same(
    Roles.map((role) => decodeURIComponent(role.AssumeRolePolicyDocument ?? '')),
    [beyond, odd],
  );
});

t.test('names ignore case', async (t) => {
  const { iam } = await start(t);
  await iam().send(create());
  t.equal((await iam().send(new GetRoleCommand({ RoleName: 'PODS' }))).Role?.RoleName, 'Pods');
  t.equal(await failure(iam().send(create({ RoleName: 'pODS' }))), 'EntityAlreadyExists 409');
  await iam().send(new DeleteRoleCommand({ RoleName: 'pods' }));
  t.equal(await failure(iam().send(new GetRoleCommand({ RoleName: 'Pods' }))), 'NoSuchEntity 404');
});

t.test('accounts are separate, and ARNs show the partition', async (t) => {
  const { iam } = await start(t);
  await iam(keyOf(china)).send(create());
  t.equal(
    (await iam(keyOf(china)).send(new GetRoleCommand({ RoleName: 'Pods' }))).Role?.Arn,
    `arn:aws-cn:iam::${china}:role/Pods`,
  );
  t.equal(await failure(iam().send(new GetRoleCommand({ RoleName: 'Pods' }))), 'NoSuchEntity 404');
});

const refusedCreations: [string, Parameters<typeof create>[0], string][] = [
  ['a name of 65 characters', { RoleName: 'R'.repeat(65) }, 'ValidationError 400'],
  ['a name with a slash', { RoleName: 'a/b' }, 'ValidationError 400'],
  ['no trust policy', { AssumeRolePolicyDocument: undefined }, 'ValidationError 400'],
  [
    'a trust policy beyond Latin-1',
    { AssumeRolePolicyDocument: trustOf({ ...fargate, Sid: '漢' }) },
    'ValidationError 400',
  ],
  ['a path without its last slash', { Path: '/team' }, 'ValidationError 400'],
  ['an en dash in the description', { Description: 'a – b' }, 'ValidationError 400'],
  ['a session of half an hour', { MaxSessionDuration: 1800 }, 'ValidationError 400'],
  ['a tag value of 257 characters', { Tags: [{ Key: 'a', Value: 'v'.repeat(257) }] }, 'ValidationError 400'],
  ['a tag key with a #', { Tags: [{ Key: 'a#', Value: '' }] }, 'ValidationError 400'],
  [
    '51 tags',
    { Tags: Array.from({ length: 51 }, (_, i) => ({ Key: `k${i}`, Value: '' })) },
    'ValidationError 400',
  ],
  ['a reserved tag', { Tags: [{ Key: 'aws:x', Value: '' }] }, 'InvalidInput 400'],
  ['the path of service-linked roles', { Path: '/aws-service-role/eks.amazonaws.com/' }, 'InvalidInput 400'],
  ["the path of Identity Center's roles", { Path: '/aws-reserved/sso.amazonaws.com/' }, 'InvalidInput 400'],
  ['a malformed trust policy', { AssumeRolePolicyDocument: '{}' }, 'MalformedPolicyDocument 400'],
  ['an unknown boundary', { PermissionsBoundary: 'arn:aws:iam::aws:policy/Nonesuch' }, 'NoSuchEntity 404'],
  [
    "another partition's boundary",
    { PermissionsBoundary: 'arn:aws-cn:iam::aws:policy/ReadOnlyAccess' },
    'NoSuchEntity 404',
  ],
];

t.test('creations that IAM refuses leave nothing behind', async (t) => {
  const { iam, world } = await start(t);
  for (const [about, input, expected] of refusedCreations)
    t.equal(await failure(iam().send(create(input))), expected, about);
  t.equal(world.account(home)?.roles.size, 0);
  t.same(world.ledger(), []);
});

t.test('a validation error names every member that is wrong', async (t) => {
  const { iam } = await start(t);
  await t.rejects(iam().send(create({ RoleName: 'a/b', Tags: [{ Key: 'k', Value: 'v'.repeat(257) }] })), {
    message:
      "2 validation errors detected: Value 'a/b' at 'roleName' failed to satisfy constraint: Member must satisfy regular expression pattern: " +
      `[\\w+=,.@-]+; Value '${'v'.repeat(257)}' at 'tags.1.member.value' failed to satisfy constraint: ` +
      'Member must have length less than or equal to 256',
  });
});

t.test('quotas', async (t) => {
  const { iam, world } = await start(t);
  const size = trust.replace(/\s/g, '').length;
  world.putAccount({ accountId: home, quotas: { trustPolicySize: size, rolesPerAccount: 2 } });
  const roomy = JSON.stringify(JSON.parse(trust), null, 8);
  await iam().send(create({ AssumeRolePolicyDocument: roomy }));
  t.ok(roomy.length > size, 'white space is not counted');
  const long = trustOf({ ...fargate, Sid: 'a' });
  const message = `Cannot exceed quota for ACLSizePerRole: ${size}`;
  await t.rejects(iam().send(new UpdateAssumeRolePolicyCommand({ RoleName: 'Pods', PolicyDocument: long })), {
    Code: 'LimitExceeded',
    message,
  });
  await t.rejects(iam().send(create({ RoleName: 'Other', AssumeRolePolicyDocument: long })), {
    Code: 'LimitExceeded',
    message,
  });
  await iam().send(create({ RoleName: 'Second' }));
  t.equal(await failure(iam().send(create({ RoleName: 'Third' }))), 'LimitExceeded 409');
});

t.test('updates', async (t) => {
  const { iam, world } = await start(t);
  await iam().send(create());
  const other = trustOf(fargate, { ...fargate, Principal: { AWS: home } });
  await iam().send(new UpdateAssumeRolePolicyCommand({ RoleName: 'Pods', PolicyDocument: other }));
  t.equal(world.role(home, 'Pods')?.trustText, other);
  const described = await iam().send(
    new UpdateRoleDescriptionCommand({ RoleName: 'Pods', Description: 'pods' }),
  );
  t.equal(described.Role?.Description, 'pods');
  await iam().send(new UpdateRoleCommand({ RoleName: 'Pods', MaxSessionDuration: 7200 }));
  t.match(world.role(home, 'Pods'), { description: 'pods', maxSessionDuration: 7200 });
  t.equal(
    await failure(
      iam().send(new UpdateAssumeRolePolicyCommand({ RoleName: 'Pods', PolicyDocument: '{"a"' })),
    ),
    'MalformedPolicyDocument 400',
  );
  t.equal(world.role(home, 'Pods')?.trustText, other);
});

t.test('a role with policies cannot be deleted', async (t) => {
  const { iam, world } = await start(t);
  await iam().send(create());
  await iam().send(new AttachRolePolicyCommand({ RoleName: 'Pods', PolicyArn: fargatePolicy }));
  t.equal(await failure(iam().send(new DeleteRoleCommand({ RoleName: 'Pods' }))), 'DeleteConflict 409');
  world.putRole({ accountId: home, roleName: 'Pods', attached: [] });
  await iam().send(
    new PutRolePolicyCommand({ RoleName: 'Pods', PolicyName: 'logs', PolicyDocument: '{"Statement":[]}' }),
  );
  t.equal(await failure(iam().send(new DeleteRoleCommand({ RoleName: 'Pods' }))), 'DeleteConflict 409');
  world.putRole({ accountId: home, roleName: 'Pods', inline: {} });
  await iam().send(new DeleteRoleCommand({ RoleName: 'Pods' }));
  t.equal(world.role(home, 'Pods'), null);
});

t.test('ListRoles: pages, paths, and no tags', async (t) => {
  const { iam, world } = await start(t);
  const names = Array.from({ length: 25 }, (_, i) => `Role${String(i).padStart(2, '0')}`);
  for (const roleName of names.toReversed()) {
    world.putRole({
      accountId: home,
      roleName,
      trustText: trust,
      tags: { a: 'b' },
      path: roleName < 'Role05' ? '/eks/' : '/',
    });
  }
  const seen: string[] = [];
  const sizes: number[] = [];
  for await (const page of paginateListRoles({ client: iam(), pageSize: 10 }, {})) {
    sizes.push(page.Roles?.length ?? 0);
    for (const role of page.Roles ?? []) {
      seen.push(role.RoleName ?? '');
      t.equal(role.Tags, undefined);
    }
  }
  t.same(sizes, [10, 10, 5]);
  t.same(seen, names);
  const { Roles, IsTruncated, Marker } = await iam().send(new ListRolesCommand({ PathPrefix: '/eks' }));
  t.match({ count: Roles?.length, IsTruncated, Marker }, { count: 5, IsTruncated: false, Marker: undefined });
  t.equal(await failure(iam().send(new ListRolesCommand({ MaxItems: 1001 }))), 'ValidationError 400');
  t.equal(await failure(iam().send(new ListRolesCommand({ Marker: 'nonsense' }))), 'ValidationError 400');
});
