import t from 'tap';
import { findLostClaims } from '#src/domain/plan/effects/lost-claims.ts';
import type { Planned } from '#src/domain/plan/planned.ts';
import type { JsonObject } from '#src/schema/primitives.ts';
import { accountId, context, lineOf, policy, statement } from '#test/domain/fixtures/observed.ts';

const claimOf = (name: string, region = 'us-west-2') => ({ cluster: { region, name } });
const planned = (before: JsonObject, after: JsonObject): Planned => {
  const snapshot = (trust: JsonObject) => ({ trust, policies: { attached: [], inline: null }, tags: {} });
  const effects = { clustersGained: [], clustersLost: [], statementsRemoved: [] };
  return { kind: 'EXTEND', steps: [], before: snapshot(before), after: snapshot(after), effects };
};
const deny = (...names: string[]) => ({ ...statement(names.map((name) => lineOf(name))), Effect: 'Deny' });
const unprovable = { StringEquals: { 'company:Unknown': 'x' } };
const supposed = statement(null, {
  Condition: { ArnLike: { 'aws:SourceArn': lineOf('w1') }, ...unprovable },
});
const [first, w1, wide] = [lineOf('first'), lineOf('w1'), lineOf('*')];

const cases: [what: string, before: JsonObject, after: JsonObject, lost: string[]][] = [
  ['nothing changes', policy(statement([first, w1])), policy(statement([first, w1])), []],
  ['a line more', policy(statement([first, w1])), policy(statement([first, w1, wide])), []],
  ['its line goes', policy(statement([first, w1])), policy(statement(first)), ['w1']],
  ['the wide line goes', policy(statement([first, wide])), policy(statement(first)), ['w1', 'w2']],
  [
    'its line goes, and a wide one stays',
    policy(statement([first, w1, wide])),
    policy(statement([first, wide])),
    [],
  ],
  [
    'its line goes, and a wide one comes',
    policy(statement([first, w1])),
    policy(statement([first, wide])),
    [],
  ],
  ['it had no line', policy(statement(first)), policy(statement([lineOf('z')])), []],
  ['the whole statement goes', policy(statement([first, w1])), policy(), ['w1']],
  ['a Deny comes', policy(statement([first, w1])), policy(statement([first, w1]), deny('w1')), ['w1']],
  ['a Deny goes', policy(statement([first, w1]), deny('w1')), policy(statement([first, w1])), []],
  [
    'its line goes behind a Deny',
    policy(statement([first, w1]), deny('w1')),
    policy(statement(first), deny('w1')),
    ['w1'],
  ],
  ['an open statement is confined', policy(statement(null)), policy(statement(first)), ['w1', 'w2']],
  [
    'a statement whose condition nobody can know goes',
    policy(statement(first), supposed),
    policy(statement(first)),
    ['w1'],
  ],
];
for (const [what, before, after, lost] of cases)
  t.test(what, async (t) => {
    const claims = [claimOf('w1'), claimOf('w2'), claimOf('w1', 'eu-central-1')];
    const found = findLostClaims(context, planned(before, after), claims);
    t.same(
      found.filter(({ cluster }) => cluster.region === 'us-west-2').map(({ cluster }) => cluster.name),
      lost,
    );
  });

t.test('a claim of every cluster is lost with the line that covers all', async (t) => {
  const claims = [claimOf('*')];
  t.same(
    findLostClaims(context, planned(policy(statement([first, wide])), policy(statement(first))), claims),
    claims,
  );
  t.same(
    findLostClaims(context, planned(policy(statement([first, wide])), policy(statement(wide))), claims),
    [],
  );
});

t.test('a missing role', async (t) => {
  const creation = { ...planned(policy(), policy(statement(first))), before: null };
  t.same(findLostClaims(context, creation, [claimOf('w1')]), []);
});

t.test('patterns that take too much work lose every claim', async (t) => {
  const hard = Array.from({ length: 3000 }, (_, i) => `arn:*:eks:*:${accountId}:fargateprofile/?*${i}?*`);
  const claims = Array.from({ length: 30 }, (_, i) => claimOf(`c${i}${'x'.repeat(90)}`));
  t.same(
    findLostClaims(context, planned(policy(statement(hard)), policy(statement([...hard, first]))), claims),
    claims,
  );
});

t.test('the maximum number of claims, beside expensive lines', async (t) => {
  const lines = Array.from({ length: 40 }, (_, i) => lineOf(`*-${i}`, 'us-*'));
  const claims = Array.from({ length: 1000 }, (_, i) => claimOf(`team-${i}-${i % 40}`));
  t.same(
    findLostClaims(context, planned(policy(statement(lines)), policy(statement([...lines, first]))), claims),
    [],
  );
  const shorter = policy(statement(lines.slice(1)));
  t.equal(findLostClaims(context, planned(policy(statement(lines)), shorter), claims).length, 25);
});
