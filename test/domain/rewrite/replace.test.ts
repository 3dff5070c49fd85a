import t from 'tap';
import { planExtend } from '#src/domain/plan/plan-extend.ts';
import type { Cluster, JsonObject } from '#src/schema/primitives.ts';
import {
  accountId,
  cluster,
  lineOf,
  observed,
  policy,
  requirePlanned,
  service,
  statement,
} from '#test/domain/fixtures/observed.ts';

const line = lineOf('my-cluster');
const replaced = (trust: JsonObject | string, drop: Cluster[] = []) =>
  requirePlanned(planExtend(observed(trust, {}, { quota: 8192 }), [cluster], 'REPLACE', false, drop));
const reference = (...lines: string[]) => policy(statement(lines.length === 1 ? lines[0] : lines));
const like = (condition: JsonObject, more: JsonObject = {}): JsonObject =>
  statement(null, { Condition: condition, ...more });
const source = (operator: string, lines: unknown) => ({ [operator]: { 'aws:SourceArn': lines } });
const ec2 = { Effect: 'Allow', Principal: { Service: 'ec2.amazonaws.com' }, Action: 'sts:AssumeRole' };
const west = (name: string) => ({ region: 'us-west-2', name });

t.test('every cluster with its own line keeps it', (t) => {
  const prefix = `arn:aws:eks:us-west-2:${accountId}:`;
  const uuid = '8cb7e6f4-5f0e-4a2a-9c3e-0123456789ab';
  const rows: [about: string, trust: JsonObject, kept: string[]][] = [
    [
      'beside a foreign line',
      policy(statement([lineOf('a'), lineOf('x', 'us-west-2', '999988887777')])),
      [lineOf('a')],
    ],
    [
      'in another statement',
      policy(statement([lineOf('a')]), statement([lineOf('b'), lineOf('a')]), ec2),
      [lineOf('a'), lineOf('b')],
    ],
    [
      'shared with another service',
      policy(statement(lineOf('a'), { Principal: { Service: [service, 'eks.amazonaws.com'] } })),
      [lineOf('a')],
    ],
    ['behind a Deny', policy(statement(lineOf('a')), statement(null, { Effect: 'Deny' })), [lineOf('a')]],
    [
      'under an operator that does not honour it',
      policy(like(source('StringEquals', [lineOf('a'), lineOf('b')]))),
      [lineOf('a'), lineOf('b')],
    ],
    [
      'in a statement that never holds: the account lost a digit',
      policy(
        like({
          ...source('ArnLike', [lineOf('a'), lineOf('b')]),
          StringEquals: { 'aws:SourceAccount': '11122223333' },
        }),
      ),
      [lineOf('a'), lineOf('b')],
    ],
    ['of any account, as ours', policy(statement([lineOf('a', 'us-west-2', '*')])), [lineOf('a')]],
    [
      'wide, as it is',
      policy(statement([lineOf('*'), lineOf('prod-*', 'us-*')]), ec2),
      [lineOf('*'), lineOf('prod-*', 'us-*')],
    ],
    ['wider than profiles, as one for profiles', policy(statement(`${prefix}*`)), [lineOf('*')]],
    [
      'everything under StringLike, as every cluster of ours',
      policy(like(source('StringLike', '*'))),
      [lineOf('*', '*')],
    ],
    [
      'for one profile, on which pods run',
      policy(statement([lineOf('a/p'), `${prefix}fargateprofile/b/p/${uuid}`]), ec2),
      [lineOf('a/p'), `${prefix}fargateprofile/b/p/${uuid}`],
    ],
    ["not the cluster's own ARN", policy(statement([`${prefix}cluster/a`, lineOf('b')])), [lineOf('b')]],
    [
      'not what a negated operator names',
      policy(like({ ...source('ArnLike', lineOf('b')), ...source('ArnNotLike', lineOf('a')) }), ec2),
      [lineOf('b')],
    ],
    [
      'not what a Deny names',
      policy(statement(lineOf('b')), statement(lineOf('a'), { Effect: 'Deny' }), ec2),
      [lineOf('b')],
    ],
    ['none where there was none', policy(ec2), []],
  ];
  for (const [about, trust, kept] of rows) {
    const plan = replaced(trust);
    t.same(plan.after.trust, reference(...kept, line), about);
    t.notMatch(plan.effects.clustersLost, [{ region: 'us-west-2' }], `${about}: no cluster is lost`);
    t.same(replaced(plan.after.trust).steps, [], `${about}: once`);
  }
  t.match(
    replaced(policy(statement(lineOf('a')), statement(lineOf('my-cluster'), { Effect: 'Deny' }))).effects
      .clustersGained,
    [cluster],
  );
  t.end();
});

