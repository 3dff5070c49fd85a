import t from 'tap';
import type { OrganizationSeed } from '#dev/sandbox/aws/seeds.ts';
import { type AwsSandboxOptions, startAwsSandbox } from '#dev/sandbox/aws/server.ts';
import { type OrganizationsOptions, openOrganizations } from '#src/aws/organizations.ts';
import type { OrganizationAccount } from '#src/domain/role/organization.ts';
import { callerOf, useOwnCredentials } from '#test/support/scripted-aws.ts';

const hub = '999999999999';
const managementAccountId = '900000000009';
const roleName = 'RolewrightOrganizations';
const member = (i: number, more: object = {}) => ({
  accountId: String(200000000000 + i),
  name: `n${i}`,
  ...more,
});

/** A sandbox with an organization, and the adapter that reads it. */
async function start(
  t: { teardown(run: () => unknown): unknown },
  members: OrganizationSeed['members'],
  {
    partition = 'aws',
    aws = {},
    organization = {},
    ...options
  }: {
    partition?: string;
    aws?: AwsSandboxOptions;
    organization?: Partial<OrganizationSeed>;
  } & Partial<OrganizationsOptions> = {},
) {
  useOwnCredentials();
  const { url, world, close } = await startAwsSandbox(aws);
  const { AWS_ACCESS_KEY_ID: accessKeyId = '', AWS_SECRET_ACCESS_KEY: secretAccessKey = '' } = process.env;
  world.putAccount({ accountId: hub, partition, accessKeys: [{ accessKeyId, secretAccessKey }] });
  world.putAccount({ accountId: managementAccountId, partition });
  const statement = {
    Effect: 'Allow',
    Principal: { AWS: `arn:${partition}:iam::${hub}:root` },
    Action: 'sts:AssumeRole',
    ...(options.externalId && { Condition: { StringEquals: { 'sts:ExternalId': 'ext-1' } } }),
  };
  world.putRole({
    accountId: managementAccountId,
    roleName,
    trustText: JSON.stringify({ Version: '2012-10-17', Statement: statement }),
  });
  if (organization.managementAccountId)
    world.putAccount({ accountId: organization.managementAccountId, partition });
  world.putOrganization({ organizationId: 'o-0123456789', managementAccountId, members, ...organization });
  const roleArn = `arn:${partition}:iam::${managementAccountId}:role/${roleName}`;
  const organizations = openOrganizations({
    roleArn,
    externalId: null,
    endpoint: url,
    perSecond: 10_000,
    ...options,
  });
  t.teardown(async () => {
    organizations.close();
    await close();
  });
  const all = async () => {
    const pages: OrganizationAccount[][] = [];
    const faults: unknown[] = [];
    for await (const { accounts, untagged } of organizations.pages(callerOf('jane'))) {
      pages.push(accounts);
      if (untagged) faults.push(untagged);
    }
    return { pages, accounts: pages.flat(), faults };
  };
  return {
    world,
    all,
    organizations,
    calls: () => world.calls(managementAccountId)[managementAccountId] ?? {},
  };
}

t.test('an account as Organizations describes it', async (t) => {
  for (const partition of ['aws', 'aws-cn', 'aws-us-gov'] as const) {
    const { all } = await start(t, [member(1, { tags: { team: 'a', 'cost centre': 'x' } })], { partition });
    t.strictSame((await all()).accounts, [
      {
        accountId: '200000000001',
        organizationId: 'o-0123456789',
        partition,
        name: 'n1',
        status: 'ACTIVE',
        tags: { team: 'a', 'cost centre': 'x' },
      },
    ]);
  }
  const states = {
    PENDING_ACTIVATION: 'SUSPENDED',
    ACTIVE: 'ACTIVE',
    SUSPENDED: 'SUSPENDED',
    PENDING_CLOSURE: 'CLOSED',
    CLOSED: 'CLOSED',
  } as const;
  const { all } = await start(
    t,
    Object.keys(states).map((state, i) => member(i, { state: state as keyof typeof states })),
  );
  t.same(
    (await all()).accounts.map(({ status }) => status),
    Object.values(states),
  );
});

t.test('pages of twenty, fetched as they are consumed', async (t) => {
  const { all, organizations, calls } = await start(
    t,
    Array.from({ length: 45 }, (_, i) => member(i)),
  );
  for await (const { accounts } of organizations.pages(callerOf('jane'))) {
    t.equal(accounts.length, 20);
    break;
  }
  t.same(calls(), {
    'sts:AssumeRole': 1,
    'organizations:ListAccounts': 1,
    'organizations:ListTagsForResource': 20,
  });
  t.same(
    (await all()).pages.map(({ length }) => length),
    [20, 20, 5],
  );
});

