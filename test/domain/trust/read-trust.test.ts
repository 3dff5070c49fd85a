// biome-ignore-all lint/suspicious/noTemplateCurlyInString: IAM policy variables are written like this.
import fc from 'fast-check';
import t from 'tap';
import { findAllowingLines, findDeny, isAllowed, isCertain, isCovered } from '#src/domain/trust/coverage.ts';
import { readTrust } from '#src/domain/trust/read-trust.ts';
import type { JsonObject } from '#src/schema/primitives.ts';
import { values } from '#test/domain/fixtures/lines.ts';
import {
  accountId,
  cluster,
  context,
  lineOf,
  policy,
  service,
  statement,
} from '#test/domain/fixtures/observed.ts';

const read = (...statements: JsonObject[]) => readTrust(policy(...statements), context);
const on = (operator: string, value: unknown) => ({ [operator]: { 'aws:SourceArn': value } });
const line = lineOf('my-cluster');
const [a, b] = [lineOf('a'), lineOf('b')];

t.test('the lines by which an Allow covers a cluster', (t) => {
  const rows: [string, JsonObject, string[] | null][] = [
    [
      'only those that cover',
      on('ArnLike', [a, line, lineOf('my-cluster/p'), lineOf('*')]),
      [line, lineOf('*')],
    ],
    ['none of them', on('ArnLike', [a, b]), null],
    ['no condition', {}, []],
    ['every operator has to hold', { ...on('ArnLike', line), ...on('StringLike', '*') }, [line, '*']],
    ['one does not', { ...on('ArnLike', line), ...on('StringLike', a) }, null],
    ['of negated values none may match', { ...on('ArnLike', line), ...on('ArnNotLike', [a, line]) }, null],
    ['nor in part', { ...on('ArnLike', line), ...on('ArnNotLike', [a, lineOf('my-cluster/p')]) }, null],
    ['and none does', { ...on('ArnLike', line), ...on('ArnNotLike', [a, b]) }, [line]],
    [
      'what is no ARN is expected to match where it bars',
      { ...on('ArnLike', line), ...on('ArnNotLike', '*') },
      null,
    ],
    [
      'another condition fails',
      { ...on('ArnLike', line), StringEquals: { 'aws:SourceAccount': '999988887777' } },
      null,
    ],
    [
      'another condition cannot be known',
      { ...on('ArnLike', line), IpAddress: { 'aws:SourceIp': '192.0.2.0/24' } },
      null,
    ],
    ['another condition holds', { ...on('ArnLike', line), Bool: { 'aws:SecureTransport': 'true' } }, [line]],
  ];
  for (const [about, Condition, expected] of rows)
    t.same(findAllowingLines(read(statement(null, { Condition })), cluster), expected, about);
  t.same(
    findAllowingLines(read(statement([a, line]), statement([line, lineOf('my-*')])), cluster),
    [line, lineOf('my-*')],
    'each line once',
  );
  const reading = read(statement(line));
  t.same(findAllowingLines(reading, cluster), [line]);
  t.ok(isAllowed(reading, cluster));
  t.notOk(
    isAllowed(reading, { ...cluster, region: 'eu-west-1' }),
    'the answer for one Region is not reused for another',
  );
  t.equal(
    findAllowingLines(read(statement(line, { Principal: '*' })), cluster),
    null,
    '"*" counts for a Deny, never for an Allow',
  );
  t.end();
});

t.test('the Deny that blocks a cluster', (t) => {
  const rows: [string, JsonObject, boolean][] = [
    ['no condition', {}, true],
    ['one of its lines matches', on('ArnLike', [a, line]), true],
    ['one matches in part', on('ArnLike', [a, lineOf('my-cluster/p')]), true],
    ['none matches', on('ArnLike', [a, b]), false],
    ['every operator can match', { ...on('ArnLike', line), ...on('StringLike', '*') }, true],
    ['one cannot', { ...on('ArnLike', line), ...on('StringLike', a) }, false],
    ['negated: none of its lines covers', on('ArnNotLike', [a, b]), true],
    ['negated: one of them covers', on('ArnNotLike', [a, line]), false],
    ['negated: one covers in part', on('ArnNotLike', [a, lineOf('my-cluster/p')]), true],
    ['another condition holds', { StringEquals: { 'aws:SourceAccount': accountId } }, true],
    ['another condition fails', { StringNotEquals: { 'aws:SourceAccount': accountId } }, false],
  ];
  for (const [about, Condition, expected] of rows) {
    const reading = read(statement(line), statement(null, { Effect: 'Deny', Principal: '*', Condition }));
    t.equal(findDeny(reading, cluster)?.index ?? null, expected ? 1 : null, about);
    t.equal(isCovered(reading, cluster), !expected, `${about}: covered`);
  }
  t.end();
});

