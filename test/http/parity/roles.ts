import { clusters, roleName } from '#test/support/service.ts';
import { type Case, fails, invalid, mistyped, ofAccount, ofRole, usual, works } from './case.ts';
import {
  a,
  boundary,
  claimAs,
  open,
  overriding,
  seedGone,
  seedOwnedRole,
  seedProfile,
  seedRole,
  withKey,
} from './givens.ts';
import { accountOnly, clusterFaults, roleFaults, wantedFaults, writeFaults } from './role-faults.ts';

const whole = {
  clusters: [...a, { region: '*', name: 'b' }],
  path: '/eks/',
  description: 'Fargate',
  tags: { team: 'payments', 'cost centre': '' },
  permissionsBoundary: boundary,
  additionalPolicyArns: ['arn:aws:iam::aws:policy/CloudWatchLogsFullAccess'],
  reason: 'a new cluster',
};

export const rolesCases: Record<string, Case[]> = {
  checkExecutionRole: [
    works('covered and not', ofRole({ clusters: clusters('a', 'z') }), seedRole),
    works('no condition', ofRole({ clusters: a }), open),
    works('no role', ofRole({ clusters: a })),
    works('any cluster', ofRole({ clusters: [{ region: '*', name: '*' }] }), seedRole),
    ...roleFaults({ clusters: a }),
    ...clusterFaults,
  ],
  executionRole: [
    works('a role with all that it can have', ofRole(), (x) =>
      x.seed(['a'], {
        path: '/eks/',
        description: 'd',
        tags: { team: 'x' },
        inline: { logging: '{}' },
        permissionsBoundary: boundary,
      }),
    ),
    fails('no role', 'ROLE_NOT_FOUND', ofRole()),
    ...roleFaults({}),
  ],
  executionRoles: [
    works('several', ofAccount(), (x) => {
      x.seed(['a'], {
        path: '/eks/',
        tags: { team: 'x' },
        inline: { logging: '{}' },
        permissionsBoundary: boundary,
      });
      x.seed([], { roleName: 'my-fargate-pod-execution', trustText: '{}', attached: [] });
      x.seed(['b'], { roleName: 'app' });
    }),
    works('none', ofAccount()),
    ...accountOnly(roleFaults({})),
  ],
  executionRoleCluster: [
    works('a line', ofRole(a[0]), seedRole),
    works('another letter case', ofRole({ ...a[0], roleName: roleName.toUpperCase() }), seedRole),
    works('a line that is claimed', ofRole(a[0]), claimAs('a')),
    fails('no line', 'CLUSTER_NOT_LISTED', ofRole({ region: 'us-west-2', name: 'z' }), seedRole),
    fails('no role', 'ROLE_NOT_FOUND', ofRole(a[0])),
    fails(
      'a Region of another partition',
      'CLUSTER_NOT_LISTED',
      ofRole({ region: 'cn-north-1', name: 'a' }),
      seedRole,
    ),
    ...roleFaults({ region: 'us-west-2', name: 'a' }),
  ],
  createExecutionRole: [
    works('until EKS would accept the role', ofRole({ clusters: a, wait: 'READY' })),
    works('all fields', ofRole(whole)),
    works('clusters alone', (x) => ({ accountId: x.accountId, clusters: a })),
    works('a key', (x) => usual(x, withKey(x, { clusters: a }))),
    works('tags of another owner', ofRole({ clusters: a, tags: { ManagedBy: 'Terraform' }, ...overriding })),
    works('a dry run', ofRole({ ...whole, dryRun: true })),
    fails('a role that is there', 'ROLE_EXISTS', ofRole({ clusters: a }), seedRole),
    ...writeFaults({ clusters: a }),
    ...clusterFaults,
    ...wantedFaults,
  ],
  ensureExecutionRole: [
    works('no role', ofRole(whole)),
    works('a bare role', ofRole(whole), (x) => x.seed(['b'], { attached: [], path: '/eks/' })),
    works('a role that has it all', ofRole({ clusters: a }), seedRole),
    works('a dry run', ofRole({ clusters: clusters('z'), dryRun: true }), seedRole),
    fails('another path', 'ROLE_EXISTS', ofRole({ clusters: a, path: '/eks/' }), seedRole),
    fails('another owner', 'MANAGED_ELSEWHERE', ofRole({ clusters: clusters('z') }), seedOwnedRole),
    works('another owner, all the same', ofRole({ clusters: clusters('z'), ...overriding }), seedOwnedRole),
    fails('no condition', 'TRUST_MISMATCH', ofRole({ clusters: a }), open),
    ...writeFaults({ clusters: a }),
    ...clusterFaults,
    ...wantedFaults,
  ],
  extendExecutionRole: [
    works('until EKS would accept the role', ofRole({ clusters: clusters('z'), wait: 'READY' }), seedRole),
    mistyped('to wait for something else', ofRole({ clusters: a, wait: 'SOON' })),
    works('two more lines', ofRole({ clusters: clusters('a', 'y', 'z'), reason: 'more' }), seedRole),
    works('covered already', ofRole({ clusters: a }), seedRole),
    works('compact', ofRole({ clusters: [{ region: 'us-west-2', name: '*' }], compact: true }), seedRole),
    works('a dry run', ofRole({ clusters: clusters('z'), dryRun: true }), seedRole),
    works('a line in the place of another', ofRole({ clusters: clusters('z'), drop: a }), seedRole),
    works('lines that go', ofRole({ clusters: [], drop: a }), (x) => x.seed(['a', 'b'])),
    fails('all lines gone', 'LAST_CLUSTER', ofRole({ clusters: [], drop: a }), (x) => x.seed(['a'])),
    invalid('asked and dropped', '/drop/0', ofRole({ clusters: a, drop: a })),
    invalid('nothing at all', '/clusters', ofRole({ clusters: [] })),
    invalid(
      'no name of a cluster to drop',
      ['/drop/0/name', '/drop/0/region'],
      ofRole({ clusters: a, drop: [{ region: 'us west', name: '' }] }),
    ),
    fails('no role', 'ROLE_NOT_FOUND', ofRole({ clusters: a })),
    works('a claim of a line', ofRole({ clusters: clusters('z'), claimant: 'tf' }), seedRole),
    works('a claim where nothing is to be written', ofRole({ clusters: a, claim: true }), seedRole),
    works('a claim that is there', ofRole({ clusters: a, claimant: 'tf' }), claimAs('tf')),
    invalid('a claimant too long', '/claimant', ofRole({ clusters: a, claimant: 'x'.repeat(129) })),
    fails('no condition', 'TRUST_MISMATCH', ofRole({ clusters: a }), open),
    works('no condition, MERGE', ofRole({ clusters: a, onMismatch: 'MERGE' }), open),
    works('no condition, REPLACE', ofRole({ clusters: a, onMismatch: 'REPLACE' }), open),
    fails('another owner', 'MANAGED_ELSEWHERE', ofRole({ clusters: clusters('z') }), seedOwnedRole),
    fails(
      'another owner, dry',
      'MANAGED_ELSEWHERE',
      ofRole({ clusters: clusters('z'), dryRun: true }),
      seedOwnedRole,
    ),
    works('another owner, all the same', ofRole({ clusters: clusters('z'), ...overriding }), seedOwnedRole),
    fails(
      'a line of an active profile for another',
      'PROFILE_ACTIVE',
      ofRole({ clusters: clusters('z'), drop: a }),
      seedProfile,
    ),
    mistyped('an override that is none', ofRole({ clusters: a, override: ['ALL'] })),
    fails('a service-linked role', 'UNMODIFIABLE_ROLE', ofRole({ clusters: clusters('z') }), (x) =>
      x.seed(['a'], { path: '/aws-service-role/eks.amazonaws.com/' }),
    ),
    fails(
      'a policy that cannot be attached now',
      'ROLE_BUSY',
      ofRole({ clusters: clusters('z') }),
      (x, { world }) => {
        x.seed(['a'], { attached: [] });
        world.addFaults({
          fail: [
            {
              accountId: x.accountId,
              action: 'iam:AttachRolePolicy',
              code: 'ConcurrentModification',
              times: 1,
            },
          ],
        });
      },
    ),
    mistyped('a mismatch that is none', ofRole({ clusters: a, onMismatch: 'ASK' })),
    ...writeFaults({ clusters: a }),
    ...clusterFaults,
  ],
  retractCluster: [
    works('one line of two', ofRole({ ...a[0], reason: 'gone' }), seedRole),
    works('a dry run', ofRole({ ...a[0], dryRun: true }), seedRole),
    fails('the last line', 'LAST_CLUSTER', ofRole(a[0]), (x) => x.seed(['a'])),
    works('a line of its claimant', ofRole({ ...a[0], claimant: 'tf' }), claimAs('tf')),
    works('a line that another claims too', ofRole({ ...a[0], claimant: 'tf' }), async (x, service) => {
      await claimAs('tf')(x, service);
      await claimAs('other')(x, service);
    }),
    fails('a line that another claims', 'CLUSTER_CLAIMED', ofRole(a[0]), claimAs('tf')),
    works(
      'a line that another claims, all the same',
      ofRole({ ...a[0], override: ['CLUSTER_CLAIMED'] }),
      claimAs('tf'),
    ),
    fails('another owner', 'MANAGED_ELSEWHERE', ofRole(a[0]), seedOwnedRole),
    works('another owner, all the same', ofRole({ ...a[0], ...overriding }), seedOwnedRole),
    fails('an active profile', 'PROFILE_ACTIVE', ofRole(a[0]), seedProfile),
    fails('an active profile, dry', 'PROFILE_ACTIVE', ofRole({ ...a[0], dryRun: true }), seedProfile),
    works('an active profile, all the same', ofRole({ ...a[0], override: ['PROFILE_ACTIVE'] }), seedProfile),
    fails('no such line', 'CLUSTER_NOT_LISTED', ofRole({ region: 'us-west-2', name: 'z' }), seedRole),
    fails('no role', 'ROLE_NOT_FOUND', ofRole(a[0])),
    fails(
      'a Region of another partition',
      'CLUSTER_NOT_LISTED',
      ofRole({ region: 'cn-north-1', name: 'a' }),
      seedRole,
    ),
    ...writeFaults({ region: 'us-west-2', name: 'a' }),
  ],
  pruneExecutionRole: [
    works('a line of a cluster that is gone', ofRole({ reason: 'gone' }), seedGone()),
    works('a dry run', ofRole({ dryRun: true }), seedGone()),
    works('nothing to prune', ofRole(), seedRole),
    fails('no role', 'ROLE_NOT_FOUND', ofRole()),
    fails('another owner', 'MANAGED_ELSEWHERE', ofRole(), seedGone({ tags: { ManagedBy: 'Terraform' } })),
    works('another owner, all the same', ofRole(overriding), seedGone({ tags: { ManagedBy: 'Terraform' } })),
    ...writeFaults({}),
  ],
};
