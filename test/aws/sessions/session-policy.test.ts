import { GetRoleCommand } from '@aws-sdk/client-iam';
import t, { type Test } from 'tap';
import { startAwsSandbox } from '#dev/sandbox/aws/server.ts';
import { createAws } from '#src/aws/aws.ts';
import { createClients } from '#src/aws/clients.ts';
import { sendStep } from '#src/aws/roles/write.ts';
import { readPolicy, writePolicy } from '#src/aws/sessions/session-policy.ts';
import { createSessions } from '#src/aws/sessions/sessions.ts';
import type { PlannedStep } from '#src/domain/plan/steps/step.ts';
import { accountOf, callerOf, useOwnCredentials } from '#test/support/scripted-aws.ts';
import { attach, create, intentFor, updateTrust } from '#test/support/scripted-roles.ts';

// The AWS sandbox enforces session policies; moto ignores them, so this is not run there.

useOwnCredentials();
const roleName = 'r';
const account = accountOf();
const until = new Date('2026-11-23T12:05:00.123Z');
const trust = {
  Version: '2012-10-17',
  Statement: { Effect: 'Allow', Principal: { Service: 'x.amazonaws.com' }, Action: 'sts:AssumeRole' },
};
const text = JSON.stringify(trust);
const policyArn = 'arn:aws:iam::aws:policy/ReadOnlyAccess';
const boundary = 'arn:aws:iam::111122223333:policy/B';
const created: PlannedStep = {
  action: 'iam:CreateRole',
  text,
  detail: { ...create.detail, assumeRolePolicyDocument: trust },
} as PlannedStep;

t.test('the policy of a write names the planned actions, the one role, the policies and its end', (t) => {
  const detach: PlannedStep = { action: 'iam:DetachRolePolicy', detail: { roleName, policyArn } };
  const allow = (Action: string[], condition: object = {}) => ({
    Effect: 'Allow',
    Action,
    Resource: ['arn:aws:iam::111122223333:role/r', 'arn:aws:iam::111122223333:role/*/r'],
    Condition: { DateLessThan: { 'aws:CurrentTime': '2026-11-23T12:05:00Z' }, ...condition },
  });
  const policies = (...arns: string[]) => ({ StringEquals: { 'iam:PolicyARN': arns } });
  const bounded = { StringEquals: { 'iam:PermissionsBoundary': [boundary] } };
  const other: PlannedStep = { action: 'iam:AttachRolePolicy', detail: { roleName, policyArn } };
  const tagged = {
    action: 'iam:CreateRole',
    text,
    detail: { ...create.detail, tags: { a: '1' } },
  } as PlannedStep;
  const free = {
    action: 'iam:CreateRole',
    text,
    detail: { ...create.detail, permissionsBoundary: null },
  } as PlannedStep;
  const cases: [PlannedStep[], object[]][] = [
    [[updateTrust], [allow(['iam:UpdateAssumeRolePolicy'])]],
    [
      [updateTrust, attach, other, detach],
      [
        allow(['iam:UpdateAssumeRolePolicy']),
        allow(['iam:AttachRolePolicy'], policies('arn:aws:iam::aws:policy/P', policyArn)),
        allow(['iam:DetachRolePolicy'], policies(policyArn)),
      ],
    ],
    [
      [tagged],
      [allow(['iam:CreateRole', 'iam:PutRolePermissionsBoundary'], bounded), allow(['iam:TagRole'])],
    ],
    [[free], [allow(['iam:CreateRole'])]],
  ];
  for (const [planned, Statement] of cases)
    t.same(JSON.parse(writePolicy(account, intentFor(account, roleName, ...planned), until, [])), {
      Version: '2012-10-17',
      Statement,
    });
  t.end();
});

t.test('it stays well within the 2,048 characters of STS', (t) => {
  const longest = 'x'.repeat(64);
  const far = accountOf({ partition: 'aws-us-gov' });
  const attachment = (i: number): PlannedStep => ({
    action: 'iam:AttachRolePolicy',
    detail: {
      roleName: longest,
      policyArn: `arn:aws-us-gov:iam::111122223333:policy/${'p'.repeat(100)}${i}`,
    },
  });
  // The maximum number that the setting accepts.
  const attachable = [
    'arn:aws-us-gov:iam::aws:policy/AmazonEKSFargatePodExecutionRolePolicy',
    'a'.repeat(512),
  ];
  // The longest path and name of a policy.
  const longBoundary = `arn:aws-us-gov:iam::111122223333:policy/${'/b'.repeat(255)}/${'b'.repeat(128)}`;
  const bounded = {
    action: 'iam:CreateRole',
    text,
    detail: { ...create.detail, tags: { a: '1' }, permissionsBoundary: longBoundary },
  } as PlannedStep;
  const widest = writePolicy(
    far,
    intentFor(far, longest, bounded, ...Array.from({ length: 20 }, (_, i) => attachment(i))),
    until,
    attachable,
  );
  t.ok(widest.length <= 2048, `${widest.length} characters with the longest boundary`);
  t.match(widest, JSON.stringify({ StringNotEquals: { 'iam:PermissionsBoundary': [longBoundary] } }));
  for (const count of [1, 5, 20]) {
    const planned = [created, updateTrust, ...Array.from({ length: count }, (_, i) => attachment(i))];
    const text = writePolicy(far, intentFor(far, longest, ...planned), until, attachable);
    t.ok(text.length <= 1600, `${text.length} characters for ${count} policies`);
    t.match(text, /"iam:CreateRole".*"iam:AttachRolePolicy"/s);
    t.equal(
      text.includes('"StringEquals":{"iam:PolicyARN"'),
      count === 1,
      'the policies are named when there is room',
    );
    t.equal(
      text.includes(JSON.stringify({ StringNotLike: { 'iam:PolicyARN': attachable } }).slice(1, -1)),
      count > 1,
      'otherwise the policies that the setting allows',
    );
    t.match(text, /DateLessThan/);
  }
  t.ok(readPolicy.length < 700);
  t.end();
});