t.test('a line under a repeated key stays if it is in an Allow for the service', (t) => {
  const repeat = (trust: JsonObject, key: string, value: unknown) =>
    JSON.stringify(trust).replace(`"${key}"`, `"${key}":${JSON.stringify(value)},"${key}"`);
  const [a, b] = [lineOf('a'), lineOf('b')];
  const everyone = policy(statement(b, { Principal: '*' }));
  const rows: [about: string, trust: string, kept: string[]][] = [
    ['a value', repeat(policy(statement(b)), 'aws:SourceArn', a), [b, a]],
    ['an operator', repeat(policy(statement(b)), 'ArnLike', { 'aws:SourceArn': [a] }), [b, a]],
    ['Condition', repeat(policy(statement(b)), 'Condition', { StringLike: { 'AWS:sourcearn': a } }), [b, a]],
    ['Statement', repeat(policy(statement(b)), 'Statement', statement(a)), [b, a]],
    ['not Version', repeat(policy(statement(b)), 'Version', a), [b]],
    ['not Sid', repeat(policy(statement(b, { Sid: 'X' })), 'Sid', a), [b]],
    [
      'not a negated operator',
      repeat(policy(like(source('ArnNotLike', lineOf('b/p')))), 'aws:SourceArn', a),
      [],
    ],
    ['not another condition key', repeat(policy(like({ StringLike: { 'foo:bar': 'x' } })), 'foo:bar', a), []],
    ['not a Deny', repeat(policy(statement(b, { Effect: 'Deny' })), 'aws:SourceArn', a), []],
    [
      'not another action',
      repeat(policy(statement(b, { Action: 'sts:TagSession' })), 'aws:SourceArn', a),
      [],
    ],
    [
      'not another service',
      repeat(policy(statement(b, { Principal: ec2.Principal })), 'aws:SourceArn', a),
      [],
    ],
    ['not everyone', repeat(everyone, 'aws:SourceArn', a), []],
  ];
  for (const [about, trust, kept] of rows)
    t.same(replaced(trust).after.trust, reference(...kept, line), about);
  const dropped = replaced(repeat(policy(statement(b)), 'aws:SourceArn', a), [west('a')]);
  t.same(dropped.after.trust, reference(b, line), 'drop removes it');
  t.end();
});

t.test('a cluster gains no access by a line that does not cover it', (t) => {
  const arn = (account: string, name: string) => `arn:aws:eks:us-west-2:${account}:fargateprofile/${name}/*`;
  const unread = arn(`\${foo:bar}`, 'a');
  const profile = arn(`\${aws:ResourceAccount}`, 'a/p');
  const deny = statement(lineOf('a'), { Effect: 'Deny' });
  const butAb = like(source('StringNotLike', lineOf('ab')));
  const rows: [about: string, trust: JsonObject, kept: string[]][] = [
    ['an open statement lets it in', policy(statement(unread), statement(null)), [lineOf('a')]],
    ['and a Deny bars it', policy(statement(unread), statement(null), deny), []],
    [
      'a Deny bars another',
      policy(statement(unread), statement(null), statement(lineOf('b'), { Effect: 'Deny' })),
      [lineOf('a')],
    ],
    [
      'it covers one profile, and a Deny bars the cluster',
      policy(statement(profile), statement(null), deny),
      [lineOf('a/p')],
    ],
    ['it covers one profile', policy(statement(profile), ec2), [lineOf('a/p')]],
    ['it covers the cluster', policy(statement(arn(`\${aws:SourceAccount}`, 'a')), deny), [lineOf('a')]],
    [
      'another account has it, and a negated operator excludes a part',
      policy(statement(arn('999988887777', 'a*')), butAb),
      [],
    ],
    [
      'only a part of it is let in',
      policy(statement(arn('999988887777', 'a*')), statement(lineOf('a?'))),
      [lineOf('a?')],
    ],
    ['the name is a variable', policy(statement(arn(accountId, `\${foo:bar}`)), statement(null)), []],
    [
      'the name is one in this version only',
      { Statement: [statement(arn(accountId, `\${foo:bar}`)), statement(null)] },
      [],
    ],
  ];
  for (const [about, trust, kept] of rows)
    t.same(replaced(trust).after.trust, reference(...kept, line), about);
  t.end();
});

