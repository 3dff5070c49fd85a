import t from 'tap';
import { judgeReadiness } from '#src/domain/readiness/judge.ts';
import type { ClusterWorld, FargateProfile, ProfileRole } from '#src/domain/readiness/world.ts';

const roleArn = 'arn:aws:iam::111122223333:role/pods';
const otherArn = 'arn:aws:iam::111122223333:role/team/other';
const issuer = 'https://oidc.eks.us-west-2.amazonaws.com/id/ABC';
const provider = 'arn:aws:iam::111122223333:oidc-provider/oidc.eks.us-west-2.amazonaws.com/id/ABC';
const [early, later, latest] = ['2026-01-01', '2026-02-01', '2026-03-01'].map((day) => new Date(day)) as [
  Date,
  Date,
  Date,
];

const profile = (more: Partial<FargateProfile> = {}): FargateProfile => ({
  name: 'default',
  status: 'ACTIVE',
  roleArn,
  health: [],
  ...more,
});
const role = (more: Partial<ProfileRole> = {}): ProfileRole => ({
  verdict: 'COMPLIANT',
  error: null,
  checkPath: '/v1/accounts/111122223333/execution-roles/pods/check?cluster=us-west-2/my-cluster',
  createdAt: early,
  isPropagating: false,
  ...more,
});
const entry = (type = 'FARGATE_LINUX', createdAt = early, modifiedAt = createdAt) => ({
  type,
  createdAt,
  modifiedAt,
});
const entries = (one: ReturnType<typeof entry> | null) => new Map([[roleArn, one]]);
const mode = (authenticationMode: 'API' | 'API_AND_CONFIG_MAP' | 'CONFIG_MAP') => ({
  authenticationMode,
  oidcIssuer: issuer,
});
const issue = (code: string) => ({ code, message: `words of ${code}`, resourceIds: ['subnet-1'] });

/** A cluster that is ready. */
const ready: ClusterWorld = {
  accountId: '111122223333',
  cluster: { region: 'us-west-2', name: 'my-cluster' },
  state: mode('API'),
  profiles: [profile()],
  roles: new Map([[roleArn, role()]]),
  planned: null,
  nodeGroups: new Map(),
  accessEntries: entries(entry()),
  oidcProviders: [provider],
  hidden: [],
};
const none = { profiles: [], roles: new Map(), accessEntries: new Map() };
const denied = (action: string) => ({
  action,
  reason: 'DENIED' as const,
  message: `AWS denies ${action}.`,
});