t.test('whether a Deny is known to match, or only may match', (t) => {
  const rows: [string, JsonObject, boolean][] = [
    ['no condition', {}, true],
    ['our line', on('ArnLike', line), true],
    ['our line beside a value that cannot be read', on('ArnLike', ['${foo:bar}', line]), true],
    ['a value that cannot be read', on('ArnLike', '${foo:bar}'), false],
    ['all but another line', on('ArnNotLike', a), true],
    ['all but a value that cannot be read', on('ArnNotLike', [a, '${foo:bar}']), false],
    ['what is no ARN', on('ArnLike', '*'), false],
    ['a condition that holds', { Bool: { 'aws:SecureTransport': 'true' } }, true],
    ['a condition whose outcome nobody knows', { StringEquals: { 'foo:bar': 'x' } }, false],
  ];
  for (const [about, Condition, certain] of rows) {
    const reading = read(statement(line), statement(null, { Effect: 'Deny', Condition }));
    const deny = findDeny(reading, cluster);
    t.ok(deny, `${about}: denied`);
    t.equal(deny && isCertain(reading, deny, cluster), certain, about);
  }
  const two = read(
    statement(null, { Effect: 'Deny', Condition: on('ArnLike', '${foo:bar}') }),
    statement(null, { Effect: 'Deny' }),
  );
  t.equal(findDeny(two, cluster)?.index, 1, 'of several Deny statements, the one known to match is named');
  t.end();
});

t.test('each of many lines means the same as alone', (t) => {
  const operators = fc.constantFrom('ArnLike', 'StringLike', 'StringEquals', 'StringEqualsIgnoreCase');
  const region = fc.constantFrom('us-west-2', '*');
  const name = fc.constantFrom('a', 'ab', '*', 'a*');
  const found = { allowed: 0, denied: 0 };
  fc.assert(
    fc.property(
      operators,
      fc.uniqueArray(values, { minLength: 20, maxLength: 40 }),
      fc.record({ region, name }),
      (operator, lines, cluster) => {
        // The first question builds the index that later ones use.
        const other = { region: 'eu-west-1', name: 'other' };
        const barring = (lines: string[]) => {
          const reading = read(statement(null, { Effect: 'Deny', Condition: on(operator, lines) }));
          return [other, cluster].map((one) => findDeny(reading, one) !== null)[1];
        };
        const allowing = (lines: string[]) => {
          const reading = read(statement(null, { Condition: on(operator, lines) }));
          isAllowed(reading, other);
          return reading;
        };
        const single = lines.filter((line) => isAllowed(allowing([line]), cluster));
        t.same(findAllowingLines(allowing(lines), cluster), single.length > 0 ? single : null);
        t.equal(isAllowed(allowing(lines), cluster), single.length > 0);
        const barred = lines.some((line) => barring([line]));
        t.equal(barring(lines), barred);
        found.allowed += single.length;
        found.denied += Number(barred);
      },
    ),
    { numRuns: 300 },
  );
  t.ok(found.allowed > 100 && found.denied > 100, `${found.allowed} lines allow, ${found.denied} lists bar`);
  t.end();
});

t.test('whether the service is the only principal', (t) => {
  const rows: [string, JsonObject, boolean][] = [
    ['alone', { Service: service }, true],
    ['in an array', { Service: [service] }, true],
    ['beside another service', { Service: [service, 'ec2.amazonaws.com'] }, false],
    ['beside an account', { Service: service, AWS: accountId }, false],
  ];
  for (const [about, Principal, expected] of rows)
    t.equal(read(statement(line, { Principal })).statements[0]?.isAlone, expected, about);
  t.end();
});
