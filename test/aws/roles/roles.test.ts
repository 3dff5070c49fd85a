import { randomInt } from 'node:crypto';
import t from 'tap';
import { createAws } from '#src/aws/aws.ts';
import type { PlannedStep } from '#src/domain/plan/steps/step.ts';
import { Fault, type FaultCode } from '#src/fault.ts';
import type { Account } from '#src/schema/account.ts';
import { type AwsTarget, awsTargets } from '#test/support/aws-targets.ts';
import { accountOf, callerOf } from '#test/support/scripted-aws.ts';
import { all, intentFor } from '#test/support/scripted-roles.ts';

// The adapter against emulators: always the sandbox, and moto under `npm run test:moto`. Both get the same
// tests.

const targets = await awsTargets(t);

const start = (target: AwsTarget, partition: Account['partition']) => {
  // moto keeps its accounts from test to test.
  const account = accountOf({ accountId: String(randomInt(1e11, 1e12)), partition, externalId: 'ext-1' });
  target.add(account);
  const { roles, close } = createAws({
    now: () => new Date(),
    endpoint: target.url,
    requestTimeoutMs: 30_000,
  });
  t.teardown(close);
  return {
    account,
    roles,
    write: (step: PlannedStep) =>
      roles.write(intentFor(account, step.detail.roleName, step), account, step, callerOf(), async () => {}),
  };
};
type Setting = ReturnType<typeof start>;

const roleName = 'AmazonEKSFargatePodExecutionRole';
const trustFor = ({ accountId, partition }: Account, cluster: string) => ({
  Version: '2012-10-17',
  Statement: [
    {
      Effect: 'Allow',
      Condition: {
        ArnLike: {
          'aws:SourceArn': [`arn:${partition}:eks:us-west-2:${accountId}:fargateprofile/${cluster}/*`],
        },
      },
      Principal: { Service: 'eks-fargate-pods.amazonaws.com' },
      Action: 'sts:AssumeRole',
    },
  ],
});
const managed = ({ partition }: Account, name = 'AmazonEKSFargatePodExecutionRolePolicy') =>
  `arn:${partition}:iam::aws:policy/${name}`;
const creation = (
  account: Account,
  detail: Partial<Extract<PlannedStep, { action: 'iam:CreateRole' }>['detail']> = {},
): PlannedStep => ({
  action: 'iam:CreateRole',
  text: JSON.stringify(detail.assumeRolePolicyDocument ?? trustFor(account, 'one')),
  detail: {
    roleName,
    path: '/',
    assumeRolePolicyDocument: trustFor(account, 'one'),
    description: null,
    tags: {},
    permissionsBoundary: null,
    ...detail,
  },
});

const updateTrust = (policyDocument: Record<string, unknown>): PlannedStep => ({
  action: 'iam:UpdateAssumeRolePolicy',
  text: JSON.stringify(policyDocument),
  detail: { roleName, policyDocument },
});

for (const target of targets) {
  for (const partition of ['aws', 'aws-cn'] as const) {
    t.test(`${target.name}: a role from nothing to all that it can have, in ${partition}`, async (t) => {
      const { account, roles, write } = start(target, partition);
      const read = () => roles.readWhole(account, roleName, callerOf());
      t.equal(await read(), null);

      const tags = { team: 'payments + more', 'cost:centre': '' };
      const created = await write(
        creation(account, { path: '/eks/', description: 'Fargate (50% off) é', tags }),
      );
      t.match(created, { awsRequestId: /.+/ });
      const bare = await read();
      const trustText = JSON.stringify(trustFor(account, 'one'));
      t.match(bare, {
        roleName,
        path: '/eks/',
        description: 'Fargate (50% off) é',
        trustText,
        attached: [],
        inline: [],
        permissionsBoundary: null,
      });
      t.same(bare?.tags, tags);
      t.equal(bare?.roleArn, `arn:${partition}:iam::${account.accountId}:role/eks/${roleName}`);
      t.match(bare?.roleId, /^A[A-Z0-9]+$/);

      const steps: PlannedStep[] = [
        updateTrust(trustFor(account, 'two')),
        { action: 'iam:AttachRolePolicy', detail: { roleName, policyArn: managed(account) } },
        { action: 'iam:AttachRolePolicy', detail: { roleName, policyArn: managed(account) } },
        { action: 'iam:TagRole', detail: { roleName, tags: { team: 'billing', stage: 'prod' } } },
        {
          action: 'iam:PutRolePermissionsBoundary',
          detail: { roleName, permissionsBoundary: managed(account) },
        },
        { action: 'iam:UpdateRoleDescription', detail: { roleName, description: 'another' } },
      ];
      for (const step of steps) t.match(await write(step), { awsRequestId: /.+/ }, step.action);
      t.same(await read(), {
        ...bare,
        description: 'another',
        trustText: JSON.stringify(trustFor(account, 'two')),
        attached: [managed(account)],
        permissionsBoundary: managed(account),
        tags: { ...tags, team: 'billing', stage: 'prod' },
      });
      t.same(await roles.read(account, roleName, callerOf()), { ...(await read()), inline: null });

      const elsewhere = start(target, partition);
      t.equal(
        await elsewhere.roles.read(elsewhere.account, roleName, callerOf()),
        null,
        'accounts are separate',
      );
    });

    t.test(`${target.name}: the quotas of an account in ${partition}`, async (t) => {
      const { account, roles } = start(target, partition);
      t.same(await roles.quotas(account, callerOf()), { trustPolicySize: 2048, policiesPerRole: 10 });
      t.match(roles.knownQuotas(account), { trustPolicySize: 2048 });
    });
  }
}

