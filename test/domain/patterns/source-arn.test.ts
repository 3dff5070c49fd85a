import fc from 'fast-check';
import t from 'tap';
import { fargate } from '#src/domain/kinds/fargate.ts';
import { Budget } from '#src/domain/patterns/budget.ts';
import { narrowToAccount, reachesAnotherAccount } from '#src/domain/patterns/other-accounts.ts';
import { Parts } from '#src/domain/patterns/parts.ts';
import { coversAll, touchesSome } from '#src/domain/patterns/source-arn.ts';
import { type Sources, sourcesOf } from '#src/domain/patterns/source-value.ts';
import { matchesSourcesOnly } from '#src/domain/patterns/sources-only.ts';
import type { Comparison } from '#src/domain/role/arn.ts';
import * as automata from '#test/domain/fixtures/automata.ts';
import { values } from '#test/domain/fixtures/lines.ts';
import { accountId, cluster, lineOf } from '#test/domain/fixtures/observed.ts';
import { readLines } from '#test/support/corpus.ts';
import { context } from '../fixtures/observed.ts';

const foreign = '999988887777';
const comparisons: Comparison[] = ['ARN', 'STRING', 'EXACT', 'EXACT_IGNORING_CASE'];
const profilesOnly = automata.matchedBy('arn:*:eks:*:*:fargateprofile/*', 'ARN') ?? [];
const budget = () => new Budget();

type Answer = [about: string, actual: boolean | null, expected: boolean | null | undefined];
/** The domain's answer about a value, and the reference's. Undefined: the reference cannot tell. */
function answers(value: string, comparison: Comparison, sources: Sources): Answer[] {
  const language = automata.matchedBy(value, comparison);
  const profiles = automata.profilesOf(sources.partition, sources.account, sources);
  const isAlive = language !== null && automata.intersects(language, profiles);
  return [
    [
      'covers',
      coversAll({ value: value, comparison }, sources, budget()),
      language !== null && (automata.includes(language, profiles) ?? undefined),
    ],
    ['touches', touchesSome({ value: value, comparison }, sources, budget()), language && isAlive],
    [
      'foreign',
      reachesAnotherAccount(value, comparison, accountId, budget()),
      automata.reachesAnotherAccount(value, comparison, accountId),
    ],
    [
      'profiles only',
      matchesSourcesOnly(fargate.source, value, comparison),
      language !== null && (automata.includes(profilesOnly, language) ?? undefined),
    ],
  ];
}

const contradictions = (value: string, sources: Sources) =>
  comparisons.flatMap((comparison) =>
    answers(value, comparison, sources)
      .filter(([, actual, expected]) => expected !== undefined && actual !== expected)
      .map(([about, actual]) => `${comparison} ${value} ${about} ${JSON.stringify(sources)}: ${actual}`),
  );

t.test('for odd values, the answers of the oracle', (t) => {
  const sources = fc.record({
    partition: fc.constantFrom('aws' as const, 'aws-cn' as const),
    account: fc.constantFrom(accountId, accountId, null),
    region: fc.constantFrom('us-west-2', 'eu-west-1', '*', 'us-*'),
    name: fc.constantFrom('a', 'ab', '*', 'a*', 'f/0'),
    source: fc.constant(fargate.source),
  });
  const seen = new Map<string, number>();
  fc.assert(
    fc.property(values, sources, (value, sources) => {
      const found = contradictions(value, sources);
      if (found.length > 0) throw new Error(found.join('\n'));
      for (const comparison of comparisons)
        for (const [about, actual] of answers(value, comparison, sources))
          if (actual) seen.set(about, (seen.get(about) ?? 0) + 1);
    }),
    { numRuns: Number(process.env.RUNS ?? 500), ...(process.env.RUNS ? {} : { seed: 3 }) },
  );
  for (const about of ['covers', 'touches', 'foreign', 'profiles only'])
    t.ok((seen.get(about) ?? 0) > 20, `${about}: ${seen.get(about)}`);
  t.end();
});

t.test('and for every line of the corpus', (t) => {
  const lines = readLines();
  t.ok(lines.length > 40, `${lines.length} lines`);
  const clusters = [cluster, { region: 'us-west-2', name: '*' }, { region: '*', name: '*' }];
  t.same(
    lines.flatMap((line) => clusters.flatMap((one) => contradictions(line, sourcesOf(context, one)))),
    [],
  );
  t.end();
});

t.test('one line covers another exactly when the oracle says so', (t) => {
  let covering = 0;
  fc.assert(
    fc.property(values, values, fc.constantFrom(...comparisons), (wide, narrow, comparison) => {
      for (const [a, b] of [
        [wide, narrow],
        [narrow, wide],
        [wide, wide],
        // A wildcard in place of some characters usually makes it wider.
        [wide.replace(/[a-z-]{2}/, '*'), wide],
        [wide.replace(/[0-9]/, '?'), wide],
      ] as const) {
        const [outer, inner] = [automata.matchedBy(a, comparison), automata.matchedBy(b, comparison)];
        const expected = outer !== null && inner !== null && automata.includes(outer, inner);
        // The reference cannot always tell, even whether a line covers itself.
        if (expected === null) continue;
        const [parts, others] = [Parts.of(a, comparison), Parts.of(b, comparison)];
        const actual = parts !== null && others !== null && parts.covers(others, budget());
        if (actual !== expected) throw new Error(`${comparison} ${a} covers ${b}: not ${expected}`);
        covering += expected && a !== b ? 1 : 0;
      }
    }),
    { numRuns: Number(process.env.RUNS ?? 300), ...(process.env.RUNS ? {} : { seed: 3 }) },
  );
  t.ok(covering > 80, `${covering} did`);
  t.end();
});

