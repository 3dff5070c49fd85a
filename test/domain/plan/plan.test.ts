// biome-ignore-all lint/suspicious/noTemplateCurlyInString: IAM policy variables are written like this.
import t from 'tap';
import { planCreate } from '#src/domain/plan/plan-create.ts';
import { planEnsure } from '#src/domain/plan/plan-ensure.ts';
import { planExtend } from '#src/domain/plan/plan-extend.ts';
import { planRetract } from '#src/domain/plan/plan-retract.ts';
import { isRefusal, type Planned, type PlanResult, type Refusal } from '#src/domain/plan/planned.ts';
import { canonical } from '#src/domain/policy/document.ts';
import type { JsonObject } from '#src/schema/primitives.ts';
import type { OnMismatch } from '#src/schema/role.ts';
import {
  absent,
  accountId,
  cluster,
  lineOf,
  observed,
  other,
  policy,
  requirePlanned,
  service,
  statement,
} from '#test/domain/fixtures/observed.ts';
import { sayRefusal } from '#test/domain/fixtures/say.ts';

const managed = 'arn:aws:iam::aws:policy/AmazonEKSFargatePodExecutionRolePolicy';
const none = { clustersGained: [], clustersLost: [], statementsRemoved: [], principalsRemoved: [] };
const everything = { region: '*', name: '*' };

function refused(result: PlanResult): Refusal {
  if (!isRefusal(result)) throw new Error(`not refused: ${JSON.stringify(result.steps)}`);
  return result;
}
const actions = ({ steps }: Planned) => steps.map((step) => step.action);
const reference = (...lines: string[]) => policy(statement(lines.length === 1 ? lines[0] : lines));
const extend = (
  trust: JsonObject | string,
  onMismatch: OnMismatch = 'REFUSE',
  compact = false,
  asked = [cluster],
) => planExtend(observed(trust), asked, onMismatch, compact);

t.test('create', (t) => {
  const bare = requirePlanned(planCreate(absent(), { clusters: [cluster] }));
  t.same(bare.steps, [
    {
      action: 'iam:CreateRole',
      text: JSON.stringify(bare.after.trust),
      detail: {
        roleName: 'PodExecution',
        path: '/',
        assumeRolePolicyDocument: reference(lineOf('my-cluster')),
        description: null,
        tags: {},
        permissionsBoundary: null,
      },
    },
    { action: 'iam:AttachRolePolicy', detail: { roleName: 'PodExecution', policyArn: managed } },
  ]);
  t.match(bare, { kind: 'CREATE', before: null, effects: { ...none, clustersGained: [cluster] } });
  const boundary = 'arn:aws:iam::111122223333:policy/Boundary';
  const full = requirePlanned(
    planCreate(absent({ partition: 'aws-cn' }), {
      clusters: [
        { region: 'cn-north-1', name: 'a' },
        { region: '*', name: '*' },
      ],
      path: '/eks/',
      description: 'd',
      tags: { team: 'x' },
      permissionsBoundary: boundary,
      additionalPolicyArns: [
        'arn:aws-cn:iam::aws:policy/AmazonEKSFargatePodExecutionRolePolicy',
        'arn:aws-cn:iam::aws:policy/B',
      ],
    }),
  );
  t.match(full.steps[0]?.detail, {
    path: '/eks/',
    description: 'd',
    tags: { team: 'x' },
    permissionsBoundary: boundary,
  });
  t.same(full.after.trust, {
    Version: '2012-10-17',
    Statement: [
      statement([
        `arn:aws-cn:eks:cn-north-1:${accountId}:fargateprofile/a/*`,
        `arn:aws-cn:eks:*:${accountId}:fargateprofile/*/*`,
      ]),
    ],
  });
  t.same(full.after.policies.attached, [
    'arn:aws-cn:iam::aws:policy/AmazonEKSFargatePodExecutionRolePolicy',
    'arn:aws-cn:iam::aws:policy/B',
  ]);
  t.equal(full.steps.length, 3, 'the managed policy is attached once');
  t.end();
});

