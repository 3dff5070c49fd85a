import t from 'tap';
import { applyStep, hasTakenEffect } from '#src/domain/plan/steps/effect.ts';
import type { LoggedStep } from '#src/domain/plan/steps/step.ts';
import type { RoleState } from '#src/domain/role/role-state.ts';
import { lineOf, observed, policy, statement } from '#test/domain/fixtures/observed.ts';

const roleName = 'PodExecution';
const trust = policy(statement([lineOf('a'), lineOf('b')]));
const create: LoggedStep = {
  action: 'iam:CreateRole',
  detail: {
    roleName,
    path: '/',
    assumeRolePolicyDocument: trust,
    description: null,
    tags: {},
    permissionsBoundary: null,
  },
};
const update: LoggedStep = {
  action: 'iam:UpdateAssumeRolePolicy',
  detail: { roleName, policyDocument: trust },
};
const attach: LoggedStep = { action: 'iam:AttachRolePolicy', detail: { roleName, policyArn: 'arn:x' } };
const detach: LoggedStep = { action: 'iam:DetachRolePolicy', detail: { roleName, policyArn: 'arn:x' } };
const untag: LoggedStep = { action: 'iam:UntagRole', detail: { roleName, tagKeys: ['a', 'b'] } };
const tag: LoggedStep = { action: 'iam:TagRole', detail: { roleName, tags: { a: '1', b: '2' } } };
const boundary: LoggedStep = {
  action: 'iam:PutRolePermissionsBoundary',
  detail: { roleName, permissionsBoundary: 'arn:b' },
};
const describe = (description: string): LoggedStep => ({
  action: 'iam:UpdateRoleDescription',
  detail: { roleName, description },
});

const rows: [string, LoggedStep, Partial<RoleState>, boolean][] = [
  ['created', create, {}, true],
  ['created otherwise', create, { trustText: '{}' }, false],
  ['created at another path', create, { path: '/eks/' }, false],
  ['created with a description', create, { description: 'x' }, false],
  ['created with a boundary', create, { permissionsBoundary: 'arn:b' }, false],
  ['created without the tags', { ...create, detail: { ...create.detail, tags: { a: '1' } } }, {}, false],
  [
    'trust in another form and order',
    update,
    {
      trustText: JSON.stringify(
        { Statement: statement([lineOf('b'), lineOf('a')]), Version: '2012-10-17' },
        null,
        2,
      ),
    },
    true,
  ],
  ['trust as it was', update, { trustText: JSON.stringify(policy(statement(lineOf('a')))) }, false],
  ['attached', attach, { attached: ['arn:y', 'arn:x'] }, true],
  ['not attached', attach, {}, false],
  ['tagged', tag, { tags: { a: '1', b: '2', c: '3' } }, true],
  ['tagged, with keys in another letter case', tag, { tags: { A: '1', B: '2' } }, true],
  ['attached, by an ARN in another letter case', attach, { attached: ['arn:X'] }, true],
  ['still attached, by an ARN in another letter case', detach, { attached: ['arn:X'] }, false],
  ['untagged, but for another letter case', untag, { tags: { A: '' } }, false],
  ['bounded, by an ARN in another letter case', boundary, { permissionsBoundary: 'arn:B' }, true],
  ['tagged in part', tag, { tags: { a: '1' } }, false],
  ['tagged otherwise', tag, { tags: { a: '1', b: '3' } }, false],
  ['detached', detach, { attached: ['arn:y'] }, true],
  ['still attached', detach, { attached: ['arn:y', 'arn:x'] }, false],
  ['untagged', untag, { tags: { c: '' } }, true],
  ['untagged in part', untag, { tags: { b: '' } }, false],
  ['bounded', boundary, { permissionsBoundary: 'arn:b' }, true],
  ['not bounded', boundary, {}, false],
  ['described', describe('x'), { description: 'x' }, true],
  ['described as nothing', describe(''), { description: null }, true],
  ['not described', describe('x'), {}, false],
];

t.test('has the write taken effect', (t) => {
  for (const [about, step, role, expected] of rows)
    t.equal(hasTakenEffect(observed(trust, role).role, step), expected, about);
  t.equal(hasTakenEffect(null, create), false, 'a missing role shows no write');
  t.end();
});

t.test('a step applied to a snapshot: equal values of IAM are one', (t) => {
  const before = {
    trust,
    policies: { attached: ['arn:X', 'arn:y'], inline: null },
    tags: { Team: 'a', other: '1' },
  };
  const rows: [string, LoggedStep, object][] = [
    [
      'a tag with another letter case',
      { ...tag, detail: { roleName, tags: { team: 'b' } } },
      { tags: { other: '1', team: 'b' } },
    ],
    [
      'a tag taken away by another letter case',
      { ...untag, detail: { roleName, tagKeys: ['TEAM'] } },
      { tags: { other: '1' } },
    ],
    ['attached already', attach, { policies: { attached: ['arn:X', 'arn:y'], inline: null } }],
    ['detached', detach, { policies: { attached: ['arn:y'], inline: null } }],
  ];
  for (const [about, step, expected] of rows)
    t.same(applyStep(before, step), { ...before, ...expected }, about);
  t.end();
});