const hub = '999999999999';
const start = async (
  t: Test,
  { sourceIdentity = false, Action = ['sts:AssumeRole'], attachable = [] as string[] } = {},
) => {
  let time = Date.now();
  const sandbox = await startAwsSandbox({ now: () => time });
  const { world, url: endpoint } = sandbox;
  const { AWS_ACCESS_KEY_ID: accessKeyId = '', AWS_SECRET_ACCESS_KEY: secretAccessKey = '' } = process.env;
  world.putAccount({ accountId: hub, accessKeys: [{ accessKeyId, secretAccessKey }] });
  world.putAccount({ accountId: account.accountId, policies: [{ policyName: 'B' }] });
  const member = { Statement: { Effect: 'Allow', Principal: { AWS: hub }, Action } };
  world.putRole({
    accountId: account.accountId,
    roleName: 'RolewrightMember',
    trustText: JSON.stringify(member),
  });
  for (const [name, path] of [
    ['r', '/'],
    ['r2', '/'],
    ['deep', '/eks/prod/'],
  ] as const)
    world.putRole({ accountId: account.accountId, roleName: name, path, trustText: JSON.stringify(trust) });
  const clients = createClients({ endpoint });
  const now = () => new Date(time);
  const sessions = createSessions({ clients, now, attachable: () => attachable });
  const { roles, close } = createAws({ now, endpoint, sourceIdentity });
  t.teardown(() => {
    clients.close();
    close();
    return sandbox.close();
  });
  return { world, sessions, roles, pass: (ms: number) => (time += ms) };
};

const every = (name: string): PlannedStep[] => [
  { action: 'iam:CreateRole', text, detail: { ...created.detail, roleName: name, path: '/' } } as PlannedStep,
  { action: 'iam:UpdateAssumeRolePolicy', text, detail: { roleName: name, policyDocument: trust } },
  { action: 'iam:AttachRolePolicy', detail: { roleName: name, policyArn } },
  { action: 'iam:DetachRolePolicy', detail: { roleName: name, policyArn } },
  { action: 'iam:TagRole', detail: { roleName: name, tags: { a: '1' } } },
  { action: 'iam:UntagRole', detail: { roleName: name, tagKeys: ['a'] } },
  { action: 'iam:PutRolePermissionsBoundary', detail: { roleName: name, permissionsBoundary: boundary } },
  { action: 'iam:UpdateRoleDescription', detail: { roleName: name, description: 'd' } },
];
const updateTrustOf = (name: string) => every(name)[1] as PlannedStep;
const denied = {
  Code: 'AccessDenied',
  message: /(because no|with an explicit deny in a) session policy/,
};
const confirm = async () => {};

t.test('a session for reads can read everything that the service reads, and write nothing', async (t) => {
  const { world, sessions, roles } = await start(t);
  const { iam } = await sessions.get(account, callerOf());
  for (const step of [...every('r'), ...every('new')])
    await t.rejects(sendStep(iam, step, confirm), denied, step.action);
  t.same(world.ledger(), []);
  await t.resolves(roles.readWhole(account, 'r', callerOf()));
  await t.resolves(roles.readTrust(account, 'r', callerOf()));
  await t.resolves(roles.quotas(account, callerOf()));
  t.ok((await roles.listAll(account, callerOf(), () => true)).length > 0);
});

t.test('a session for a write can do the planned steps on that role only', async (t) => {
  const { world, sessions } = await start(t);
  for (const name of ['r', 'deep', 'new']) {
    const steps = name === 'new' ? every(name) : every(name).slice(1);
    const { iam } = await sessions.get(account, callerOf(), intentFor(account, name, ...steps));
    for (const step of steps) await t.resolves(sendStep(iam, step, confirm), `${step.action} on ${name}`);
    for (const other of ['r2', 'newer', 'RolewrightMember', 'xr'])
      for (const step of every(other))
        await t.rejects(sendStep(iam, step, confirm), denied, `${step.action} on ${other}`);
    await t.rejects(iam.send(new GetRoleCommand({ RoleName: name })), denied, 'it does not even read');
  }
  t.same([...new Set(world.ledger().map((entry) => entry.roleName))], ['r', 'deep', 'new']);
});

