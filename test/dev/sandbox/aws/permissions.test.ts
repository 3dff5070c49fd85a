import { GetAccountSummaryCommand, GetRoleCommand, TagRoleCommand } from '@aws-sdk/client-iam';
import t from 'tap';
import { assumeRole } from '#test/support/assume-role.ts';
import { failure, home, hub, start, trust, trustOf } from './fixtures/sandbox.ts';

const role = (name: string) => `arn:aws:iam::${home}:role/${name}`;
const allow = (Action: string | string[], Resource: string | string[], members: object = {}) => ({
  Effect: 'Allow',
  Action,
  Resource,
  ...members,
});
const before = (time: string) => ({ Condition: { DateLessThan: { 'aws:CurrentTime': time } } });
const denied = 'AccessDenied 403';

// What GetRole, TagRole (both of the role Pods) and GetAccountSummary answer in a session with the policy.
const matrix: [about: string, policy: string | undefined, get: string, tag: string, summary: string][] = [
  ['none', undefined, 'succeeded', 'succeeded', 'succeeded'],
  ['everything', trustOf(allow('*', '*')), 'succeeded', 'succeeded', 'succeeded'],
  ['reads', trustOf(allow(['iam:Get*'], '*')), 'succeeded', denied, 'succeeded'],
  ['one role', trustOf(allow('iam:*', role('eks/Pods'))), 'succeeded', 'succeeded', denied],
  [
    'one role with any path',
    trustOf(allow('iam:*', [role('Pods'), role('*/Pods')])),
    'succeeded',
    'succeeded',
    denied,
  ],
  ['the role without its path', trustOf(allow('iam:*', role('Pods'))), denied, denied, denied],
  ['another account', trustOf(allow('iam:*', `arn:aws:iam::${hub}:role/*`)), denied, denied, denied],
  [
    'a Deny',
    trustOf(allow('*', '*'), allow('iam:TagRole', '*', { Effect: 'Deny' })),
    'succeeded',
    denied,
    'succeeded',
  ],
  ['no resource', trustOf({ Effect: 'Allow', Action: '*' }), denied, denied, denied],
  [
    'in time',
    trustOf(allow('iam:TagRole', '*', before('2026-11-23T12:00:01Z'))),
    denied,
    'succeeded',
    denied,
  ],
  ['too late', trustOf(allow('*', '*', before('2026-11-23T12:00:00Z'))), denied, denied, denied],
  [
    'a condition of which the request says nothing',
    trustOf(allow('*', '*', { Condition: { StringEquals: { 'iam:PolicyARN': 'x' } } })),
    denied,
    denied,
    denied,
  ],
];

t.test('a session policy reduces rights', async (t) => {
  const { sts, iam, world } = await start(t, { now: () => Date.UTC(2026, 10, 23, 12) });
  const member = trustOf({ Effect: 'Allow', Principal: { AWS: hub }, Action: 'sts:AssumeRole' });
  world.putRole({ accountId: home, roleName: 'Member', trustText: member });
  world.putRole({ accountId: home, roleName: 'Pods', path: '/eks/', trustText: trust });
  const assume = (Policy: string | undefined) => assumeRole(sts(), { RoleArn: role('Member'), Policy });
  for (const [about, policy, get, tag, summary] of matrix) {
    const session = iam(await assume(policy));
    t.equal(await failure(session.send(new GetRoleCommand({ RoleName: 'Pods' }))), get, `${about}: GetRole`);
    t.equal(
      await failure(session.send(new TagRoleCommand({ RoleName: 'Pods', Tags: [{ Key: 'a', Value: 'b' }] }))),
      tag,
      `${about}: TagRole`,
    );
    t.equal(
      await failure(session.send(new GetAccountSummaryCommand({}))),
      summary,
      `${about}: GetAccountSummary`,
    );
  }
  t.equal(await failure(assume('nonsense')), 'MalformedPolicyDocument 400');
  t.equal(
    await failure(assume(trustOf(allow('*', '*')) + ' '.repeat(2048))),
    'ValidationError 400',
    'longer than 2,048 characters',
  );
});
