import { runSql } from '#test/support/postgres.ts';
import { clusters, roleName } from '#test/support/service.ts';
import { type Case, fails, type Input, invalid, mistyped, ofRole, only, usual } from './case.ts';
import { a, boundary, seedRole, unknown, useKey, withKey } from './givens.ts';

export const roleFaults = (more: Input): Case[] => [
  invalid('an account ID that is none', '/accountId', { accountId: '12', roleName, ...more }),
  invalid('a role name that is none', '/roleName', ofRole({ ...more, roleName: 'a b' })),
  fails('an unknown account', 'ACCOUNT_UNKNOWN', { ...unknown(), ...more }),
  fails('an account that was closed', 'ACCOUNT_UNREACHABLE', ofRole(more), ({ accountId }, { databaseUrl }) =>
    runSql(databaseUrl, `UPDATE account SET status = 'CLOSED' WHERE account_id = '${accountId}'`),
  ),
  fails('an account that may not be assumed', 'ACCOUNT_UNREACHABLE', ofRole(more), (x, { world }) =>
    world.deleteRole(x.accountId, 'RolewrightMember'),
  ),
];
export const clusterFaults: Case[] = [
  invalid('no clusters', '/clusters', ofRole({ clusters: [] })),
  invalid(
    '101 clusters',
    '/clusters',
    ofRole({ clusters: clusters(...Array.from({ length: 101 }, (_, i) => `c${i}`)) }),
  ),
  invalid(
    'several wrong clusters',
    ['/clusters/0/region', '/clusters/2/name'],
    ofRole({ clusters: [{ region: 'us-west', name: 'a' }, ...a, { region: 'us-west-2', name: '-' }] }),
  ),
  invalid(
    'a Region of another partition',
    '/clusters/1/region',
    ofRole({ clusters: [...a, { region: 'cn-north-1', name: 'a' }] }),
    seedRole,
  ),
  mistyped('a cluster with a field too many', ofRole({ clusters: [{ ...a[0], zone: 'a' }] })),
  mistyped('a cluster without a name', ofRole({ clusters: [{ region: 'us-west-2' }] })),
  mistyped('no field clusters', ofRole()),
  mistyped('an unknown field', ofRole({ clusters: a, cluster: 'a' })),
];
export const writeFaults = (more: Input): Case[] => [
  ...roleFaults(more),
  invalid('a reason too long', '/reason', ofRole({ ...more, reason: 'x'.repeat(1001) })),
  fails('a key used before', 'IDEMPOTENCY_MISMATCH', (x) => usual(x, withKey(x, more)), useKey),
  invalid('a key too long', '/idempotencyKey', ofRole({ ...more, idempotencyKey: 'x'.repeat(256) })),
  fails('another etag', 'ROLE_CHANGED', ofRole({ ...more, ifMatch: '"other"' }), seedRole),
];
export const wantedFaults: Case[] = [
  invalid(
    'every field wrong',
    [
      '/additionalPolicyArns/0',
      '/clusters',
      '/description',
      '/path',
      '/permissionsBoundary',
      '/tags/aws:x',
      '/tags/ok',
    ],
    (x) =>
      usual(x, {
        clusters: [],
        path: 'eks',
        description: 'an – en dash',
        tags: { 'aws:x': '1', ok: 'no;semicolon' },
        permissionsBoundary: 'arn',
        additionalPolicyArns: ['x'],
      }),
  ),
  invalid(
    'policies of another account, of another partition',
    ['/additionalPolicyArns/1', '/permissionsBoundary'],
    (x) =>
      usual(x, {
        clusters: a,
        permissionsBoundary: 'arn:aws:iam::999999999998:policy/b',
        additionalPolicyArns: [boundary, 'arn:aws-cn:iam::aws:policy/x'],
      }),
  ),
  fails("AWS's own path", 'UNMODIFIABLE_ROLE', ofRole({ clusters: a, path: '/aws-service-role/x/' })),
  fails(
    'over the quota of the trust policy',
    'QUOTA_EXCEEDED',
    ofRole({ clusters: clusters(...Array.from({ length: 40 }, (_, i) => `cluster-number-${i}`)) }),
  ),
  fails(
    'over the quota of policies',
    'QUOTA_EXCEEDED',
    ofRole({
      clusters: a,
      additionalPolicyArns: Array.from({ length: 10 }, (_, i) => `arn:aws:iam::aws:policy/P${i}`),
    }),
  ),
  fails(
    'a policy that AWS does not know',
    'AWS_FAILED',
    ofRole({ clusters: a, additionalPolicyArns: ['arn:aws:iam::aws:policy/Nothing'] }),
  ),
];
/** The same requests with the account alone. */
export const accountOnly = (cases: Case[]): Case[] =>
  cases.flatMap((one) => {
    const { input } = one;
    if (one.pointers?.includes('/roleName')) return [];
    return {
      ...one,
      input: (account, given) =>
        only(typeof input === 'function' ? input(account, given) : input, 'accountId'),
    };
  });
