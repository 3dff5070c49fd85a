import {
  AttachRolePolicyCommand,
  CreatePolicyCommand,
  DeleteRoleCommand,
  DeleteRolePermissionsBoundaryCommand,
  DeleteRolePolicyCommand,
  DetachRolePolicyCommand,
  ListAttachedRolePoliciesCommand,
  ListRolePoliciesCommand,
  PutRolePermissionsBoundaryCommand,
  PutRolePolicyCommand,
  paginateListAttachedRolePolicies,
  TagRoleCommand,
  UpdateAssumeRolePolicyCommand,
  UpdateRoleDescriptionCommand,
} from '@aws-sdk/client-iam';
import t from 'tap';
import { china, failure, fargatePolicy, home, keyOf, start, trust } from './fixtures/sandbox.ts';

const RoleName = 'Pods';
const attach = (PolicyArn: string) => new AttachRolePolicyCommand({ RoleName, PolicyArn });

t.test('attaching and detaching', async (t) => {
  const { iam, world } = await start(t);
  world.putRole({ accountId: home, roleName: RoleName, trustText: trust });
  await iam().send(attach(fargatePolicy));
  await iam().send(attach(fargatePolicy));
  const { AttachedPolicies } = await iam().send(new ListAttachedRolePoliciesCommand({ RoleName }));
  t.same(AttachedPolicies, [
    { PolicyArn: fargatePolicy, PolicyName: 'AmazonEKSFargatePodExecutionRolePolicy' },
  ]);
  const detach = new DetachRolePolicyCommand({ RoleName, PolicyArn: fargatePolicy });
  await iam().send(detach);
  t.equal(await failure(iam().send(detach)), 'NoSuchEntity 404');
  t.same(
    world.ledger().map(({ action }) => action),
    ['iam:AttachRolePolicy', 'iam:AttachRolePolicy', 'iam:DetachRolePolicy'],
    'accepted writes, also one that changed nothing',
  );
});

const arns: [string, string, string, string][] = [
  ['an AWS policy', home, fargatePolicy, 'succeeded'],
  [
    'an AWS policy with a path',
    home,
    'arn:aws:iam::aws:policy/service-role/AWSLambdaBasicExecutionRole',
    'succeeded',
  ],
  [
    'an AWS policy in China',
    china,
    'arn:aws-cn:iam::aws:policy/AmazonEKSFargatePodExecutionRolePolicy',
    'succeeded',
  ],
  ["another partition's AWS policy", china, fargatePolicy, 'NoSuchEntity 404'],
  ['an unknown AWS policy', home, 'arn:aws:iam::aws:policy/Nonesuch', 'NoSuchEntity 404'],
  ['a seeded policy', home, `arn:aws:iam::${home}:policy/eks/Logging`, 'succeeded'],
  ["another account's policy", home, `arn:aws:iam::${china}:policy/eks/Logging`, 'NoSuchEntity 404'],
  ['no ARN', home, 'AmazonEKSFargatePodExecutionRolePolicy', 'InvalidInput 400'],
  ['too short for an ARN', home, 'Fargate', 'ValidationError 400'],
  [
    "a service-linked role's policy",
    home,
    'arn:aws:iam::aws:policy/aws-service-role/AmazonEKSServiceRolePolicy',
    'PolicyNotAttachable 400',
  ],
];

t.test('which policies can be attached', async (t) => {
  const { iam, world } = await start(t);
  for (const accountId of [home, china]) {
    world.putAccount({ accountId, policies: [{ policyName: 'Logging', path: '/eks/' }] });
    world.putRole({ accountId, roleName: RoleName, trustText: trust });
  }
  for (const [about, account, arn, expected] of arns)
    t.equal(await failure(iam(keyOf(account)).send(attach(arn))), expected, about);
});

t.test('a policy is found whatever the letter case of its ARN, and shown as it was named', async (t) => {
  const { iam, world } = await start(t);
  world.putAccount({ accountId: home, policies: [{ policyName: 'Logging', path: '/eks/' }] });
  world.putRole({ accountId: home, roleName: RoleName, trustText: trust });
  const own = `arn:aws:iam::${home}:policy/eks/Logging`;
  for (const arn of [fargatePolicy.toLowerCase(), fargatePolicy, own.replace('Logging', 'LOGGING')])
    await iam().send(attach(arn));
  const PermissionsBoundary = own.toLowerCase();
  await iam().send(new PutRolePermissionsBoundaryCommand({ RoleName, PermissionsBoundary }));
  t.match(world.role(home, RoleName), { attached: [fargatePolicy, own], permissionsBoundary: own });
  await iam().send(new DetachRolePolicyCommand({ RoleName, PolicyArn: own.toLowerCase() }));
  t.same(world.role(home, RoleName)?.attached, [fargatePolicy]);
});