t.test('refusals that do not depend on the trust policy', (t) => {
  const role = observed(reference(lineOf('my-cluster')));
  const linked = observed(reference(lineOf('my-cluster')), {
    path: '/aws-service-role/eks-fargate.amazonaws.com/',
  });
  const reserved = observed(reference(lineOf('my-cluster')), {
    path: '/aws-reserved/sso.amazonaws.com/us-west-2/',
  });
  const clusters = [cluster];
  const bounded = observed(reference(lineOf('my-cluster')), {
    permissionsBoundary: 'arn:aws:iam::111122223333:policy/A',
  });
  const rows: [string, PlanResult, string][] = [
    ['create: it exists', planCreate(role, { clusters }), 'ROLE_EXISTS'],
    [
      'create: under the path of service-linked roles',
      planCreate(absent(), { clusters, path: '/aws-service-role/x/' }),
      'UNMODIFIABLE_ROLE',
    ],
    ['create: it exists and is service-linked', planCreate(linked, { clusters }), 'UNMODIFIABLE_ROLE'],
    [
      "create: under the path of Identity Center's roles",
      planCreate(absent(), { clusters, path: '/aws-reserved/x/' }),
      'UNMODIFIABLE_ROLE',
    ],
    ['create: too long for the quota', planCreate(absent({ quota: 200 }), { clusters }), 'QUOTA_EXCEEDED'],
    ['extend: no role', planExtend(absent(), clusters, 'MERGE', false), 'ROLE_NOT_FOUND'],
    ['extend: service-linked', planExtend(linked, clusters, 'REPLACE', false), 'UNMODIFIABLE_ROLE'],
    [
      'extend: too long for the quota',
      planExtend({ ...role, quota: 300 }, [cluster, other], 'REFUSE', false),
      'QUOTA_EXCEEDED',
    ],
    ['ensure: service-linked', planEnsure(linked, { clusters }), 'UNMODIFIABLE_ROLE'],
    ['ensure: another path', planEnsure(role, { clusters, path: '/eks/' }), 'ROLE_EXISTS'],
    [
      'ensure: another boundary',
      planEnsure(bounded, { clusters, permissionsBoundary: 'arn:aws:iam::111122223333:policy/B' }),
      'ROLE_EXISTS',
    ],
    ['ensure: too long for the quota', planEnsure(absent({ quota: 200 }), { clusters }), 'QUOTA_EXCEEDED'],
    ['retract: no role', planRetract(absent(), cluster), 'ROLE_NOT_FOUND'],
    ['retract: service-linked', planRetract(linked, cluster), 'UNMODIFIABLE_ROLE'],
    ['extend: of Identity Center', planExtend(reserved, clusters, 'REPLACE', false), 'UNMODIFIABLE_ROLE'],
    ['ensure: of Identity Center', planEnsure(reserved, { clusters }), 'UNMODIFIABLE_ROLE'],
    ['retract: of Identity Center', planRetract(reserved, cluster), 'UNMODIFIABLE_ROLE'],
    ['retract: no such line', planRetract(role, other), 'CLUSTER_NOT_LISTED'],
    ['retract: the last line', planRetract(role, cluster), 'LAST_CLUSTER'],
  ];
  for (const [about, result, code] of rows) t.equal(refused(result).refused, code, about);
  t.end();
});

t.test('extend adds a line and nothing else', (t) => {
  const line = lineOf('my-cluster');
  const old = lineOf('other');
  const ec2 = {
    Sid: 'Nodes',
    Effect: 'Allow',
    Principal: { Service: 'ec2.amazonaws.com' },
    Action: 'sts:AssumeRole',
  };
  const odd = statement(old, { Sid: 'Pods', Comment: { x: [1] }, __proto__x: 1 });
  const rows: [string, JsonObject, JsonObject][] = [
    ['a single value becomes an array', reference(old), reference(old, line)],
    ['an array grows', reference(old, lineOf('b')), reference(old, lineOf('b'), line)],
    ['an empty array', policy(statement([])), reference(line)],
    [
      'a statement that is an object stays one',
      { Statement: statement(old) },
      { Statement: statement([old, line]) },
    ],
    [
      'a document without a version stays so',
      { Id: 'x', Statement: [statement(old)] },
      { Id: 'x', Statement: [statement([old, line])] },
    ],
    [
      'other statements, Sid and unknown keys stay',
      policy(ec2, odd),
      policy(ec2, { ...odd, ...statement([old, line], { Sid: 'Pods', Comment: { x: [1] } }) }),
    ],
    [
      'the key keeps its case',
      policy(statement(null, { Condition: { StringLike: { 'AWS:sourcearn': old } } })),
      policy(statement(null, { Condition: { StringLike: { 'AWS:sourcearn': [old, line] } } })),
    ],
    [
      'the first that can take it',
      policy(statement(old), statement(lineOf('b'))),
      policy(statement([old, line]), statement(lineOf('b'))),
    ],
    ['what is no statement stays', policy(null, statement(old)), policy(null, statement([old, line]))],
  ];
  for (const [about, before, after] of rows) {
    const plan = requirePlanned(extend(before));
    t.same(plan.after.trust, after, about);
    t.same(plan.effects, { ...none, clustersGained: [cluster] }, `${about}: effects`);
    t.match(plan, {
      kind: 'EXTEND',
      steps: [{ action: 'iam:UpdateAssumeRolePolicy', detail: { policyDocument: after } }],
    });
    t.same(plan.before?.trust, before, `${about}: the document it was given stays as it is`);
  }
  t.same(requirePlanned(extend(reference(line))).steps, [], 'a covered cluster needs no write');
  t.same(requirePlanned(extend(reference(lineOf('*')))).steps, [], 'nor does one that a wider line covers');
  t.same(
    requirePlanned(extend(reference(old), 'REFUSE', false, [everything])).after.trust,
    reference(old, lineOf('*', '*')),
    'every cluster',
  );
  t.end();
});

