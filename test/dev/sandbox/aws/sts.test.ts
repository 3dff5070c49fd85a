import { GetRoleCommand, UpdateRoleDescriptionCommand } from '@aws-sdk/client-iam';
import {
  AssumeRoleCommand,
  type AssumeRoleCommandInput,
  GetCallerIdentityCommand,
} from '@aws-sdk/client-sts';
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
  trust,
  trustOf,
} from './fixtures/sandbox.ts';

const memberArn = `arn:aws:iam::${home}:role/RolewrightMember`;
const allow = (members: object = {}) => ({
  Effect: 'Allow',
  Action: 'sts:AssumeRole',
  Principal: { AWS: `arn:aws:iam::${hub}:root` },
  ...members,
});
const externalId = (operator: string, value: string | string[]) => ({
  Condition: { [operator]: { 'sts:ExternalId': value } },
});

const assume = (input: Partial<AssumeRoleCommandInput> = {}) =>
  new AssumeRoleCommand({ RoleArn: memberArn, RoleSessionName: 'rolewright', ...input });

/** Credentials of a new session. */
const session = (
  sandbox: Fixture,
  input: Partial<AssumeRoleCommandInput> = {},
  by: Credentials = keyOf(hub),
): Promise<Credentials> => assumeRole(sandbox.sts(by), { RoleArn: memberArn, ...input });

const matrix: [string, string, Partial<AssumeRoleCommandInput>, string][] = [
  ['the root of the hub', trustOf(allow()), {}, 'succeeded'],
  ['the account ID', trustOf(allow({ Principal: { AWS: hub } })), {}, 'succeeded'],
  [
    'the user',
    trustOf(allow({ Principal: { AWS: ['999999999999', `arn:aws:iam::${hub}:user/admin`] } })),
    {},
    'succeeded',
  ],
  ['everybody', trustOf(allow({ Principal: '*' })), {}, 'succeeded'],
  ['everybody, as AWS', trustOf(allow({ Principal: { AWS: '*' } })), {}, 'succeeded'],
  ['any STS action, in any case', trustOf(allow({ Action: 'STS:Assume*' })), {}, 'succeeded'],
  ['another account', trustOf(allow({ Principal: { AWS: home } })), {}, 'AccessDenied 403'],
  [
    "another partition's root",
    trustOf(allow({ Principal: { AWS: `arn:aws-cn:iam::${hub}:root` } })),
    {},
    'AccessDenied 403',
  ],
  ['a service alone', trust, {}, 'AccessDenied 403'],
  ['another action', trustOf(allow({ Action: 'sts:TagSession' })), {}, 'AccessDenied 403'],
  [
    'an external ID, given',
    trustOf(allow(externalId('StringEquals', 'xid-1'))),
    { ExternalId: 'xid-1' },
    'succeeded',
  ],
  [
    'one of two external IDs',
    trustOf(allow(externalId('StringEquals', ['a', 'xid-1']))),
    { ExternalId: 'xid-1' },
    'succeeded',
  ],
  [
    'an external ID by pattern',
    trustOf(allow(externalId('StringLike', 'xid-?'))),
    { ExternalId: 'xid-1' },
    'succeeded',
  ],
  [
    'a star under StringEquals',
    trustOf(allow(externalId('StringEquals', 'xid-*'))),
    { ExternalId: 'xid-1' },
    'AccessDenied 403',
  ],
  ['an external ID, not given', trustOf(allow(externalId('StringEquals', 'xid-1'))), {}, 'AccessDenied 403'],
  [
    'an external ID in another case',
    trustOf(allow(externalId('StringEquals', 'XID-1'))),
    { ExternalId: 'xid-1' },
    'AccessDenied 403',
  ],
  ['an external ID that is not asked for', trustOf(allow()), { ExternalId: 'xid-1' }, 'succeeded'],
  [
    'a condition that cannot be evaluated',
    trustOf(allow({ Condition: { IpAddress: { 'aws:SourceIp': '10.0.0.0/8' } } })),
    {},
    'AccessDenied 403',
  ],
  ['a Deny beside the Allow', trustOf(allow(), allow({ Effect: 'Deny' })), {}, 'AccessDenied 403'],
  [
    'a Deny without the external ID',
    trustOf(allow(), allow({ Effect: 'Deny', ...externalId('StringNotEquals', 'xid-1') })),
    {},
    'AccessDenied 403',
  ],
  [
    'a Deny that does not hold',
    trustOf(allow(), allow({ Effect: 'Deny', ...externalId('StringNotEquals', 'xid-1') })),
    { ExternalId: 'xid-1' },
    'succeeded',
  ],
  [
    'everybody but the hub',
    trustOf({ Effect: 'Allow', Action: 'sts:AssumeRole', NotPrincipal: { AWS: hub } }),
    {},
    'AccessDenied 403',
  ],
  [
    'by the ARN of the caller',
    trustOf(
      allow({ Principal: '*', Condition: { ArnLike: { 'aws:PrincipalArn': `arn:aws:iam::${hub}:user/*` } } }),
    ),
    {},
    'succeeded',
  ],
  ['no JSON', 'nonsense', {}, 'AccessDenied 403'],
  ['tags without sts:TagSession', trustOf(allow()), { Tags: [{ Key: 'a', Value: 'b' }] }, 'AccessDenied 403'],
  ['tags with it', trustOf(allow({ Action: 'sts:*' })), { Tags: [{ Key: 'a', Value: 'b' }] }, 'succeeded'],
  ['a session name of one character', trustOf(allow()), { RoleSessionName: 'a' }, 'ValidationError 400'],
  ['a session name with a space', trustOf(allow()), { RoleSessionName: 'a b' }, 'ValidationError 400'],
  ['899 seconds', trustOf(allow()), { DurationSeconds: 899 }, 'ValidationError 400'],
  ['43201 seconds', trustOf(allow()), { DurationSeconds: 43201 }, 'ValidationError 400'],
  ["more than the role's maximum", trustOf(allow()), { DurationSeconds: 7201 }, 'ValidationError 400'],
  ["the role's maximum", trustOf(allow()), { DurationSeconds: 7200 }, 'succeeded'],
  ['an external ID of one character', trustOf(allow()), { ExternalId: 'x' }, 'ValidationError 400'],
];