t.test('the ARNs of Fargate profiles', (t) => {
  const uuid = '8cb7e6f4-5f0e-4a2a-9c3e-0123456789ab';
  const arn = (rest: string, account = accountId, region = 'us-west-2') =>
    `arn:aws:eks:${region}:${account}:fargateprofile/${rest}`;
  const any = { region: '*', name: '*' };
  const rows: [string, string, typeof any, string | null, boolean][] = [
    ['a profile', arn(`my-cluster/fp-1/${uuid}`), cluster, accountId, true],
    ['another cluster', arn(`my-cluster-2/fp/${uuid}`), cluster, accountId, false],
    ['another account', arn(`my-cluster/fp/${uuid}`, foreign), cluster, accountId, false],
    ['any account', arn(`my-cluster/fp/${uuid}`, foreign), cluster, null, true],
    ['an account is twelve digits', arn(`my-cluster/fp/${uuid}`, '12'), cluster, null, false],
    ['any cluster', arn(`X_1-y/fp/${uuid}`, accountId, 'eu-west-1'), any, accountId, true],
    ['a name begins with a letter or digit', arn(`-x/fp/${uuid}`), any, accountId, false],
    ['a name holds no slash', arn(`x/y/fp/${uuid}`), any, accountId, false],
    ['no UUID', arn('my-cluster/fp/x'), cluster, accountId, false],
    ['a UUID in upper case', arn(`my-cluster/fp/${uuid.toUpperCase()}`), cluster, accountId, false],
    ['no profile', arn(`my-cluster/${uuid}`), cluster, accountId, false],
    ['another service', arn(`my-cluster/fp/${uuid}`).replace(':eks:', ':ec2:'), cluster, accountId, false],
    ['no Region', arn(`my-cluster/fp/${uuid}`, accountId, ''), any, accountId, false],
  ];
  for (const [about, text, asked, account, expected] of rows)
    for (const comparison of ['ARN', 'STRING', 'EXACT'] as const)
      t.equal(
        touchesSome({ value: text, comparison }, sourcesOf(context, asked, account), budget()),
        expected,
        `${about}, ${comparison}`,
      );
  t.end();
});

t.test('lines for every Region, and values compared as one text', (t) => {
  const covers = (value: string, comparison: Comparison, region: string, name: string) =>
    coversAll({ value, comparison }, sourcesOf(context, { region, name }), budget());
  for (const [region, expected] of [
    ['*', true],
    ['?*', true],
    ['*?', true],
    ['??*', false],
    ['?', false],
    ['*-*', false],
    ['us-*', false],
  ] as const)
    t.equal(covers(lineOf('a', region), 'ARN', '*', 'a'), expected, region);
  // No name has a colon. The cluster of a line may.
  t.equal(
    covers('arn:aws:eks:us-west-2:*:b/*', 'STRING', 'us-west-2', 'x:b'),
    true,
    'a wildcard matches a colon',
  );
  t.equal(covers('arn:aws:eks:us-west-2:*:b/*', 'ARN', 'us-west-2', 'x:b'), false, 'not under ArnLike');
  t.end();
});

t.test('matches in other accounts, and the rest of a line without them', (t) => {
  const account = (id: string) => lineOf('a', 'us-west-2', id);
  const own = account(accountId);
  const rows: [string, Comparison, boolean, string | null][] = [
    [own, 'ARN', false, own],
    [own, 'STRING', false, own],
    [own, 'EXACT', false, own],
    [account(foreign), 'ARN', true, null],
    [account(foreign), 'EXACT', true, null],
    [account('*'), 'ARN', true, own],
    [account('*'), 'STRING', true, own],
    [account('*'), 'EXACT', false, account('*')],
    [account('11112222333?'), 'ARN', true, own],
    [account('?11122223333'), 'ARN', true, own],
    [account('99*'), 'ARN', true, null],
    [account('111122223333*'), 'ARN', false, account('111122223333*')],
    [account('1111?'), 'ARN', false, account('1111?')],
    [
      `arn:aws:eks:*:${accountId}:fargateprofile/*`,
      'STRING',
      false,
      `arn:aws:eks:*:${accountId}:fargateprofile/*`,
    ],
    ['arn:aws:eks:us-west-2:*', 'STRING', true, null],
    ['*', 'STRING', true, null],
    ['*', 'ARN', true, null],
    [
      'arn:aws:logs:us-west-2:*:log-group:a:*',
      'ARN',
      true,
      `arn:aws:logs:us-west-2:${accountId}:log-group:a:*`,
    ],
    [`arn:aws:logs:us-west-2:${foreign}:log-group:a`, 'EXACT', true, null],
    ['arn:aws:s3:::bucket', 'ARN', false, 'arn:aws:s3:::bucket'],
    ['nonsense', 'ARN', false, 'nonsense'],
  ];
  for (const [value, comparison, isForeign, part] of rows) {
    t.equal(
      reachesAnotherAccount(value, comparison, accountId, budget()),
      isForeign,
      `${comparison} ${value}`,
    );
    t.equal(
      narrowToAccount(value, comparison, accountId, budget()),
      part,
      `${comparison} ${value}: own part`,
    );
  }
  for (const zeros of ['000000000000', '111111111111'])
    t.ok(
      reachesAnotherAccount('arn:aws:eks:*:*:fargateprofile/*', 'ARN', zeros, budget()),
      `an account of one digit only: ${zeros}`,
    );
  t.end();
});
