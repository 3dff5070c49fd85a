import fc from 'fast-check';
import t from 'tap';
import { matchedBy, profilesOf, reachesAnotherAccount } from '#src/domain/arn.ts';
import { caseless, glob, includes, intersects, literal, many } from '#src/domain/language.ts';
import { accountId } from '#test/domain/fixtures/observed.ts';

/** The oracle: `*` and `?` by their definition, sharing nothing with the domain. */
function matches(pattern: string, text: string, wild: (c: string) => boolean = () => true): boolean {
  if (pattern === '') return text === '';
  const [head, rest] = [pattern[0], pattern.slice(1)];
  const takes = text !== '' && (head === '*' || head === '?' ? wild(text[0] as string) : head === text[0]);
  if (head !== '*') return takes && matches(rest, text.slice(1), wild);
  return matches(rest, text, wild) || (takes && matches(pattern, text.slice(1), wild));
}

const words = (characters: string, length: number): string[] =>
  length === 0
    ? ['']
    : ['', ...words(characters, length - 1).flatMap((word) => [...characters].map((c) => word + c))].filter(
        (w, i, all) => all.indexOf(w) === i,
      );

t.test('every two patterns of up to three characters, over every text of up to six', (t) => {
  const patterns = words('ab*?', 3);
  // z stands for whatever no pattern names.
  const texts = words('abz', 6);
  const held = new Map(patterns.map((pattern) => [pattern, texts.map((text) => matches(pattern, text))]));
  const wrong: string[] = [];
  for (const a of patterns)
    for (const b of patterns) {
      const [inA, inB] = [held.get(a) as boolean[], held.get(b) as boolean[]];
      if (includes(glob(a), glob(b)) !== inB.every((isIn, i) => !isIn || inA[i])) wrong.push(`${a} includes ${b}`);
      if (intersects(glob(a), glob(b)) !== inB.some((isIn, i) => isIn && inA[i])) wrong.push(`${a} intersects ${b}`);
    }
  t.equal(patterns.length, 85);
  t.same(wrong, []);
  t.end();
});

t.test('wildcards that cross no colon, in longer patterns: no text speaks against an answer', (t) => {
  const notColon = (c: string) => c !== ':';
  const pattern = fc.string({ unit: fc.constantFrom('a', 'b', ':', '*', '?'), maxLength: 9 });
  const fill = fc.array(fc.string({ unit: fc.constantFrom('a', 'b', 'z'), maxLength: 3 }), { minLength: 9, maxLength: 9 });
  const textOf = (from: string, fills: string[]) =>
    [...from].map((c, i) => (c === '*' ? fills[i] : c === '?' ? (fills[i]?.[0] ?? 'z') : c)).join('');
  fc.assert(
    fc.property(pattern, pattern, fill, (a, b, fills) => {
      const text = textOf(b, fills);
      const isInA = matches(a, text, notColon);
      if (!isInA && includes(glob(a, notColon), glob(b, notColon))) return false;
      return !isInA || intersects(glob(a, notColon), glob(b, notColon));
    }),
    { numRuns: 3000 },
  );
  fc.assert(
    fc.property(pattern, (a) => includes(glob(a), glob(a, notColon)) && includes(glob(a, notColon), glob(a, notColon))),
    { numRuns: 300 },
  );
  t.end();
});

t.test('classes and letter case', (t) => {
  const lower = (c: string) => /[a-z]/.test(c);
  const rows: [string, boolean, boolean][] = [
    ['a class holds its members', includes(many(lower), literal('abc')), true],
    ['and nothing else', includes(many(lower), literal('aBc')), false],
    ['a class named to the last character but one', includes(glob('*'), many(lower)), true],
    ['literals never exhaust a class', includes(literal('a'), [...many(lower)]), false],
    ['without regard to case', includes(caseless('AbC'), literal('aBc')), true],
    ['not another text', intersects(caseless('AbC'), literal('aBd')), false],
    ['a literal holds not every case', includes(literal('abc'), caseless('ABC')), false],
    ['the empty text', includes(glob('*'), literal('')), true],
    ['nothing but the empty text', intersects(literal(''), glob('?')), false],
  ];
  for (const [about, actual, expected] of rows) t.equal(actual, expected, about);
  t.end();
});

t.test('catastrophic patterns take few steps', (t) => {
  const patterns = {
    stars: '*'.repeat(2048),
    'stars and question marks': '*?'.repeat(1024),
    'stars and letters': '*a'.repeat(1024),
    'a window': `*a${'?'.repeat(2000)}`,
    'a window that fits': `arn:aws:eks:us-west-2:${accountId}:fargateprofile/*a${'?'.repeat(30)}*/*`,
    'windows that fit': `arn:aws:eks:*:${accountId}:fargateprofile/*${'a?'.repeat(25)}*-?-*`,
    'a name of windows': `arn:aws:eks:*:*:fargateprofile/${'*f?-'.repeat(500)}`,
    'a region of windows': `arn:aws:eks:${'*?'.repeat(990)}:*:fargateprofile/*`,
  };
  const clusters = [
    { region: 'us-west-2', name: 'my-cluster' },
    { region: '*', name: '*' },
  ];
  for (const [about, pattern] of Object.entries(patterns)) {
    let steps = 0;
    const counting = (c: string) => {
      steps += 1;
      return c !== '\n';
    };
    for (const cluster of clusters) {
      const profiles = profilesOf('aws', accountId, cluster);
      includes(glob(pattern, counting), profiles);
      intersects(glob(pattern, counting), profiles);
    }
    t.ok(steps < 2_000_000, `${about}: ${steps} steps`);
    // Nothing to count here; that they end at all is the test.
    t.type(reachesAnotherAccount(pattern, 'STRING', accountId), 'boolean');
    t.type(includes(matchedBy('arn:*:eks:*:*:fargateprofile/*', 'ARN') ?? [], glob(pattern)), 'boolean');
  }
  t.end();
});