t.test('unplanned actions on that role are denied', async (t) => {
  const { sessions } = await start(t);
  const planned = every('r')[2] as PlannedStep;
  const { iam } = await sessions.get(account, callerOf(), intentFor(account, 'r', planned));
  const another = {
    action: 'iam:AttachRolePolicy',
    detail: { roleName: 'r', policyArn: 'arn:aws:iam::aws:policy/AdministratorAccess' },
  };
  await t.rejects(sendStep(iam, another as PlannedStep, confirm), denied, 'another policy');
  for (const step of every('r'))
    if (step.action !== planned.action) await t.rejects(sendStep(iam, step, confirm), denied, step.action);
  await t.resolves(sendStep(iam, planned, confirm));
});

t.test('without room for policy names, AWS allows every policy that the setting allows', async (t) => {
  const many = Array.from(
    { length: 20 },
    (_, i): PlannedStep => ({
      action: 'iam:AttachRolePolicy',
      detail: { roleName: 'r', policyArn: `arn:aws:iam::111122223333:policy/${'p'.repeat(100)}${i}` },
    }),
  );
  const attaching = (policyArn: string): PlannedStep => ({
    action: 'iam:AttachRolePolicy',
    detail: { roleName: 'r', policyArn },
  });
  const logs = 'arn:aws:iam::aws:policy/CloudWatchLogsFullAccess';
  for (const [attachable, arn, allowed] of [
    [['arn:aws:iam::aws:policy/CloudWatch*'], logs, true],
    [['arn:aws:iam::aws:policy/CloudWatch*'], policyArn, false],
    [['*'], policyArn, true],
    [[], logs, false],
  ] as const) {
    const { sessions } = await start(t, { attachable: [...attachable] });
    const { iam } = await sessions.get(account, callerOf(), intentFor(account, 'r', updateTrust, ...many));
    const sent = sendStep(iam, attaching(arn), confirm);
    await (allowed ? t.resolves(sent) : t.rejects(sent, denied, `${arn} within ${attachable.join()}`));
    await t.resolves(
      sendStep(
        iam,
        { action: 'iam:UpdateAssumeRolePolicy', text, detail: { roleName: 'r', policyDocument: trust } },
        confirm,
      ),
    );
  }
});

t.test('without room for policy names, AWS allows the planned boundary only', async (t) => {
  const many = Array.from({ length: 20 }, (_, i): PlannedStep => {
    const policyArn = `arn:aws:iam::111122223333:policy/${'p'.repeat(100)}${i}`;
    return { action: 'iam:AttachRolePolicy', detail: { roleName: 'new', policyArn } };
  });
  const [creation, bounding] = [every('new')[0], every('new')[6]] as [PlannedStep, PlannedStep];
  const bare = (step: PlannedStep, permissionsBoundary: string | null) =>
    ({ ...step, detail: { ...step.detail, permissionsBoundary } }) as PlannedStep;
  const { world, sessions } = await start(t, { attachable: ['*'] });
  world.putAccount({ accountId: account.accountId, policies: [{ policyName: 'Other' }] });
  const { iam } = await sessions.get(
    account,
    callerOf(),
    intentFor(account, 'new', creation, updateTrustOf('new'), ...many),
  );
  for (const other of [
    null,
    'arn:aws:iam::111122223333:policy/Other',
    'arn:aws:iam::aws:policy/AdministratorAccess',
  ])
    await t.rejects(sendStep(iam, bare(creation, other), confirm), denied, `created with ${other}`);
  await t.resolves(sendStep(iam, creation, confirm));
  await t.rejects(
    sendStep(iam, bare(bounding, 'arn:aws:iam::111122223333:policy/Other'), confirm),
    denied,
    'another in its place',
  );
  await t.resolves(sendStep(iam, bounding, confirm));
  await t.resolves(
    sendStep(iam, updateTrustOf('new'), confirm),
    'a step without a boundary is not limited by it',
  );
});

t.test('AWS refuses a write that is sent after its lease', async (t) => {
  const { sessions, roles, pass } = await start(t);
  const intent = intentFor(account, 'r', updateTrust);
  const { iam } = await sessions.get(account, callerOf(), intent);
  const step = every('r')[1] as PlannedStep;
  pass(5 * 60_000 - 1000);
  await t.resolves(sendStep(iam, step, confirm));
  pass(1000);
  await t.rejects(sendStep(iam, step, confirm), denied);
  await t.resolves(roles.write(intent, account, step, callerOf(), confirm), 'a session in time is a new one');
});

t.test('source identity and tags take a member role that allows them', async (t) => {
  const Action = ['sts:AssumeRole', 'sts:SetSourceIdentity', 'sts:TagSession'];
  for (const missing of [0, 1, 2]) {
    const { roles } = await start(t, { sourceIdentity: true, Action: Action.toSpliced(missing, 1) });
    await t.rejects(
      roles.read(account, 'r', callerOf()),
      { code: 'ACCOUNT_UNREACHABLE' },
      `without ${Action[missing]}`,
    );
  }
  const { roles } = await start(t, { sourceIdentity: true, Action });
  t.match(await roles.read(account, 'r', callerOf()), { roleName: 'r' });
});