for (const target of targets) {
  t.test(
    `${target.name}: all roles of an account, as reading them one by one shows them, but for their descriptions`,
    async (t) => {
      const { account, roles, write } = start(target, 'aws');
      const tags = { team: 'payments + more', 'cost:centre': '' };
      await write(
        creation(account, {
          path: '/eks/',
          description: 'Fargate (50% off) é',
          tags,
          permissionsBoundary: managed(account),
        }),
      );
      for (const name of ['AmazonEKSFargatePodExecutionRolePolicy', 'ReadOnlyAccess'])
        await write({
          action: 'iam:AttachRolePolicy',
          detail: { roleName, policyArn: managed(account, name) },
        });
      await write(creation(account, { roleName: 'a-bare-one' }));
      const found = new Map(
        (await roles.listAll(account, callerOf(), all)).map((role) => [role.roleName, role]),
      );
      found.delete('RolewrightMember'); // moto has none
      t.same([...found.keys()].sort(), [roleName, 'a-bare-one'].sort());
      for (const [name, role] of found)
        t.same(role, { ...(await roles.readWhole(account, name, callerOf())), description: null }, name);
    },
  );
}

/**
 * The expected result: done, or a fault. `aws` is the result of AWS and of the sandbox; `moto` only when it
 * differs.
 */
interface Case {
  what: string;
  run: (setting: Setting) => Promise<unknown>;
  aws: FaultCode | 'DONE';
  moto?: FaultCode | 'DONE';
}

const withRole = async ({ account, write }: Setting, step: PlannedStep) => {
  await write(creation(account));
  return write(step);
};
const lines = (account: Account, count: number) => ({
  Version: '2012-10-17',
  Statement: Array.from({ length: count }, (_, index) => trustFor(account, `cluster-${index}`).Statement[0]),
});

const cases: Case[] = [
  {
    what: 'a member role that asks for another external ID',
    run: ({ account, roles }) => roles.read({ ...account, externalId: 'ext-2' }, roleName, callerOf()),
    aws: 'ACCOUNT_UNREACHABLE',
    moto: 'DONE', // it assumes any role, whatever its trust policy
  },
  {
    what: 'a member role that does not exist',
    run: ({ account, roles }) =>
      roles.read({ ...account, memberRoleArn: `${account.memberRoleArn}2` }, roleName, callerOf()),
    aws: 'ACCOUNT_UNREACHABLE',
    moto: 'DONE',
  },
  {
    what: 'a member role of another account',
    run: ({ account, roles }) => roles.read({ ...account, accountId: '123456789012' }, roleName, callerOf()),
    aws: 'ACCOUNT_UNREACHABLE',
  },
  { what: 'creating a role twice', run: (s) => withRole(s, creation(s.account)), aws: 'ROLE_EXISTS' },
  {
    what: 'creating a role whose name differs in case alone',
    run: (s) =>
      s
        .write(creation(s.account))
        .then(() => s.write(creation(s.account, { roleName: roleName.toLowerCase() }))),
    aws: 'ROLE_EXISTS',
    moto: 'DONE', // its names heed case
  },
  {
    what: 'creating with a trust policy that is none',
    run: ({ account, write }) => write(creation(account, { assumeRolePolicyDocument: { Statement: 'x' } })),
    aws: 'AWS_FAILED',
    moto: 'DONE', // its CreateRole validates nothing
  },
  {
    what: 'creating with a permissions boundary that does not exist',
    run: ({ account, write }) =>
      write(creation(account, { permissionsBoundary: managed(account, 'Nothing') })),
    aws: 'AWS_FAILED',
    moto: 'DONE',
  },
  {
    what: 'a trust policy that is none',
    run: (s) => withRole(s, updateTrust({ Statement: 'x' })),
    aws: 'AWS_FAILED',
  },
  {
    what: 'a trust policy without Version',
    run: (s) => withRole(s, updateTrust({ Statement: trustFor(s.account, 'two').Statement })),
    aws: 'DONE', // Version is optional
    moto: 'AWS_FAILED',
  },
  {
    what: 'a trust policy over the quota',
    run: (s) => withRole(s, updateTrust(lines(s.account, 12))),
    aws: 'QUOTA_EXCEEDED',
    moto: 'DONE', // it counts nothing
  },
  {
    what: 'the trust policy of no role',
    run: ({ account, write }) => write(updateTrust(trustFor(account, 'two'))),
    aws: 'ROLE_NOT_FOUND',
  },
  {
    what: 'tagging no role',
    run: ({ write }) => write({ action: 'iam:TagRole', detail: { roleName, tags: { a: '1' } } }),
    aws: 'ROLE_NOT_FOUND',
  },
  {
    what: 'attaching no policy',
    run: (s) =>
      withRole(s, {
        action: 'iam:AttachRolePolicy',
        detail: { roleName, policyArn: managed(s.account, 'Nothing') },
      }),
    aws: 'AWS_FAILED',
  },
  {
    what: 'attaching a policy of another partition',
    run: (s) =>
      withRole(s, {
        action: 'iam:AttachRolePolicy',
        detail: { roleName, policyArn: managed(accountOf({ partition: 'aws-cn' })) },
      }),
    aws: 'AWS_FAILED',
  },
];

for (const target of targets) {
  for (const { what, run, aws, moto = aws } of cases) {
    t.test(`${target.name}: ${what}`, async (t) => {
      const end = await run(start(target, 'aws')).then(
        () => 'DONE',
        (error: unknown) => {
          if (error instanceof Fault) return error.code;
          throw error;
        },
      );
      t.equal(end, target.name === 'moto' ? moto : aws);
    });
  }
}