t.test('the session has the name of the caller, the external ID, and can do nothing else', async (t) => {
  const { all, world } = await start(t, [member(1)], { externalId: 'ext-1' });
  t.equal((await all()).accounts.length, 1);
  const other = await start(t, [member(1)], { externalId: 'ext-2' });
  await t.rejects(other.all(), {
    code: 'ACCOUNT_UNREACHABLE',
    message:
      /\(ORGANIZATIONS_ROLE_ARN\) could not be assumed; an external ID was sent.*ORGANIZATIONS_EXTERNAL_ID equals/,
  });
  const none = await start(t, [member(1)], { externalId: 'ext-1' });
  none.world.putRole({ accountId: managementAccountId, roleName, trustText: '{}' });
  await t.rejects(none.all(), { code: 'ACCOUNT_UNREACHABLE' });
  t.same(
    world.ledger().map(({ sessionName }) => sessionName),
    [],
    'the session allows no writes',
  );
});

t.test('expired credentials are renewed', async (t) => {
  // By the sandbox's clock each session ends within a minute, so the SDK renews it.
  const { all, calls } = await start(
    t,
    Array.from({ length: 25 }, (_, i) => member(i)),
    { aws: { now: () => Date.now() - 3_540_000 } },
  );
  t.equal((await all()).accounts.length, 25);
  t.ok((calls()['sts:AssumeRole'] ?? 0) > 1);
});

t.test('throttling is retried, other errors are faults', async (t) => {
  const { all, world } = await start(
    t,
    Array.from({ length: 25 }, (_, i) => member(i)),
  );
  world.addFaults({
    fail: [{ action: 'organizations:ListAccounts', code: 'TooManyRequestsException', status: 400, times: 4 }],
  });
  t.equal((await all()).accounts.length, 25, 'a call that is throttled four times is sent a fifth time');

  const table: [
    code: string,
    status: number,
    expected: { code: string; message: RegExp; retryable: boolean },
  ][] = [
    [
      'AccessDeniedException',
      400,
      {
        code: 'AWS_FAILED',
        message: /denies organizations:ListAccounts .*delegated administrators/,
        retryable: false,
      },
    ],
    [
      'AWSOrganizationsNotInUseException',
      400,
      { code: 'AWS_FAILED', message: /not in an organization/, retryable: false },
    ],
    [
      'UnrecognizedClientException',
      400,
      { code: 'ACCOUNT_UNREACHABLE', message: /session of the role arn/, retryable: false },
    ],
    [
      'ServiceException',
      500,
      { code: 'AWS_FAILED', message: /failed at organizations:ListAccounts/, retryable: true },
    ],
  ];
  // Concurrent, because the last one is tried eight times.
  await Promise.all(
    table.map(async ([code, status, expected]) => {
      const { all, world } = await start(t, [member(1)]);
      world.addFaults({ fail: [{ action: 'organizations:ListAccounts', code, status }] });
      await t.rejects(all(), expected, code);
    }),
  );
});

t.test('an account whose tags cannot be read is imported without them', async (t) => {
  const { all, world } = await start(t, [member(1, { tags: { a: 'b' } }), member(2, { tags: { a: 'b' } })]);
  world.addFaults({
    fail: [
      { action: 'organizations:ListTagsForResource', code: 'AccessDeniedException', status: 400, times: 1 },
    ],
  });
  const { accounts, faults } = await all();
  t.equal(accounts.length, 2);
  t.equal(accounts.filter(({ tags }) => tags === null).length, 1);
  t.equal(accounts.filter(({ tags }) => tags?.a === 'b').length, 1);
  t.match(faults, [{ code: 'AWS_FAILED', message: /denies organizations:ListTagsForResource/ }]);
});

t.test('the management account and delegated administrators may read', async (t) => {
  const elsewhere = { managementAccountId: '900000000008' };
  const delegated = await start(t, [member(1)], {
    organization: { ...elsewhere, delegatedAdministrators: [managementAccountId] },
  });
  t.equal((await delegated.all()).accounts.length, 1);
  const one = await start(t, [member(1), { accountId: managementAccountId, name: 'no administrator' }], {
    organization: elsewhere,
  });
  await t.rejects(one.all(), { code: 'AWS_FAILED', message: /denies organizations:ListAccounts/ });
  const none = await start(t, [member(1)], { organization: elsewhere });
  await t.rejects(none.all(), { message: /is not in an organization/ });
});
