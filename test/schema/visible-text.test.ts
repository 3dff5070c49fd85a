import t from 'tap';
import { isVisible } from '#src/schema/visible-text.ts';

// test/auth/access-token.test.ts has more of them, by name.

t.test('every invisible character is reported', async (t) => {
  const all = Array.from({ length: 0x110000 }, (_, code) => String.fromCodePoint(code));
  const missed = all.filter(
    (one) =>
      /[\p{C}\p{Z}\p{Default_Ignorable_Code_Point}]/u.test(one) && one !== ' ' && isVisible(`a${one}b`),
  );
  t.same(missed, []);
  // By their Unicode names: blanks, fillers, null notes, objects, and marks that join the letters beside
  // them.
  const blanks = '2800 3164 ffa0 115f 1160 fffc 13440 13441 13442 16fe4 1d159 034f 17b4 17b5 180b 2065'.split(
    ' ',
  );
  const joiners = '1039 17d2 1a60 2d7f 10a3f 1107f 11133 113d0 1193e 11a47 11a99 11d45 11d97 11f42'.split(
    ' ',
  );
  for (const code of [...blanks, ...joiners]) {
    const one = String.fromCodePoint(Number.parseInt(code, 16));
    for (const text of [one, `${one}alice`, `al${one}ice`, `alice${one}`, `alice ${one}`])
      t.notOk(isVisible(text), `U+${code} in ${text}`);
  }
  t.notOk(isVisible('\u0301alice'), 'an accent without its letter');
});

t.test('names of people and groups all over the world are visible', async (t) => {
  for (const text of [
    'alice',
    'CN=Ops, OU=IT',
    'andr\u00e9',
    'Ольга',
    '山田',
    '이서준',
    'علی',
    'नेहा शर्मा',
    'ស្រីមុំ',
    'မန္တလေး',
    'ประยุทธ์',
    'தமிழ்',
    'a\u2801b',
    '🚀 launch',
  ])
    t.ok(isVisible(text), text);
});