t.test('AssumeRole asks the trust policy of the role', async (t) => {
  const { sts, world } = await start(t);
  for (const [about, trustText, input, expected] of matrix) {
    world.putRole({ accountId: home, roleName: 'RolewrightMember', trustText, maxSessionDuration: 7200 });
    t.equal(await failure(sts().send(assume(input))), expected, about);
  }
  t.same(world.ledger(), [], 'it is no write');
  t.equal(
    world.calls(home)[home]?.['sts:AssumeRole'],
    matrix.length,
    'it counts for the account that it aims at',
  );
});

t.test('a missing role and one that does not trust cannot be told apart', async (t) => {
  const { sts, world } = await start(t);
  world.putRole({ accountId: home, roleName: 'Untrusting', trustText: trust });
  world.putRole({ accountId: home, roleName: 'Deep', path: '/deep/', trustText: trustOf(allow()) });
  for (const target of [
    `${home}:role/Untrusting`,
    `${home}:role/Missing`,
    '999999999999:role/Missing',
    `${home}:role/Deep`,
  ]) {
    await t.rejects(sts().send(assume({ RoleArn: `arn:aws:iam::${target}` })), {
      Code: 'AccessDenied',
      message: `User: arn:aws:iam::${hub}:user/admin is not authorized to perform: sts:AssumeRole on resource: arn:aws:iam::${target}`,
    });
  }
  t.equal(await failure(sts().send(assume({ RoleArn: `arn:aws:iam::${home}:role/deep/Deep` }))), 'succeeded');
});