t.test('it acts on an error, or on a warning that it removes', (t) => {
  const rows: [about: string, trust: JsonObject][] = [
    [
      'PRINCIPAL_OTHER',
      policy(statement(line), { ...ec2, Principal: { AWS: `arn:aws:iam::${accountId}:root` } }),
    ],
    ['PRINCIPAL_NODE_SHARED', policy(statement(line), ec2)],
    ['SOURCE_ARN_DEAD', policy(statement([line, 'x']))],
    ['SOURCE_ARN_WIDE', policy(statement(`arn:aws:eks:us-west-2:${accountId}:*`))],
    ['CONDITION_WEAK', policy(like(source('ArnLikeIfExists', line)))],
    ['SOURCE_ARN_MISSING', policy(statement(line), statement(null))],
    ['DENIED', policy(statement(line), statement(null, { Effect: 'Deny' }))],
    ['CLUSTER_NOT_LISTED', policy(statement(lineOf('a'), { Sid: 'Pods' }))],
  ];
  for (const [about, trust] of rows) t.equal(replaced(trust).steps.length, 1, about);
  const calm: [about: string, trust: JsonObject][] = [
    ['the reference', reference(line)],
    [
      'a Sid, and our account besides',
      policy(
        like(
          { ...source('ArnLike', line), StringEquals: { 'aws:SourceAccount': accountId } },
          { Sid: 'Pods' },
        ),
      ),
    ],
    ['a line for every cluster, which is a choice', policy(statement([line, lineOf('*')], { Sid: 'Pods' }))],
  ];
  for (const [about, trust] of calm) t.same(replaced(trust).steps, [], `${about}: nothing`);
  t.end();
});

