import fc from 'fast-check';
import t from 'tap';
import { parseSearch, wordsOf } from '#src/postgres/changes/words.ts';
import { freshStore, runSql } from '#test/support/postgres.ts';

t.test('the words of a text', async (t) => {
  const cases: [string, string][] = [
    ['CHG-1042: new cluster', 'chg 1042 new cluster'],
    ['us-west-2/search', 'us west 2 search'],
    ['  a__b..c  ', 'a b c'],
    ['', ''],
    ['?!', ''],
    ['Ärger für ÉCLAIR, Straße', 'ärger für éclair straße'],
    ['a\u2014b\u00a0c\u3000d\te', 'a b c d e'],
    ['票 ЖУК 🙂', '票 ЖУК 🙂'],
    ['x'.repeat(70), 'x'.repeat(64)],
    [`${'🙂'.repeat(65)} y`, `${'🙂'.repeat(64)} y`],
  ];
  for (const [text, expected] of cases) t.equal(wordsOf(text), expected, text);
});

t.test('PostgreSQL makes the same words', async (t) => {
  const { url } = await freshStore(t);
  const said = fc.sample(
    fc.oneof(
      fc.string({ unit: 'grapheme', maxLength: 90 }),
      fc.string({ unit: 'binary', maxLength: 90 }),
      fc.string({ unit: fc.constantFrom('a', 'Z', '-', ' ', 'É', '×', '÷', '\u2009', '🙂'), maxLength: 90 }),
    ),
    { numRuns: 3000, seed: 17 },
  );
  const texts = said.map((text) => text.replaceAll('\0', '')).filter((text) => text.isWellFormed());
  t.ok(texts.length > 2000);
  const literals = texts.map((text) => `'${text.replaceAll("'", "''")}'`).join(',');
  const [result] = await runSql(
    url,
    `SELECT array_agg(ledger_words(said)) AS words FROM unnest(ARRAY[${literals}]) AS said`,
  );
  t.same(result?.rows[0].words, texts.map(wordsOf));
});

t.test('a search is phrases, and the words in them', async (t) => {
  t.same(parseSearch(' CHG-1042  payments '), {
    words: ['chg', '1042', 'payments'],
    phrases: ['chg 1042', 'payments'],
  });
  t.same(parseSearch('- 1042 1042'), { words: ['1042'], phrases: ['1042', '1042'] });
});