t.test('the quota of policies per role; pages', async (t) => {
  const { iam, world } = await start(t);
  const policies = Array.from({ length: 11 }, (_, i) => ({ policyName: `P${i}` }));
  world.putAccount({ accountId: home, policies });
  world.putRole({ accountId: home, roleName: RoleName, trustText: trust });
  const arn = (i: number) => `arn:aws:iam::${home}:policy/P${i}`;
  for (let i = 0; i < 10; i += 1) await iam().send(attach(arn(i)));
  await t.rejects(iam().send(attach(arn(10))), {
    Code: 'LimitExceeded',
    message: 'Cannot exceed quota for PoliciesPerRole: 10',
  });
  await iam().send(attach(arn(9)));
  const sizes: (number | undefined)[] = [];
  for await (const page of paginateListAttachedRolePolicies({ client: iam(), pageSize: 4 }, { RoleName })) {
    sizes.push(page.AttachedPolicies?.length);
  }
  t.same(sizes, [4, 4, 2]);
});

t.test('inline policies', async (t) => {
  const { iam, world } = await start(t);
  world.putRole({ accountId: home, roleName: RoleName, trustText: trust });
  const put = (PolicyName: string, PolicyDocument: string) =>
    iam().send(new PutRolePolicyCommand({ RoleName, PolicyName, PolicyDocument }));
  await put('b', '{"Statement":[]}');
  await put('a', '{"Statement":[]}');
  const page = await iam().send(new ListRolePoliciesCommand({ RoleName, MaxItems: 1 }));
  t.match(page, { PolicyNames: ['a'], IsTruncated: true });
  t.match(await iam().send(new ListRolePoliciesCommand({ RoleName, Marker: page.Marker })), {
    PolicyNames: ['b'],
    IsTruncated: false,
  });
  t.equal(await failure(put('c', 'no JSON')), 'MalformedPolicyDocument 400');
  t.equal(await failure(put('c', `{"Statement":["${'x'.repeat(10240)}"]}`)), 'LimitExceeded 409');
  await iam().send(new DeleteRolePolicyCommand({ RoleName, PolicyName: 'a' }));
  t.equal(
    await failure(iam().send(new DeleteRolePolicyCommand({ RoleName, PolicyName: 'a' }))),
    'NoSuchEntity 404',
  );
  t.same(Object.keys(world.role(home, RoleName)?.inline ?? {}), ['b']);
});

t.test('the permissions boundary', async (t) => {
  const { iam, world } = await start(t);
  world.putRole({ accountId: home, roleName: RoleName, trustText: trust });
  const boundary = 'arn:aws:iam::aws:policy/PowerUserAccess';
  await iam().send(new PutRolePermissionsBoundaryCommand({ RoleName, PermissionsBoundary: boundary }));
  t.equal(world.role(home, RoleName)?.permissionsBoundary, boundary);
  await iam().send(new DeleteRolePermissionsBoundaryCommand({ RoleName }));
  t.equal(world.role(home, RoleName)?.permissionsBoundary, null);
  t.equal(
    await failure(iam().send(new DeleteRolePermissionsBoundaryCommand({ RoleName }))),
    'NoSuchEntity 404',
  );
});

t.test('a policy made through the API can be attached', async (t) => {
  const { iam, world } = await start(t);
  world.putRole({ accountId: home, roleName: RoleName, trustText: trust });
  const policy = new CreatePolicyCommand({ PolicyName: 'Logging', PolicyDocument: '{"Statement":[]}' });
  const { Policy } = await iam().send(policy);
  t.equal(Policy?.Arn, `arn:aws:iam::${home}:policy/Logging`);
  t.equal(await failure(iam().send(policy)), 'EntityAlreadyExists 409');
  await iam().send(attach(Policy?.Arn ?? ''));
  t.same(world.role(home, RoleName)?.attached, [Policy?.Arn]);
});

t.test('nothing may be done to a service-linked role', async (t) => {
  const { iam, world } = await start(t);
  const seeded = {
    accountId: home,
    roleName: RoleName,
    path: '/aws-service-role/eks.amazonaws.com/',
    trustText: trust,
  };
  world.putRole(seeded);
  const writes = [
    iam().send(attach(fargatePolicy)),
    iam().send(new UpdateAssumeRolePolicyCommand({ RoleName, PolicyDocument: trust })),
    iam().send(new UpdateRoleDescriptionCommand({ RoleName, Description: 'mine' })),
    iam().send(new TagRoleCommand({ RoleName, Tags: [] })),
    iam().send(new PutRolePolicyCommand({ RoleName, PolicyName: 'a', PolicyDocument: '{}' })),
    iam().send(new DeleteRoleCommand({ RoleName })),
  ];
  for (const outcome of await Promise.all(writes.map(failure))) t.equal(outcome, 'UnmodifiableEntity 400');
  t.match(world.role(home, RoleName), { path: seeded.path, attached: [], description: null });
  t.same(world.ledger(), []);
});