t.test('the quota may be filled to the last character', (t) => {
  const trust = reference(lineOf('other'));
  const size = JSON.stringify(reference(lineOf('other'), lineOf('my-cluster'))).length;
  const within = (quota: number) => planExtend(observed(trust, {}, { quota }), [cluster], 'REFUSE', false);
  t.same(actions(requirePlanned(within(size))), ['iam:UpdateAssumeRolePolicy']);
  t.match(refused(within(size - 1)), { refused: 'QUOTA_EXCEEDED', message: `${size} characters` });
  t.end();
});

t.test('keys that every JavaScript object has are ordinary keys', (t) => {
  const text = `{"__proto__":{"Statement":1},"Statement":[${JSON.stringify(statement(lineOf('other'))).replace('{', '{"__proto__":{"a":1},')}]}`;
  const written = requirePlanned(extend(text)).after.trust;
  t.match(JSON.stringify(written), /^\{"__proto__":\{"Statement":1\},"Statement":\[\{"__proto__":\{"a":1\},/);
  t.end();
});

t.test('attaching the managed policy is a repair', (t) => {
  const role = observed(reference(lineOf('my-cluster')), { attached: ['arn:aws:iam::aws:policy/X'] });
  const plan = requirePlanned(planExtend(role, [cluster], 'REFUSE', false));
  t.match(plan, {
    kind: 'REPAIR',
    steps: [{ action: 'iam:AttachRolePolicy', detail: { policyArn: managed } }],
    effects: none,
  });
  t.same(plan.after.policies.attached, [managed, 'arn:aws:iam::aws:policy/X']);
  t.equal(plan.steps.length, 1);
  t.end();
});

const line = lineOf('my-cluster');
const foreign = lineOf('x', 'us-west-2', '999988887777');
const shared = { Service: [service, 'eks.amazonaws.com'] };
const profile = `arn:aws:eks:us-west-2:999988887777:fargateprofile/a/p/8cb7e6f4-5f0e-4a2a-9c3e-0123456789ab`;
const tag = { StringEquals: { 'aws:PrincipalTag/team': 'blue' } };
const ofWhomever = 'arn:aws:eks:us-west-2:${aws:PrincipalAccount}:fargateprofile/my-cluster/*';
const variable = 'arn:aws:eks:us-west-2:111122223333:fargateprofile/${aws:PrincipalTag/c}/*';

const merges: [string, JsonObject, JsonObject, Partial<Planned['effects']>][] = [
  [
    'an open statement is confined in place',
    policy(statement(null, { Sid: 'Pods' })),
    policy(statement(line, { Sid: 'Pods' })),
    { clustersLost: [everything] },
  ],
  [
    'other conditions stay',
    policy(statement(null, { Condition: { StringEquals: { 'aws:SourceAccount': accountId } } })),
    policy(
      statement(null, {
        Condition: { StringEquals: { 'aws:SourceAccount': accountId }, ArnLike: { 'aws:SourceArn': line } },
      }),
    ),
    { clustersLost: [everything] },
  ],
  [
    'an open one beside a good one goes',
    policy(statement(line), statement(null, { Sid: 'Legacy' })),
    policy(statement(line)),
    {
      clustersLost: [everything],
      statementsRemoved: [{ pointer: '/Statement/1', statement: statement(null, { Sid: 'Legacy' }) }],
    },
  ],
  [
    'of two open ones one is left',
    policy(statement(null), statement(null, { Sid: 'B' })),
    policy(statement(line)),
    {
      clustersLost: [everything],
      statementsRemoved: [{ pointer: '/Statement/1', statement: statement(null, { Sid: 'B' }) }],
    },
  ],
  [
    'a shared open one gives up the service',
    policy(statement(null, { Sid: 'Both', Principal: shared })),
    policy(statement(null, { Sid: 'Both', Principal: { Service: 'eks.amazonaws.com' } }), statement(line)),
    { clustersLost: [everything] },
  ],
  [
    'a shared open one beside a good one',
    policy(statement(line), statement(null, { Principal: { AWS: 'x', Service: service } })),
    policy(statement(line), statement(null, { Principal: { AWS: 'x' } })),
    { clustersLost: [everything] },
  ],
  ['a foreign line goes', policy(statement([foreign, line])), policy(statement(line)), {}],
  [
    'a foreign line alone makes room',
    policy(statement(foreign)),
    policy(statement(line)),
    { clustersGained: [cluster] },
  ],
  [
    'a line for any account is narrowed to ours',
    policy(statement(lineOf('a', 'us-west-2', '*'))),
    policy(statement([lineOf('a'), line])),
    { clustersGained: [cluster] },
  ],
  [
    'a line of any account and its twin',
    policy(statement([lineOf('my-cluster', 'us-west-2', '*'), line])),
    policy(statement(line)),
    {},
  ],
  [
    '* under StringLike was everything',
    policy(statement(null, { Condition: { StringLike: { 'aws:SourceArn': '*' } } })),
    policy(statement(null, { Condition: { StringLike: { 'aws:SourceArn': line } } })),
    { clustersLost: [everything] },
  ],
  [
    'everything, under a condition that cannot be known: it may hold',
    policy(
      statement(null, {
        Condition: { StringLike: { 'aws:SourceArn': '*' }, StringEquals: { 'aws:RequestTag/team': 'blue' } },
      }),
      statement(line),
    ),
    policy(
      statement(null, {
        Condition: { StringLike: { 'aws:SourceArn': line }, StringEquals: { 'aws:RequestTag/team': 'blue' } },
      }),
      statement(line),
    ),
    { clustersLost: [everything] },
  ],
  [
    'a whole region, of any account, under StringLike',
    policy(statement(null, { Condition: { StringLike: { 'aws:SourceArn': 'arn:aws:eks:us-west-2:*' } } })),
    policy(statement(null, { Condition: { StringLike: { 'aws:SourceArn': line } } })),
    { clustersLost: [{ region: 'us-west-2', name: '*' }] },
  ],
  [
    'a foreign profile under StringEquals cannot make room',
    policy(statement(null, { Condition: { StringEquals: { 'aws:SourceArn': profile } } })),
    policy(statement(line)),
    {
      clustersGained: [cluster],
      statementsRemoved: [
        {
          pointer: '/Statement/0',
          statement: statement(null, { Condition: { StringEquals: { 'aws:SourceArn': profile } } }),
        },
      ],
    },
  ],
  [
    'the service is not trusted yet',
    policy({ Effect: 'Allow', Principal: { Service: 'ec2.amazonaws.com' }, Action: 'sts:AssumeRole' }),
    policy(
      { Effect: 'Allow', Principal: { Service: 'ec2.amazonaws.com' }, Action: 'sts:AssumeRole' },
      statement(line),
    ),
    { clustersGained: [cluster] },
  ],
  ['an empty document', {}, policy(statement(line)), { clustersGained: [cluster] }],
  [
    'a missing version stays missing: ${…} elsewhere is plain text',
    {
      Statement: {
        Effect: 'Allow',
        Principal: { AWS: 'x' },
        Action: 'sts:AssumeRole',
        Condition: { StringEquals: { 'aws:username': '${aws:username}' } },
      },
    },
    {
      Statement: [
        {
          Effect: 'Allow',
          Principal: { AWS: 'x' },
          Action: 'sts:AssumeRole',
          Condition: { StringEquals: { 'aws:username': '${aws:username}' } },
        },
        statement(line),
      ],
    },
    { clustersGained: [cluster] },
  ],
  [
    'an unprovable statement stays beside a new one',
    policy(statement(null, { Condition: { ArnLike: { 'aws:SourceArn': line }, ...tag } })),
    policy(statement(null, { Condition: { ArnLike: { 'aws:SourceArn': line }, ...tag } }), statement(line)),
    { clustersGained: [cluster] },
  ],
  [
    'who may have relied on a line that cannot be read is named',
    policy(statement(ofWhomever.replace('my-cluster', 'a'))),
    policy(statement(line)),
    { clustersGained: [cluster], clustersLost: [{ region: 'us-west-2', name: 'a' }] },
  ],
  [
    'a line that cannot be read goes where it may be foreign',
    policy(statement(ofWhomever)),
    policy(statement(line)),
    { clustersGained: [cluster] },
  ],
  [
    'an exception for our cluster stays',
    policy(
      statement(null, {
        Condition: { ArnLike: { 'aws:SourceArn': lineOf('*') }, ArnNotLike: { 'aws:SourceArn': line } },
      }),
    ),
    policy(
      statement(null, {
        Condition: { ArnLike: { 'aws:SourceArn': lineOf('*') }, ArnNotLike: { 'aws:SourceArn': line } },
      }),
      statement(line),
    ),
    { clustersGained: [cluster] },
  ],
  [
    'an exception for another account is no foreign line',
    policy(
      statement(null, {
        Principal: shared,
        Condition: { ArnLike: { 'aws:SourceArn': lineOf('a') }, ArnNotLike: { 'aws:SourceArn': foreign } },
      }),
    ),
    policy(
      statement(null, {
        Principal: shared,
        Condition: { ArnLike: { 'aws:SourceArn': lineOf('a') }, ArnNotLike: { 'aws:SourceArn': foreign } },
      }),
      statement(line),
    ),
    { clustersGained: [cluster] },
  ],
  [
    'another key of the operator stays',
    policy(statement(null, { Condition: { ArnLike: { 'aws:PrincipalArn': 'arn:x' } } })),
    policy(
      statement(null, { Condition: { ArnLike: { 'aws:PrincipalArn': 'arn:x', 'aws:SourceArn': line } } }),
      statement(line),
    ),
    { clustersGained: [cluster], clustersLost: [everything] },
  ],
];

t.test('MERGE', (t) => {
  // Undefined stands for "no such key".
  const plain = (value: JsonObject) => JSON.parse(JSON.stringify(value)) as JsonObject;
  for (const [about, before, after, effects] of merges) {
    const plan = requirePlanned(extend(plain(before), 'MERGE'));
    t.same(plan.after.trust, plain(after), about);
    t.same(plan.effects, plain({ ...none, ...effects }), `${about}: effects`);
    t.equal(plan.kind, 'REPAIR', `${about}: kind`);
    t.same(requirePlanned(extend(plan.after.trust, 'MERGE')).steps, [], `${about}: again`);
    const refusal = refused(extend(plain(before)));
    t.equal(refusal.refused, 'TRUST_MISMATCH', `${about}: REFUSE`);
    t.same(refusal.alternative?.after.trust, plan.after.trust, `${about}: REFUSE shows it`);
  }
  const locked = policy(statement(line), statement(null, { Effect: 'Deny', Principal: '*' }));
  for (const mode of ['REFUSE', 'MERGE'] as const)
    t.match(
      refused(extend(locked, mode)),
      { refused: 'TRUST_MISMATCH', alternative: undefined, message: /Deny statement/ },
      `${mode} keeps a Deny`,
    );
  const open = policy(statement(null, { Principal: undefined, NotPrincipal: { AWS: 'x' } }));
  t.match(
    refused(extend(open, 'MERGE')),
    { refused: 'TRUST_MISMATCH', message: /lets anyone/ },
    'a statement for everyone else stays open',
  );
  t.end();
});

t.test('REPLACE writes the reference document', (t) => {
  const ec2 = { Effect: 'Allow', Principal: { Service: 'ec2.amazonaws.com' }, Action: 'sts:AssumeRole' };
  const deny = statement(null, { Effect: 'Deny' });
  const rows: [string, JsonObject, Partial<Planned['effects']>][] = [
    [
      'a Deny',
      policy(statement(line), deny),
      {
        clustersGained: [cluster],
        statementsRemoved: [
          { pointer: '/Statement/0', statement: statement(line) },
          { pointer: '/Statement/1', statement: deny },
        ],
      },
    ],
    [
      'a single statement',
      { Statement: ec2 },
      {
        clustersGained: [cluster],
        statementsRemoved: [{ pointer: '/Statement', statement: ec2 }],
        principalsRemoved: ['ec2.amazonaws.com'],
      },
    ],
  ];
  for (const [about, before, effects] of rows) {
    const plan = requirePlanned(extend(before, 'REPLACE'));
    t.same(plan.after.trust, reference(line), about);
    t.same(plan.effects, { ...none, ...effects }, `${about}: effects`);
  }
  t.same(
    requirePlanned(extend(reference(lineOf('a')), 'REPLACE')).after.trust,
    reference(lineOf('a'), line),
    'a matching statement gains a line',
  );
  t.end();
});

t.test('compact', (t) => {
  const rows: [string, unknown, unknown][] = [
    [
      'a wider line covers narrower ones',
      [lineOf('a'), lineOf('*'), lineOf('b', '*')],
      [lineOf('*'), lineOf('b', '*')],
    ],
    ['twins', [line, line], line],
    [
      'two that cover each other: the first stays',
      [lineOf('*'), 'arn:aws:eks:us-west-2:111122223333:fargateprofile/**/*'],
      lineOf('*'),
    ],
    [
      'a dead line is not covered',
      ['arn:aws:eks:us-west-2:111122223333:cluster/a', line],
      ['arn:aws:eks:us-west-2:111122223333:cluster/a', line],
    ],
    [
      'a Region that AWS does not list stays',
      [lineOf('a', '*'), lineOf('a', 'us-wset-2'), line],
      [lineOf('a', '*'), lineOf('a', 'us-wset-2'), line],
    ],
    ['so does a variable', [lineOf('*'), variable, line], [lineOf('*'), variable]],
    ['an array of one stays as it is', [line], [line]],
    ['one profile of a listed cluster', [line, lineOf('my-cluster/p')], line],
  ];
  for (const [about, before, after] of rows)
    t.same(
      requirePlanned(extend(policy(statement(before)), 'REFUSE', true)).after.trust,
      policy(statement(after)),
      about,
    );
  t.same(requirePlanned(extend(policy(statement([line, lineOf('*')])))).steps, [], 'only when asked for');
  const long = observed(reference(...['a', 'b', 'c'].map((name) => lineOf(name))), {}, { quota: 300 });
  t.match(refused(planExtend(long, [{ region: 'us-west-2', name: '*' }], 'REFUSE', false)), {
    remedy: { request: { compact: true }, text: /reduce it to 2\d\d/ },
  });
  t.same(
    requirePlanned(planExtend(long, [{ region: 'us-west-2', name: '*' }], 'REFUSE', true)).after.trust,
    reference(lineOf('*')),
  );
  t.end();
});

t.test('ensure never removes', (t) => {
  const ec2 = { Effect: 'Allow', Principal: { Service: 'ec2.amazonaws.com' }, Action: 'sts:AssumeRole' };
  const ensure = (trust: JsonObject | string) => planEnsure(observed(trust), { clusters: [cluster] });
  t.same(requirePlanned(planEnsure(absent(), { clusters: [cluster] })).kind, 'CREATE');
  t.same(
    requirePlanned(ensure(reference(lineOf('a')))).after.trust,
    reference(lineOf('a'), line),
    'a line is added',
  );
  t.same(
    requirePlanned(ensure(policy(ec2))).after.trust,
    policy(ec2, statement(line)),
    'a statement is added',
  );
  t.same(
    requirePlanned(ensure(policy(statement(variable)))).after.trust,
    policy(statement([variable, line])),
    'beside a statement that cannot be read',
  );
  const rows: [string, JsonObject | string][] = [
    ['an open statement', policy(statement(null))],
    ['a foreign line beside ours', policy(statement([line, foreign]))],
    ['a shared open statement', policy(statement(null, { Principal: shared }))],
    ['a Deny', policy(statement(line), statement(null, { Effect: 'Deny' }))],
  ];
  for (const [about, trust] of rows) t.equal(refused(ensure(trust)).refused, 'TRUST_MISMATCH', about);
  const role = observed(reference(line), { tags: { a: '1', b: '2' }, description: 'old' });
  const plan = requirePlanned(
    planEnsure(role, {
      clusters: [cluster],
      tags: { a: '1', b: '3', c: '4' },
      description: 'new',
      permissionsBoundary: 'arn:p',
      path: '/',
      additionalPolicyArns: ['arn:x'],
    }),
  );
  t.same(actions(plan), [
    'iam:AttachRolePolicy',
    'iam:TagRole',
    'iam:UpdateRoleDescription',
    'iam:PutRolePermissionsBoundary',
  ]);
  t.match(plan.steps[1]?.detail, { tags: { b: '3', c: '4' } });
  t.same(plan.after.tags, { a: '1', b: '3', c: '4' });
  t.same(
    requirePlanned(planEnsure(role, { clusters: [cluster], tags: { a: '1' }, description: 'old' })).steps,
    [],
  );
  const inCapitals = {
    tags: { A: '1' },
    additionalPolicyArns: role.role.attached.map((arn) => arn.toUpperCase()),
  };
  t.same(
    requirePlanned(planEnsure(role, { clusters: [cluster], ...inCapitals })).steps,
    [],
    'IAM treats the keys as the same',
  );
  const retagged = requirePlanned(planEnsure(role, { clusters: [cluster], tags: { A: '5' } }));
  t.same(retagged.after.tags, { b: '2', A: '5' }, 'one tag, with the new value and letter case');
  t.end();
});

t.test('retract removes one line and nothing else', (t) => {
  const a = lineOf('a');
  const rows: [string, JsonObject, JsonObject, Partial<Planned['effects']>][] = [
    ['of two', reference(a, line), reference(a), { clustersLost: [cluster] }],
    ['of three', reference(a, line, lineOf('b')), reference(a, lineOf('b')), { clustersLost: [cluster] }],
    [
      'wherever it stands',
      policy(statement([a, line]), statement([line, lineOf('b')])),
      policy(statement(a), statement(lineOf('b'))),
      { clustersLost: [cluster] },
    ],
    [
      'an emptied statement goes',
      policy(statement(line, { Sid: 'X' }), statement(a)),
      policy(statement(a)),
      {
        clustersLost: [cluster],
        statementsRemoved: [{ pointer: '/Statement/0', statement: statement(line, { Sid: 'X' }) }],
      },
    ],
    [
      'an emptied shared statement gives up the service',
      policy(statement(line, { Principal: shared }), statement(a)),
      policy(statement(line, { Principal: { Service: 'eks.amazonaws.com' } }), statement(a)),
      { clustersLost: [cluster] },
    ],
    [
      'a statement that had no line stays',
      policy(statement([]), statement([a, line])),
      policy(statement([]), statement(a)),
      { clustersLost: [cluster] },
    ],
    [
      'a cluster that a wider line still covers is not lost',
      reference(lineOf('*'), line),
      reference(lineOf('*')),
      {},
    ],
    [
      'a Deny keeps its line',
      policy(statement([a, line]), statement(lineOf('b'), { Effect: 'Deny' })),
      policy(statement(a), statement(lineOf('b'), { Effect: 'Deny' })),
      { clustersLost: [cluster] },
    ],
  ];
  for (const [about, before, after, effects] of rows) {
    const plan = requirePlanned(planRetract(observed(before), cluster));
    t.same(plan.after.trust, after, about);
    t.same(plan.effects, { ...none, ...effects }, `${about}: effects`);
    t.match(plan, { kind: 'RETRACT', steps: [{ action: 'iam:UpdateAssumeRolePolicy' }] });
  }
  const barred = policy(statement([lineOf('*'), line]), statement(lineOf('a'), { Effect: 'Deny' }));
  t.same(
    requirePlanned(planRetract(observed(barred), { region: 'us-west-2', name: '*' })).effects.clustersLost,
    [{ region: 'us-west-2', name: '*' }],
    'a wide line is lost, although a Deny blocks one of its clusters',
  );
  const wide = observed(reference(lineOf('*'), lineOf('a')));
  t.match(
    refused(planRetract(wide, cluster)),
    { refused: 'CLUSTER_NOT_LISTED', message: lineOf('*') },
    'the refusal names what covers the cluster',
  );
  t.equal(
    refused(planRetract(observed(policy(statement(line), statement(null))), cluster)).refused,
    'LAST_CLUSTER',
    'an open statement is no line',
  );
  t.same(
    requirePlanned(planRetract(observed(reference(lineOf('*', '*'), line)), everything)).after.trust,
    reference(line),
    'the line for every cluster',
  );
  t.end();
});

t.test('repeated keys: hidden values are not dropped silently', (t) => {
  const twice = (first: string, second: string) =>
    JSON.stringify(reference(second)).replace(
      '"aws:SourceArn"',
      `"aws:SourceArn":${JSON.stringify(first)},"aws:SourceArn"`,
    );
  const hidden = twice(lineOf('a'), lineOf('b'));
  t.same(
    requirePlanned(extend(twice(line, lineOf('b')))).after.trust,
    reference(lineOf('b'), line),
    'the hidden line is the requested one: nothing is dropped',
  );
  t.same(requirePlanned(extend(twice(line, line))).steps, [], 'nothing to do, nothing written');
  t.same(
    requirePlanned(extend(hidden, 'REFUSE', false, [{ region: 'us-west-2', name: 'b' }])).steps,
    [],
    'covered: nothing written',
  );

  const refusal = refused(extend(hidden));
  t.match(refusal, { refused: 'TRUST_MISMATCH', message: lineOf('a') });
  t.same(refusal.alternative?.effects, {
    ...none,
    clustersGained: [cluster],
    clustersLost: [{ region: 'us-west-2', name: 'a' }],
  });
  t.same(requirePlanned(extend(hidden, 'MERGE')).after.trust, reference(lineOf('b'), line));
  t.same(
    requirePlanned(extend(hidden, 'REPLACE')).after.trust,
    reference(lineOf('b'), lineOf('a'), line),
    'REPLACE keeps hidden lines too',
  );
  t.equal(
    refused(planEnsure(observed(hidden), { clusters: [cluster] })).refused,
    'TRUST_MISMATCH',
    'ensure never removes',
  );
  const both = hidden.replace(JSON.stringify(lineOf('b')), JSON.stringify([lineOf('b'), line]));
  t.match(
    refused(planRetract(observed(both), cluster)),
    {
      refused: 'TRUST_MISMATCH',
      message: /repeats keys/,
      remedy: { request: { onMismatch: 'MERGE' }, text: /write each key once/ },
    },
    'retract removes nothing else',
  );

  const merged = requirePlanned(extend(hidden, 'MERGE', false, [{ region: 'us-west-2', name: 'b' }]));
  t.same(
    actions(merged),
    ['iam:UpdateAssumeRolePolicy'],
    'MERGE writes the visible value once, even if it reads the same',
  );
  t.equal(canonical(merged.after.trust), canonical(reference(lineOf('b'))));
  const effect = JSON.stringify(reference(lineOf('b'))).replace('"Effect"', '"Effect":"Deny","Effect"');
  t.match(
    refused(extend(effect)),
    { refused: 'TRUST_MISMATCH', message: '/Statement/0/Effect' },
    'another key: the effect of its loss is unknown',
  );
  t.end();
});

t.test('repeated keys: only a hidden line that could let its cluster in is lost', (t) => {
  const condition = { ArnLike: { 'aws:SourceArn': lineOf('b') } };
  const account = { StringEquals: { 'aws:SourceAccount': '999999999999' } };
  const statements: [about: string, statement: JsonObject, isLost: boolean][] = [
    ['an Allow for the service', statement(null, { Condition: condition }), true],
    ['an Allow that never holds', statement(null, { Condition: { ...condition, ...account } }), false],
    ['a Deny', statement(null, { Condition: condition, Effect: 'Deny' }), false],
    [
      'an Allow for another service',
      statement(null, { Condition: condition, Principal: { Service: 'ecs.amazonaws.com' } }),
      false,
    ],
  ];
  for (const [about, hiding, isLost] of statements) {
    const text = JSON.stringify(policy(hiding, statement(lineOf('z')))).replace(
      '"aws:SourceArn"',
      `"aws:SourceArn":${JSON.stringify(lineOf('a'))},"aws:SourceArn"`,
    );
    const { clustersLost } = requirePlanned(extend(text, 'MERGE')).effects;
    t.same(clustersLost, isLost ? [{ region: 'us-west-2', name: 'a' }] : [], about);
    if (!isLost)
      t.match(requirePlanned(extend(text)).steps, [{ text: lineOf('a') }], `${about}: REFUSE keeps the text`);
  }
  t.end();
});

t.test('the plan in a refusal can be applied: the message says how, and the plan fits the quota', (t) => {
  const open = policy(statement(null));
  for (const [about, refusal] of [
    ['extend', refused(extend(open))],
    ['PUT, which has no onMismatch', refused(planEnsure(observed(open), { clusters: [cluster] }))],
  ] as const) {
    t.match(
      sayRefusal(refusal),
      /Send POST …\/extend with onMismatch MERGE to apply the plan shown here/,
      about,
    );
    t.ok(refusal.alternative, `${about}: the plan`);
  }
  const crowded = policy(
    ...Array.from({ length: 20 }, (_, i) => ({ Sid: `S${i}`, Effect: 'Deny', Principal: { AWS: 'x' } })),
    statement(null),
  );
  const size = JSON.stringify(crowded).length;
  const tight = refused(planExtend(observed(crowded, {}, { quota: size }), [cluster], 'REFUSE', false));
  t.equal(tight.alternative, undefined, 'too long to be shown as an alternative');
  t.match(tight.message, new RegExp(`MERGE would not fit: .* allows ${size}`));
  t.equal(
    refused(planExtend(observed(crowded, {}, { quota: size }), [cluster], 'MERGE', false)).refused,
    'QUOTA_EXCEEDED',
    'applied as the message says',
  );
  t.end();
});

t.test('PUT writes nothing that is already as requested', (t) => {
  const boundary = 'arn:aws:iam::111122223333:policy/B';
  const role = observed(reference(lineOf('my-cluster')), {
    permissionsBoundary: boundary,
    description: null,
  });
  t.same(
    requirePlanned(planEnsure(role, { clusters: [cluster], permissionsBoundary: boundary, description: '' }))
      .steps,
    [],
  );
  t.end();
});
