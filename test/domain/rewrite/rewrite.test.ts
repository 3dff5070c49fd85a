import t from 'tap';
import { compact } from '#src/domain/rewrite/compact.ts';
import { removeLines } from '#src/domain/rewrite/retract.ts';
import { addLines, createReference, merge } from '#src/domain/rewrite/rewrite.ts';
import { clustersIn } from '#src/domain/trust/coverage.ts';
import { readTrust } from '#src/domain/trust/read-trust.ts';
import { findExtendable } from '#src/domain/trust/reading.ts';
import type { JsonObject } from '#src/schema/primitives.ts';
import {
  accountId,
  cluster,
  context,
  lineOf,
  other,
  policy,
  service,
  statement,
} from '#test/domain/fixtures/observed.ts';

const read = (document: JsonObject) => readTrust(document, context);

t.test('no function changes its argument', (t) => {
  const document = policy(
    statement([lineOf('a'), lineOf('*'), lineOf('x', 'us-west-2', '*')]),
    statement(null, { Principal: { Service: [service, 'ec2.amazonaws.com'] } }),
  );
  const before = structuredClone(document);
  addLines(document, read(document), [cluster]);
  merge(document, read(document), [cluster]);
  compact(document, read(document));
  removeLines(document, read(document), (value) => value === lineOf('a'));
  t.same(document, before);
  t.end();
});

t.test('the statement that gains a line', (t) => {
  const like = (operator: string, more: JsonObject = {}): JsonObject => ({
    Condition: { [operator]: { 'aws:SourceArn': lineOf('a') }, ...more },
  });
  const rows: [string, JsonObject, boolean][] = [
    ['ArnLike', like('ArnLike'), true],
    ['ArnEquals', like('ArnEquals'), true],
    ['StringLike', like('StringLike'), true],
    ['a weak one', like('ForAllValues:StringLikeIfExists'), true],
    ['StringEquals', like('StringEquals'), false],
    ['a negated one', like('ArnNotLike'), false],
    ['two operators', like('ArnLike', { StringLike: { 'aws:SourceArn': '*' } }), false],
    ['none', {}, false],
    ['our account besides', like('ArnLike', { StringEquals: { 'aws:SourceAccount': accountId } }), true],
    [
      'another account besides',
      like('ArnLike', { StringEquals: { 'aws:SourceAccount': '999988887777' } }),
      false,
    ],
    [
      'what cannot be known besides',
      like('ArnLike', { IpAddress: { 'aws:SourceIp': '192.0.2.0/24' } }),
      false,
    ],
    ['what is known to hold besides', like('ArnLike', { Bool: { 'aws:SecureTransport': 'true' } }), true],
    ['a Deny', { ...like('ArnLike'), Effect: 'Deny' }, false],
    ['everyone', { ...like('ArnLike'), Principal: '*' }, false],
    ['everyone but', { ...like('ArnLike'), Principal: {}, NotPrincipal: { AWS: 'x' } }, false],
    ['another action', { ...like('ArnLike'), Action: 'sts:TagSession' }, false],
    ['shared', { ...like('ArnLike'), Principal: { Service: [service, 'ec2.amazonaws.com'] } }, true],
  ];
  for (const [about, more, expected] of rows)
    t.equal(findExtendable(read(policy(statement(null, more)))) !== null, expected, about);
  t.equal(
    findExtendable(read(policy(null, statement(null), statement(lineOf('a')))))?.statement.index,
    2,
    'the index counts invalid statements too',
  );
  t.end();
});

t.test('the reference names each line once', (t) => {
  t.same(
    createReference(context, [cluster, other, cluster]),
    policy(statement([lineOf('my-cluster'), lineOf('other')])),
  );
  t.same(
    createReference(context, [cluster]),
    policy(statement(lineOf('my-cluster'))),
    'a single line is no array',
  );
  t.end();
});

t.test('the clusters that a policy lists', (t) => {
  const rows: [string, unknown, string[]][] = [
    ['one', lineOf('a'), ['us-west-2/a']],
    ['twice', [lineOf('a'), lineOf('a')], ['us-west-2/a']],
    [
      'patterns, as they are written',
      [lineOf('prod-*'), lineOf('*', 'us-*')],
      ['us-west-2/prod-*', 'us-*/*'],
    ],
    ['a wide line', `arn:aws:eks:us-west-2:${accountId}:*`, ['us-west-2/*']],
    ['not one profile', lineOf('a/p'), []],
    ['not another account', lineOf('a', 'us-west-2', '999988887777'), []],
    ['not a dead line', [`arn:aws:eks:us-west-2:${accountId}:cluster/a`, 'x'], []],
  ];
  for (const [about, lines, expected] of rows)
    t.same(
      clustersIn(read(policy(statement(lines)))).map((c) => `${c.region}/${c.name}`),
      expected,
      about,
    );
  t.end();
});
