import fc from 'fast-check';
import t from 'tap';
import { PrefixIndex } from '#src/domain/patterns/prefix-index.ts';

const head = fc.string({ unit: fc.constantFrom('a', 'b', '\u{ffff}'), maxLength: 4 });

t.test('of many lines, those that can match a text, in their order', (t) => {
  fc.assert(
    fc.property(fc.array(head, { minLength: 13, maxLength: 40 }), head, (heads, text) => {
      const all = heads.map((head, place) => ({ head, place }));
      const prefixIndex = new PrefixIndex(all, ({ head }) => head);
      t.equal(
        prefixIndex.findMeeting(text),
        all,
        'the first time all of them, because there may be no second',
      );
      for (let again = 0; again < 2; again++) {
        t.strictSame(
          prefixIndex.findPrefixes(text),
          all.filter(({ head }) => text.startsWith(head)),
        );
        t.strictSame(
          prefixIndex.findMeeting(text),
          all.filter(({ head }) => text.startsWith(head) || head.startsWith(text)),
        );
      }
    }),
    { numRuns: 300 },
  );
  t.end();
});

t.test('of a few lines all of them, because selecting would take longer', (t) => {
  const all = [{ head: 'a' }, { head: 'b' }];
  const prefixIndex = new PrefixIndex(all, ({ head }) => head);
  for (const found of [
    prefixIndex.findPrefixes('a'),
    prefixIndex.findMeeting('b'),
    prefixIndex.findPrefixes('a'),
  ])
    t.equal(found, all);
  t.end();
});
