import t from 'tap';
import { readWords } from '#console/roles/accounts/find.ts';

const typed: [text: string, q: string, labels: string[]][] = [
  ['', '', []],
  [' payments  prod ', 'payments prod', []],
  ['team=payments', '', ['team=payments']],
  ['prod team=payments stage= 1111', 'prod 1111', ['team=payments', 'stage=']],
  ['=x', '=x', []],
];
for (const [text, q, labels] of typed)
  t.test(`typed: ${JSON.stringify(text)}`, async (t) => t.same(readWords(text), { q, labels }));
