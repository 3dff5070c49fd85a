import {
  ListAccountsCommand,
  ListPoliciesCommand,
  ListTagsForResourceCommand,
  OrganizationsClient,
} from '@aws-sdk/client-organizations';
import t from 'tap';
import { assumeRole } from '#test/support/assume-role.ts';
import {
  type Credentials,
  china,
  type Fixture,
  failure,
  home,
  hub,
  keyOf,
  start,
  trustOf,
} from './fixtures/sandbox.ts';

/** A client of the sandbox, ended with the test. */
function organizationsOf(
  t: { teardown(run: () => unknown): unknown },
  { url }: Fixture,
  credentials: Credentials = keyOf(hub),
) {
  const client = new OrganizationsClient({ region: 'us-east-1', endpoint: url, credentials, maxAttempts: 1 });
  t.teardown(() => client.destroy());
  return client;
}

const member = (i: number) => ({
  accountId: String(300000000000 + i),
  name: `n${i}`,
  tags: { n: String(i) },
});
const organization = { organizationId: 'o-0123456789', managementAccountId: hub };

t.test('pages of twenty, or fewer', async (t) => {
  const fixture = await start(t);
  fixture.world.putOrganization({
    ...organization,
    members: Array.from({ length: 45 }, (_, i) => member(44 - i)),
  });
  const client = organizationsOf(t, fixture);
  for (const [MaxResults, sizes] of [
    [undefined, [20, 20, 5]],
    [15, [15, 15, 15]],
  ] as const) {
    const ids: (string | undefined)[] = [];
    const pages: number[] = [];
    let NextToken: string | undefined;
    do {
      const page = await client.send(new ListAccountsCommand({ MaxResults, NextToken }));
      pages.push(page.Accounts?.length ?? 0);
      ids.push(...(page.Accounts ?? []).map(({ Id }) => Id));
      ({ NextToken } = page);
    } while (NextToken !== undefined);
    t.same(pages, sizes);
    t.same(
      ids,
      Array.from({ length: 45 }, (_, i) => member(i).accountId),
    );
  }
  t.match(await client.send(new ListAccountsCommand({ MaxResults: 1 })), {
    Accounts: [
      {
        Id: '300000000000',
        Arn: `arn:aws:organizations::${hub}:account/o-0123456789/300000000000`,
        Name: 'n0',
        State: 'ACTIVE',
      },
    ],
  });
  t.same((await client.send(new ListTagsForResourceCommand({ ResourceId: '300000000007' }))).Tags, [
    { Key: 'n', Value: '7' },
  ]);
  for (const [command, expected] of [
    [new ListAccountsCommand({ MaxResults: 21 }), 'InvalidInputException 400'],
    [new ListAccountsCommand({ NextToken: 'made up' }), 'InvalidInputException 400'],
    [new ListTagsForResourceCommand({ ResourceId: '399999999999' }), 'TargetNotFoundException 400'],
    [new ListPoliciesCommand({ Filter: 'TAG_POLICY' }), 'UnknownOperationException 400'],
  ] as const)
    t.equal(await failure(client.send(command as ListAccountsCommand)), expected);
  t.match(fixture.world.calls(hub)[hub], {
    'organizations:ListAccounts': 9,
    'organizations:ListTagsForResource': 2,
  });
});

t.test('authorized callers', async (t) => {
  const fixture = await start(t);
  const { world, sts } = fixture;
  world.putOrganization({ ...organization, members: [{ ...member(1), accountId: home }] });
  const list = (credentials?: Credentials) =>
    failure(organizationsOf(t, fixture, credentials).send(new ListAccountsCommand({})));
  t.equal(await list(keyOf(hub)), 'succeeded');
  t.equal(await list(keyOf(home)), 'AccessDeniedException 400', 'a member');
  t.equal(await list(keyOf(china)), 'AWSOrganizationsNotInUseException 400', 'one without an organization');
  t.equal(await list({ accessKeyId: 'AKIANOBODY', secretAccessKey: 'x' }), 'UnrecognizedClientException 400');
  world.putOrganization({ ...organization, delegatedAdministrators: [home], members: [] });
  t.equal(await list(keyOf(home)), 'succeeded', 'a delegated administrator');

  const trustText = trustOf({ Effect: 'Allow', Principal: { AWS: hub }, Action: 'sts:AssumeRole' });
  world.putRole({ accountId: hub, roleName: 'Reader', trustText });
  for (const [Action, expected] of [
    ['organizations:List*', 'succeeded'],
    ['organizations:ListTagsForResource', 'AccessDeniedException 400'],
    ['iam:*', 'AccessDeniedException 400'],
  ]) {
    const Policy = trustOf({ Effect: 'Allow', Action, Resource: '*' });
    const session = await assumeRole(sts(), { RoleArn: `arn:aws:iam::${hub}:role/Reader`, Policy });
    t.equal(await list(session), expected, `a session for ${Action}`);
  }
});

t.test('faults, throttling, and the control endpoint', async (t) => {
  const fixture = await start(t, { now: () => 0 });
  const { world, control } = fixture;
  t.match(await control('POST', '/organizations', { ...organization, members: [member(1)] }), {
    status: 200,
    body: { members: [{ state: 'ACTIVE' }] },
  });
  t.match(await control('POST', '/organizations', { ...organization, members: [{ name: 'x' }] }), {
    status: 400,
  });
  t.match(
    await control('POST', '/organizations', {
      ...organization,
      managementAccountId: '399999999999',
      members: [],
    }),
    { status: 400 },
  );
  const list = () => failure(organizationsOf(t, fixture).send(new ListAccountsCommand({})));
  world.addFaults({ throttle: [{ accountId: hub, perSecond: 1, burst: 1 }] });
  t.equal(await list(), 'succeeded');
  t.equal(await list(), 'TooManyRequestsException 400');
  world.clearFaults();
  t.equal(
    (
      await control('POST', '/faults', {
        fail: [{ action: 'organizations:ListAccounts', kind: 'reset', times: 1 }],
      })
    ).status,
    200,
  );
  t.match(await list(), /without an answer/);
  world.addFaults({
    fail: [
      {
        action: 'organizations:ListAccounts',
        code: 'ServiceException',
        status: 500,
        when: 'after',
        times: 1,
      },
    ],
  });
  t.equal(await list(), 'ServiceException 500');
  t.equal(await list(), 'succeeded');
});
