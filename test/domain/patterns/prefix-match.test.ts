import fc from 'fast-check';
import t from 'tap';
import {
  beginningOf,
  matchesText,
  meets,
  parseUsualLine,
  startOf,
} from '#src/domain/patterns/prefix-match.ts';
import { type Comparison, lineFor } from '#src/domain/role/arn.ts';
import type { Cluster, Partition } from '#src/schema/primitives.ts';
import {
  glob,
  includes,
  intersects,
  literal,
  matchedBy,
  profilesOf,
  reachesAnotherAccount,
} from '#test/domain/fixtures/automata.ts';
import { accountId } from '#test/domain/fixtures/observed.ts';
import { readLines } from '#test/support/corpus.ts';
import { context } from '../fixtures/observed.ts';

const comparisons: Comparison[] = ['ARN', 'STRING', 'EXACT', 'EXACT_IGNORING_CASE'];
const foreignAccount = '999988887777';
const every: Cluster = { region: '*', name: '*' };

/** One text for each fast answer that contradicts the automata. */
const { source } = context.kind;

function contradictions(
  value: string,
  partition: Partition,
  cluster: Cluster,
): { faults: string[]; answers: number } {
  const faults: string[] = [];
  let answers = 0;
  for (const comparison of comparisons) {
    const slow = matchedBy(value, comparison);
    for (const account of [accountId, null]) {
      const quick = meets(
        beginningOf(value, comparison),
        comparison,
        startOf(source, partition, account, cluster),
      );
      if (quick === null) continue;
      answers += 1;
      const profiles = profilesOf(partition, account, cluster);
      if (includes(slow ?? [], profiles) !== quick)
        faults.push(`${comparison} ${value} covers ${JSON.stringify(cluster)}`);
      if (intersects(slow ?? glob(value), profiles) !== quick)
        faults.push(`${comparison} ${value} touches ${JSON.stringify(cluster)}`);
    }
    const account = parseUsualLine(source, value, comparison, partition)?.[3] ?? null;
    if (account === null) continue;
    answers += 1;
    const isAlive = slow !== null && intersects(slow, profilesOf(partition, null, every));
    const isNarrow =
      slow !== null && includes(matchedBy('arn:*:eks:*:*:fargateprofile/*', 'ARN') ?? [], slow);
    if (!isAlive || !isNarrow) faults.push(`${comparison} ${value} is a usual line`);
    if (reachesAnotherAccount(value, comparison, accountId) !== (account !== accountId))
      faults.push(`${comparison} ${value} is foreign`);
  }
  return { faults, answers };
}

t.test('quick answers equal those of the automata', (t) => {
  const often = <T>(usual: T, ...rare: T[]) => fc.constantFrom(usual, usual, usual, ...rare);
  const line = fc
    .tuple(
      often('arn', '*', ''),
      often('aws', 'aws-cn', 'a*', '?ws'),
      often('eks', '*', 'ec2'),
      often('us-west-2', 'eu-west-1', '*', 'us-*', ''),
      often(accountId, foreignAccount, '*', '1111222?3333', '', `${accountId}0`),
      often('fargateprofile/', 'fargateprofile/*', 'cluster/', '*', ''),
      often('a', 'ab', 'b', '*', 'a*', '?', '-a', 'a:b', ''),
      often('/*', '*', '/', '/**', '/?*', '/p/*', '', ':*'),
    )
    .map(([a, b, c, d, e, f, g, h]) => [a, b, c, d, e, f].join(':') + g + h);
  const cut = fc
    .tuple(line, fc.nat(80), fc.constantFrom('*', '?', '**', 'x'))
    .map(([text, at, end]) => text.slice(0, at) + end);
  const cluster = fc.record({ region: often('us-west-2', 'eu-west-1', '*'), name: often('a', 'ab', '*') });
  let answers = 0;
  fc.assert(
    fc.property(
      fc.oneof(line, cut),
      fc.constantFrom<Partition>('aws', 'aws-cn'),
      cluster,
      (value, partition, asked) => {
        const found = contradictions(value, partition, asked);
        answers += found.answers;
        if (found.faults.length > 0) throw new Error(found.faults.join('\n'));
      },
    ),
    { numRuns: 1500 },
  );
  t.ok(answers > 3000, `${answers} quick answers were given`);
  t.end();
});

t.test('and for every line of the corpus', (t) => {
  const lines = readLines();
  t.ok(lines.length > 40, `${lines.length} lines`);
  const clusters = [{ region: 'us-west-2', name: 'my-cluster' }, { region: 'us-west-2', name: '*' }, every];
  t.same(
    lines.flatMap((line) => clusters.flatMap((cluster) => contradictions(line, 'aws', cluster).faults)),
    [],
  );
  t.end();
});

t.test('the line that lineFor writes is answered without automata', (t) => {
  const cluster = { region: 'us-gov-west-1', name: 'My_cluster-1' };
  const line = lineFor({ ...context, partition: 'aws-us-gov' }, cluster);
  t.equal(parseUsualLine(source, line, 'ARN', 'aws-us-gov')?.[3], accountId);
  t.equal(parseUsualLine(source, line, 'EXACT', 'aws-us-gov'), null);
  t.equal(meets(beginningOf(line, 'ARN'), 'ARN', startOf(source, 'aws-us-gov', accountId, cluster)), true);
  t.equal(
    meets(
      beginningOf(line, 'ARN'),
      'ARN',
      startOf(source, 'aws-us-gov', accountId, { ...cluster, name: 'My_cluster-10' }),
    ),
    false,
  );
  t.end();
});

t.test('does a text match a pattern?', (t) => {
  const unit = fc.constantFrom('a', 'b', '*', '?');
  fc.assert(
    fc.property(
      fc.string({ unit, maxLength: 8 }),
      fc.string({ unit: fc.constantFrom('a', 'b'), maxLength: 8 }),
      (pattern, text) => {
        return matchesText(pattern, text) === includes(glob(pattern), literal(text));
      },
    ),
    { numRuns: 3000 },
  );
  t.end();
});