t.test('drop removes lines by name', (t) => {
  const extend = (
    trust: JsonObject,
    drop: { region: string; name: string }[],
    mode: 'REFUSE' | 'MERGE' | 'REPLACE' = 'REFUSE',
    asked = [cluster],
  ) => planExtend(observed(trust), asked, mode, false, drop);
  const wide = `arn:aws:eks:us-west-2:${accountId}:*`;
  const rows: [about: string, trust: JsonObject, drop: Cluster[], after: JsonObject, lost: Cluster[]][] = [
    ['one', reference(lineOf('a'), line), [west('a')], reference(line), [west('a')]],
    [
      'in the place of one that is asked for',
      reference(lineOf('a')),
      [west('a')],
      reference(line),
      [west('a')],
    ],
    ['a wide line, for narrow ones', reference(lineOf('*')), [west('*')], reference(line), [west('*')]],
    ['a prefix', reference(lineOf('prod-*'), line), [west('prod-*')], reference(line), [west('prod-*')]],
    ['what is wider than profiles', reference(wide, line), [west('*')], reference(line), [west('*')]],
    ['for one profile', reference(lineOf('a/p'), line), [west('a')], reference(line), []],
    [
      'a line that a wider one covers',
      reference(lineOf('*'), lineOf('a')),
      [west('a')],
      reference(lineOf('*')),
      [],
    ],
    [
      'wherever it stands',
      policy(statement([lineOf('a'), line]), statement(lineOf('a'), { Sid: 'X' })),
      [west('a')],
      reference(line),
      [west('a')],
    ],
    [
      'another Region',
      reference(lineOf('a', 'eu-west-1'), line),
      [west('a')],
      reference(lineOf('a', 'eu-west-1'), line),
      [],
    ],
    ['what no line names', reference(lineOf('b'), line), [west('a')], reference(lineOf('b'), line), []],
  ];
  for (const [about, trust, drop, after, lost] of rows) {
    const plan = requirePlanned(extend(trust, drop));
    t.same(plan.after.trust, after, about);
    t.same(plan.effects.clustersLost, lost, `${about}: losses are named`);
    t.same(requirePlanned(extend(plan.after.trust, drop)).steps, [], `${about}: once`);
  }
  t.match(requirePlanned(extend(reference(lineOf('a'), line), [west('a')])), { kind: 'REPAIR' });
  t.same(
    requirePlanned(extend(policy(statement(lineOf('a'), { Sid: 'X' }), statement(line)), [west('a')])).effects
      .statementsRemoved,
    [{ pointer: '/Statement/0', statement: statement(lineOf('a'), { Sid: 'X' }) }],
    'an emptied statement goes, and is named',
  );
  const foreign = lineOf('a', 'us-west-2', '999988887777');
  t.same(
    requirePlanned(extend(reference(foreign, line), [west('a')])).after.trust,
    reference(line),
    'of another account',
  );
  for (const mode of ['MERGE', 'REPLACE'] as const)
    t.same(
      requirePlanned(extend(policy(statement([lineOf('a'), line]), statement(null)), [west('a')], mode)).after
        .trust,
      reference(line),
      mode,
    );
  t.same(
    requirePlanned(
      planExtend(
        observed(reference(lineOf('*'), line), {}, { earlierClusters: [west('old'), cluster] }),
        [cluster],
        'REFUSE',
        false,
        [west('*')],
      ),
    ).effects.clustersLost,
    [west('*'), west('old')],
    'clusters of earlier changes that relied on it are named',
  );
  const open = { ...extend(policy(statement(line), statement(lineOf('a')), statement(null)), [west('a')]) };
  t.match(
    open,
    { refused: 'TRUST_MISMATCH', alternative: { after: { trust: reference(line) } } },
    'a refusal shows the plan without the lines',
  );
  t.end();
});

t.test('dropping down to nothing is refused', (t) => {
  const barred = policy(like({ ...source('ArnLike', lineOf('*')), ...source('StringLike', lineOf('*')) }));
  t.match(
    planExtend(observed(barred), [cluster], 'REFUSE', false, [west('*')]),
    { refused: 'TRUST_MISMATCH' },
    'no statement can take the line',
  );
  for (const mode of ['REFUSE', 'MERGE', 'REPLACE'] as const) {
    const drop = (trust: JsonObject, ...names: string[]) =>
      planExtend(observed(trust), [], mode, false, names.map(west));
    t.match(drop(reference(line, lineOf('a')), 'my-cluster', 'a'), { refused: 'LAST_CLUSTER' }, mode);
    t.match(
      drop(reference(line, 'x'), 'my-cluster'),
      { refused: 'LAST_CLUSTER' },
      `${mode}: a dead line is left`,
    );
    t.match(
      drop(reference(line, lineOf('a')), 'a'),
      { after: { trust: reference(line) } },
      `${mode}: one is left`,
    );
    t.match(
      drop(policy(ec2), 'a'),
      { refused: mode === 'REPLACE' ? 'LAST_CLUSTER' : 'TRUST_MISMATCH' },
      `${mode}: there was none`,
    );
  }
  const open = policy(statement(lineOf('a')), statement(null));
  t.match(planExtend(observed(open), [cluster], 'REFUSE', false, [west('a')]), { refused: 'TRUST_MISMATCH' });
  t.end();
});