t.test('a session acts in the account of the role, and writes carry its name', async (t) => {
  const sandbox = await start(t);
  for (const accountId of [home, china]) {
    sandbox.world.putRole({
      accountId,
      roleName: 'RolewrightMember',
      path: '/ops/',
      trustText: trustOf(allow()),
    });
    sandbox.world.putRole({ accountId, roleName: 'Pods', trustText: trust });
  }
  for (const [accountId, partition] of [
    [home, 'aws'],
    [china, 'aws-cn'],
  ] as const) {
    const RoleArn = `arn:${partition}:iam::${accountId}:role/ops/RolewrightMember`;
    const credentials = await session(sandbox, { RoleArn, RoleSessionName: 'ana@example.com' });
    const identity = await sandbox.sts(credentials).send(new GetCallerIdentityCommand({}));
    t.match(identity, {
      Account: accountId,
      Arn: `arn:${partition}:sts::${accountId}:assumed-role/RolewrightMember/ana@example.com`,
    });
    t.equal(identity.UserId, `${sandbox.world.role(accountId, 'RolewrightMember')?.roleId}:ana@example.com`);
    await sandbox
      .iam(credentials)
      .send(new UpdateRoleDescriptionCommand({ RoleName: 'Pods', Description: partition }));
    t.equal(sandbox.world.role(accountId, 'Pods')?.description, partition);
    t.match(sandbox.world.ledger(accountId), [
      { accountId, action: 'iam:UpdateRoleDescription', sessionName: 'ana@example.com' },
    ]);
  }
});

t.test('a role chain: trusted by its role, and for an hour at most', async (t) => {
  const sandbox = await start(t);
  const { world } = sandbox;
  world.putRole({ accountId: hub, roleName: 'Service', path: '/app/', trustText: trustOf(allow()) });
  world.putRole({
    accountId: home,
    roleName: 'RolewrightMember',
    trustText: trustOf(allow({ Principal: { AWS: `arn:aws:iam::${hub}:role/app/Service` } })),
    maxSessionDuration: 43200,
  });
  t.equal(
    await failure(sandbox.sts().send(assume())),
    'AccessDenied 403',
    'the user of the hub is not that role',
  );
  const service = await session(sandbox, { RoleArn: `arn:aws:iam::${hub}:role/app/Service` });
  t.equal(await failure(sandbox.sts(service).send(assume({ DurationSeconds: 3600 }))), 'succeeded');
  await t.rejects(sandbox.sts(service).send(assume({ DurationSeconds: 3601 })), {
    Code: 'ValidationError',
    message: /1 hour session limit/,
  });
});

t.test('sessions expire', async (t) => {
  let now = Date.UTC(2026, 10, 23);
  const sandbox = await start(t, { now: () => now });
  sandbox.world.putRole({ accountId: home, roleName: 'RolewrightMember', trustText: trustOf(allow()) });
  const { Credentials: given } = await sandbox.sts().send(assume({ DurationSeconds: 900 }));
  t.equal(given?.Expiration?.getTime(), now + 900_000);
  const credentials = await session(sandbox, { DurationSeconds: 900 });
  const look = () =>
    failure(sandbox.iam(credentials).send(new GetRoleCommand({ RoleName: 'RolewrightMember' })));
  now += 899_999;
  t.equal(await look(), 'succeeded');
  now += 1;
  t.equal(await look(), 'ExpiredToken 403');
  t.equal(await failure(sandbox.sts(credentials).send(assume())), 'ExpiredTokenException 400');
  const stolen = { ...credentials, sessionToken: 'another' };
  t.equal(
    await failure(sandbox.iam(stolen).send(new GetRoleCommand({ RoleName: 'Pods' }))),
    'InvalidClientTokenId 403',
  );
  now += 3_600_000;
  await session(sandbox);
  t.equal(await look(), 'InvalidClientTokenId 403', 'in the end an expired session is forgotten');
});
