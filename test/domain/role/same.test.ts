import t from 'tap';
import {
  distinctPolicies,
  hasPolicy,
  hasTags,
  isAwsTag,
  isSamePolicy,
  isSameRole,
  isSameSnapshot,
  repeatedTags,
  roleKeyOf,
  tagIn,
  withoutPolicies,
  withoutTags,
  withTags,
} from '#src/domain/role/same.ts';

t.test('roles', async (t) => {
  t.equal(roleKeyOf('EKS-Pods'), 'eks-pods');
  t.equal(isSameRole('EKS-Pods', 'eks-PODS'), true);
  t.equal(isSameRole('EKS-Pods', 'eks-pod'), false);
});

t.test('policies', async (t) => {
  const [policy, capitals, other] = [
    'arn:aws:iam::aws:policy/P',
    'ARN:AWS:IAM::AWS:POLICY/P',
    'arn:aws:iam::aws:policy/Q',
  ];
  t.equal(isSamePolicy(policy, capitals), true);
  t.equal(isSamePolicy(policy, other), false);
  t.equal(isSamePolicy(null, policy), false);
  t.equal(isSamePolicy(null, null), true);
  t.equal(hasPolicy([other, capitals], policy), true);
  t.equal(hasPolicy([other], policy), false);
  t.same(withoutPolicies([other, capitals], [policy]), [other]);
  t.same(
    distinctPolicies([policy, other, capitals, other]),
    [policy, other],
    'by their first name, in their order',
  );
});

t.test('tags', async (t) => {
  const tags = { Team: 'a', other: '1' };
  t.equal(tagIn(tags, 'TEAM'), 'a');
  t.equal(tagIn(tags, 'constructor'), undefined);
  t.equal(hasTags(tags, { team: 'a' }), true);
  t.equal(hasTags(tags, { team: 'A' }), false, 'values are compared exactly');
  t.same(withTags(tags, { team: 'b', more: '2' }), { other: '1', team: 'b', more: '2' });
  t.same(withoutTags(tags, ['tEAM', 'none']), { other: '1' });
  t.same(repeatedTags({ a: '1', B: '2', A: '3', b: '4' }), [
    { first: 'a', again: 'A' },
    { first: 'B', again: 'b' },
  ]);
  t.same([isAwsTag('aws:x'), isAwsTag('AWS:x'), isAwsTag('awsx')], [true, true, false]);
});

t.test('snapshots', async (t) => {
  const snapshot = {
    trust: {},
    policies: { attached: ['arn:a', 'arn:b'], inline: null },
    tags: { Team: 'a', 'aws:x': '1' },
  };
  const same = {
    ...snapshot,
    policies: { attached: ['arn:B', 'arn:a'], inline: ['x'] },
    tags: { team: 'a' },
  };
  t.equal(isSameSnapshot(snapshot, same), true);
  for (const other of [
    { tags: { team: 'A' } },
    { policies: { attached: ['arn:a'], inline: null } },
    { trust: { Version: '1' } },
  ])
    t.equal(isSameSnapshot(snapshot, { ...snapshot, ...other }), false);
});
