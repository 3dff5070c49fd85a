import t from 'tap';
import { allowedBy, deniedBy, isAllowed, isCovered, readTrust } from '#src/domain/trust.ts';
import type { JsonObject } from '#src/schema/primitives.ts';
import { accountId, cluster, lineOf, policy, service, statement } from '#test/domain/fixtures/observed.ts';

const read = (...statements: JsonObject[]) => readTrust(policy(...statements), 'aws', accountId);
const on = (operator: string, value: unknown) => ({ [operator]: { 'aws:SourceArn': value } });
const line = lineOf('my-cluster');
const [a, b] = [lineOf('a'), lineOf('b')];

t.test('the lines by which an Allow covers', (t) => {
  const rows: [string, JsonObject, string[] | null][] = [
    ['only those that cover', on('ArnLike', [a, line, lineOf('my-cluster/p'), lineOf('*')]), [line, lineOf('*')]],
    ['none of them', on('ArnLike', [a, b]), null],
    ['no condition', {}, []],
    ['every operator has to hold', { ...on('ArnLike', line), ...on('StringLike', '*') }, [line, '*']],
    ['one does not', { ...on('ArnLike', line), ...on('StringLike', a) }, null],
    ['of negated values none may match', { ...on('ArnLike', line), ...on('ArnNotLike', [a, line]) }, null],
    ['nor in part', { ...on('ArnLike', line), ...on('ArnNotLike', [a, lineOf('my-cluster/p')]) }, null],
    ['and none does', { ...on('ArnLike', line), ...on('ArnNotLike', [a, b]) }, [line]],
    ['what is no ARN is expected to match where it bars', { ...on('ArnLike', line), ...on('ArnNotLike', '*') }, null],
    ['another condition fails', { ...on('ArnLike', line), StringEquals: { 'aws:SourceAccount': '999988887777' } }, null],
    ['another condition cannot be known', { ...on('ArnLike', line), Bool: { 'aws:SecureTransport': 'true' } }, null],
  ];
  for (const [about, Condition, expected] of rows) t.same(allowedBy(read(statement(null, { Condition })), cluster), expected, about);
  t.same(allowedBy(read(statement([a, line]), statement([line, lineOf('my-*')])), cluster), [line, lineOf('my-*')], 'each line once');
  const reading = read(statement(line));
  t.same(allowedBy(reading, cluster), [line]);
  t.ok(isAllowed(reading, cluster));
  t.notOk(isAllowed(reading, { ...cluster, region: 'eu-west-1' }), 'what was said of one Region is not said of another');
  t.equal(allowedBy(read(statement(line, { Principal: '*' })), cluster), null, 'everyone counts to deny, never to allow');
  t.end();
});

t.test('which Deny bars', (t) => {
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
    t.equal(deniedBy(reading, cluster)?.index ?? null, expected ? 1 : null, about);
    t.equal(isCovered(reading, cluster), !expected, `${about}: covered`);
  }
  t.end();
});

t.test('is the service the only principal', (t) => {
  const rows: [string, JsonObject, boolean][] = [
    ['alone', { Service: service }, true],
    ['in an array', { Service: [service] }, true],
    ['beside another service', { Service: [service, 'ec2.amazonaws.com'] }, false],
    ['beside an account', { Service: service, AWS: accountId }, false],
  ];
  for (const [about, Principal, expected] of rows) t.equal(read(statement(line, { Principal })).statements[0]?.alone, expected, about);
  t.end();
});