const cases: [about: string, world: Partial<ClusterWorld>, verdict: string, findings: string[]][] = [
  ['a cluster that is ready', {}, 'READY', []],
  ['a cluster without profiles, and without a provider', { ...none, oidcProviders: null }, 'READY', []],
  ['no such cluster', { ...none, state: null }, 'NOT_READY', ['CLUSTER_NOT_FOUND /']],
  [
    'a Region that is not enabled',
    {
      ...none,
      state: undefined,
      hidden: [{ action: 'eks:DescribeCluster', reason: 'REGION_DISABLED', message: 'Not enabled.' }],
    },
    'UNKNOWN',
    ['READINESS_UNKNOWN /'],
  ],
  [
    'a member role without the right',
    { nodeGroups: new Map(), hidden: [denied('eks:ListNodegroups')] },
    'UNKNOWN',
    ['READINESS_UNKNOWN /'],
  ],
  [
    'a denial does not hide an error',
    { hidden: [denied('eks:ListNodegroups')], accessEntries: entries(null) },
    'NOT_READY',
    ['ACCESS_ENTRY_MISSING /profiles/0/accessEntry', 'READINESS_UNKNOWN /'],
  ],
  [
    'a role without a line for the cluster',
    { roles: new Map([[roleArn, role({ verdict: 'NEEDS_EXTENSION' })]]) },
    'NOT_READY',
    [`ROLE_NOT_READY ${role().checkPath}`],
  ],
  [
    'a role that does not exist',
    { roles: new Map([[roleArn, role({ verdict: 'MISSING', createdAt: null })]]) },
    'NOT_READY',
    [`ROLE_NOT_READY ${role().checkPath}`],
  ],
  [
    'a role that could not be read',
    { roles: new Map(), hidden: [{ action: 'iam:GetRole', reason: 'FORBIDDEN', message: 'No.' }] },
    'UNKNOWN',
    ['READINESS_UNKNOWN /'],
  ],
  [
    'two profiles with one role',
    {
      profiles: [profile(), profile({ name: 'jobs' })],
      roles: new Map([[roleArn, role({ verdict: 'NEEDS_REPAIR' })]]),
    },
    'NOT_READY',
    [`ROLE_NOT_READY ${role().checkPath}`],
  ],
  [
    'the role of a node group',
    { nodeGroups: new Map([[roleArn, ['workers']]]) },
    'NOT_READY',
    ['ROLE_USED_BY_NODES /profiles/0'],
  ],
  ['a node group with another role', { nodeGroups: new Map([[otherArn, ['workers']]]) }, 'READY', []],
  ...['EC2_LINUX', 'EC2_WINDOWS', 'EC2', 'HYBRID_LINUX', 'HYPERPOD_LINUX'].map(
    (type): (typeof cases)[number] => [
      `an access entry of type ${type}`,
      { accessEntries: entries(entry(type)) },
      'NOT_READY',
      ['ROLE_USED_BY_NODES /profiles/0'],
    ],
  ),
  [
    'API: no entry',
    { accessEntries: entries(null) },
    'NOT_READY',
    ['ACCESS_ENTRY_MISSING /profiles/0/accessEntry'],
  ],
  [
    'API_AND_CONFIG_MAP: no entry',
    { state: mode('API_AND_CONFIG_MAP'), accessEntries: entries(null) },
    'READY',
    ['RBAC_UNVERIFIED /authenticationMode'],
  ],
  ...(['API', 'API_AND_CONFIG_MAP'] as const).flatMap((authenticationMode): (typeof cases)[number][] => {
    const state = mode(authenticationMode);
    return [
      [
        `${authenticationMode}: an entry for people, which takes precedence over aws-auth`,
        { state, accessEntries: entries(entry('STANDARD')) },
        'NOT_READY',
        ['ACCESS_ENTRY_MISSING /profiles/0/accessEntry'],
      ],
      [`${authenticationMode}: an entry`, { state }, 'READY', []],
    ];
  }),
  [
    'the role of a node group, without an entry: one entry cannot serve both',
    { nodeGroups: new Map([[roleArn, ['workers']]]), accessEntries: entries(null) },
    'NOT_READY',
    ['ROLE_USED_BY_NODES /profiles/0'],
  ],
  [
    'CONFIG_MAP',
    { state: mode('CONFIG_MAP'), accessEntries: new Map() },
    'READY',
    ['RBAC_UNVERIFIED /authenticationMode'],
  ],
  [
    'a role that is younger than its entry',
    { roles: new Map([[roleArn, role({ createdAt: later })]]) },
    'NOT_READY',
    ['ACCESS_ENTRY_STALE /profiles/0/accessEntry'],
  ],
  [
    'a role that is younger than its entry, which was modified since',
    {
      roles: new Map([[roleArn, role({ createdAt: later })]]),
      accessEntries: entries(entry('FARGATE_LINUX', early, latest)),
    },
    'UNKNOWN',
    ['READINESS_UNKNOWN /profiles/0/accessEntry'],
  ],
  [
    'an entry that is younger than the role',
    { accessEntries: entries(entry('FARGATE_LINUX', later)) },
    'READY',
    [],
  ],
  [
    'health issues',
    { profiles: [profile({ health: [issue('AccessDenied'), issue('SomethingNew')] })] },
    'NOT_READY',
    ['PROFILE_UNHEALTHY /profiles/0/health', 'PROFILE_UNHEALTHY /profiles/0/health'],
  ],
  [
    'a profile whose creation failed, without a reason',
    { profiles: [profile({ status: 'CREATE_FAILED' })] },
    'NOT_READY',
    ['PROFILE_UNHEALTHY /profiles/0/status'],
  ],
  ['a profile that is being created', { profiles: [profile({ status: 'CREATING' })] }, 'READY', []],
  [
    'a role for a profile that is to be made: EKS creates its entry',
    {
      planned: otherArn,
      roles: new Map([
        [roleArn, role()],
        [otherArn, role({ verdict: 'NEEDS_EXTENSION' })],
      ]),
    },
    'NOT_READY',
    [`ROLE_NOT_READY ${role().checkPath}`],
  ],
  [
    'the same, which nodes use',
    { planned: otherArn, nodeGroups: new Map([[otherArn, ['workers']]]) },
    'NOT_READY',
    ['ROLE_USED_BY_NODES /'],
  ],
  ['a role that is asked about and used already', { planned: roleArn }, 'READY', []],
  ['no OIDC provider', { oidcProviders: [] }, 'READY', ['IRSA_MISSING /oidcProvider']],
  [
    'the provider of another cluster',
    { oidcProviders: [`${provider}2`] },
    'READY',
    ['IRSA_MISSING /oidcProvider'],
  ],
  [
    'a role that was changed just now',
    { roles: new Map([[roleArn, role({ isPropagating: true })]]) },
    'READY',
    ['PROPAGATING /profiles/0'],
  ],
];

t.test('what a cluster shows, and what is found', (t) => {
  for (const [about, world, verdict, findings] of cases) {
    const answer = judgeReadiness({ ...ready, ...world });
    t.equal(answer.verdict, verdict, about);
    t.same(
      answer.findings.map(({ code, pointer }) => `${code} ${pointer ?? '/'}`),
      findings,
      about,
    );
    for (const { message, remedy } of answer.findings) {
      t.match(message, /^[A-Z].*[.)]$/, `${about}: a sentence`);
      t.match(remedy, /^[A-Z].{10}/, `${about}: a remedy`);
    }
  }
  t.end();
});

t.test('each profile is shown with its role and access entry', (t) => {
  const profiles = [profile(), profile({ name: 'jobs', roleArn: otherArn })];
  const { accessEntries, ...rest } = ready;
  t.match(judgeReadiness({ ...rest, profiles, accessEntries }), {
    authenticationMode: 'API',
    oidcProvider: { issuer, registeredInIam: true },
    profiles: [
      { name: 'default', status: 'ACTIVE', roleArn, roleVerdict: 'COMPLIANT', accessEntry: 'PRESENT' },
      { name: 'jobs', roleArn: otherArn, roleVerdict: null, accessEntry: 'UNKNOWN' },
    ],
  });
  t.end();
});

t.test('a remedy names the AWS command with its Region, cluster and role', (t) => {
  const remedyOf = (world: Partial<ClusterWorld>) =>
    judgeReadiness({ ...ready, ...world }).findings[0]?.remedy;
  const about = `--region us-west-2 --cluster-name my-cluster --principal-arn ${roleArn}`;
  const create = `aws eks create-access-entry ${about} --type FARGATE_LINUX`;
  t.equal(remedyOf({ accessEntries: entries(null) }), `Create it: ${create}`);
  t.match(
    remedyOf({ accessEntries: entries(entry('STANDARD')) }),
    `aws eks delete-access-entry ${about} && ${create}`,
  );
  t.match(
    remedyOf({ oidcProviders: [] }),
    `aws iam create-open-id-connect-provider --url ${issuer} --client-id-list sts.amazonaws.com`,
  );
  t.end();
});
