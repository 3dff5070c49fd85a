import fc from 'fast-check';
import t from 'tap';
import { Budget, BudgetExceeded } from '#src/domain/patterns/budget.ts';
import { includes, intersects } from '#src/domain/patterns/compare-languages.ts';
import { glob, many, one, times } from '#src/domain/patterns/language.ts';
import { reachesAnotherAccount } from '#src/domain/patterns/other-accounts.ts';
import { coversAll, touchesSome } from '#src/domain/patterns/source-arn.ts';
import { sourcesOf } from '#src/domain/patterns/source-value.ts';
import { accountId } from '#test/domain/fixtures/observed.ts';
import { context } from '../fixtures/observed.ts';

const budget = () => new Budget();

/** The reference: `*` and `?` by definition. It shares no code with the domain. */
function matches(pattern: string, text: string): boolean {
  if (pattern === '') return text === '';
  const [head, rest] = [pattern[0], pattern.slice(1)];
  const takes = text !== '' && (head === '*' || head === '?' || head === text[0]);
  if (head !== '*') return takes && matches(rest, text.slice(1));
  return matches(rest, text) || (takes && matches(pattern, text.slice(1)));
}

const words = (characters: string, length: number): string[] =>
  length === 0
    ? ['']
    : ['', ...words(characters, length - 1).flatMap((word) => [...characters].map((c) => word + c))].filter(
        (w, i, all) => all.indexOf(w) === i,
      );

t.test('every two patterns of up to three characters, over every text of up to six', (t) => {
  const patterns = words('ab*?', 3);
  // z stands for any character that no pattern names.
  const texts = words('abz', 6);
  const held = new Map(patterns.map((pattern) => [pattern, texts.map((text) => matches(pattern, text))]));
  const wrong: string[] = [];
  for (const a of patterns)
    for (const b of patterns) {
      const [inA, inB] = [held.get(a) as boolean[], held.get(b) as boolean[]];
      if (includes(a, glob(b), budget()) !== inB.every((isIn, i) => !isIn || inA[i]))
        wrong.push(`${a} includes ${b}`);
      if (intersects(a, glob(b), budget()) !== inB.some((isIn, i) => isIn && inA[i]))
        wrong.push(`${a} intersects ${b}`);
    }
  t.equal(patterns.length, 85);
  t.same(wrong, []);
  t.end();
});

t.test('longer patterns: no text contradicts an answer', (t) => {
  const pattern = fc.string({ unit: fc.constantFrom('a', 'b', '*', '?'), maxLength: 12 });
  const fill = fc.array(fc.string({ unit: fc.constantFrom('a', 'b', 'z'), maxLength: 3 }), {
    minLength: 12,
    maxLength: 12,
  });
  const textOf = (from: string, fills: string[]) =>
    [...from].map((c, i) => (c === '*' ? fills[i] : c === '?' ? (fills[i]?.[0] ?? 'z') : c)).join('');
  fc.assert(
    fc.property(pattern, pattern, fill, (a, b, fills) => {
      const text = textOf(b, fills);
      const isInA = matches(a, text);
      if (!isInA && includes(a, glob(b), budget())) return false;
      return !isInA || intersects(a, glob(b), budget());
    }),
    { numRuns: 3000 },
  );
  fc.assert(
    fc.property(pattern, (a) => includes('*', glob(a), budget()) && includes(a, glob(a), budget())),
    { numRuns: 300 },
  );
  t.end();
});

t.test('classes, of which a pattern may name every character', (t) => {
  const ab = [one('ab'), many('ab')];
  const rows: [string, boolean, boolean][] = [
    ['a class holds its members', includes('*', ab, budget()), true],
    ['a letter does not hold its class', includes('a', [one('ab')], budget()), false],
    ['nor do both letters, each in its turn', includes('a*', ab, budget()), false],
    ['every member is named, and every way has one more', includes('?*', ab, budget()), true],
    ['a text of one letter is missing', includes('??*', ab, budget()), false],
    ['some member is met', intersects('xb*', ['x', ...ab], budget()), true],
    ['no member is met', intersects('xc*', ['x', ...ab], budget()), false],
    ['as often as it has to', intersects('abab', times(4, 'ab'), budget()), true],
    ['and no more often', intersects('ababa', times(4, 'ab'), budget()), false],
    ['any but one', intersects('a:b', [many(null, ':')], budget()), false],
    ['any', intersects('a:b', [many(null)], budget()), true],
    ['the empty text', includes('*', [''], budget()), true],
    ['nothing but the empty text', intersects('', [one(null)], budget()), false],
    ['beyond the first repetition', includes('*a*', [many('a'), 'a', many('b')], budget()), true],
    ['in the one or the other order', includes('*ab*', [many('b'), 'ab', many('a')], budget()), true],
    ['where one of two letters is missing somewhere', includes('*ab*', ['a', many('ab')], budget()), false],
  ];
  for (const [about, actual, expected] of rows) t.equal(actual, expected, about);
  t.end();
});

t.test('catastrophic patterns take few steps, or give no answer', (t) => {
  const arn = (rest: string) => `arn:aws:eks:us-west-2:${accountId}:fargateprofile/${rest}`;
  const patterns = {
    stars: '*'.repeat(2048),
    'stars and question marks': '*?'.repeat(1024),
    'stars and letters': '*a'.repeat(1024),
    'a window': `*a${'?'.repeat(1000)}`,
    'a window that fits': arn(`*a${'?'.repeat(30)}*/*`),
    'windows that fit': `arn:aws:eks:*:${accountId}:fargateprofile/*${'a?'.repeat(25)}*-?-*`,
    'a name of windows': `arn:aws:eks:*:*:fargateprofile/${'*f?-'.repeat(500)}`,
    'a region of windows': `arn:aws:eks:${'*?'.repeat(990)}:*:fargateprofile/*`,
    'all of it long': `${'*a'.repeat(10_000)}:*:*:*:${'?*'.repeat(10_000)}:${'*f'.repeat(10_000)}`,
  };
  for (const [about, pattern] of Object.entries(patterns))
    for (const comparison of ['ARN', 'STRING'] as const)
      for (const cluster of [
        { region: 'us-west-2', name: 'my-cluster' },
        { region: '*', name: '*' },
      ]) {
        const spent = budget();
        const sources = sourcesOf(context, cluster);
        coversAll({ value: pattern, comparison }, sources, spent);
        touchesSome({ value: pattern, comparison }, sources, spent);
        reachesAnotherAccount(pattern, comparison, accountId, spent);
        t.ok(spent.spent < 1_000_000, `${comparison} ${about}: ${spent.spent} units`);
      }
  // A cluster that a line names, and another line that must be followed step by step.
  const long = sourcesOf(context, { region: 'us-west-2', name: 'a'.repeat(2000) });
  const windows = arn(`*${'a'.repeat(1500)}*7`);
  t.throws(() => coversAll({ value: windows, comparison: 'ARN' }, long, budget()), BudgetExceeded);
  t.throws(
    () => touchesSome({ value: arn(`*${'a'.repeat(1500)}b*`), comparison: 'ARN' }, long, budget()),
    BudgetExceeded,
  );
  const region = `arn:aws:eks:*${'a'.repeat(3000)}b*:*:*`;
  t.throws(
    () => coversAll({ value: region, comparison: 'ARN' }, { ...long, region: 'a'.repeat(6000) }, budget()),
    BudgetExceeded,
  );
  t.end();
});
