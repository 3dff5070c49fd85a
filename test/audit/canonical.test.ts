import t from 'tap';
import { canonicalHash, canonicalJson } from '#src/audit/canonical.ts';

const cases: [string, unknown, string][] = [
  ['sorts keys at every depth', { b: [{ d: 1, c: 2 }], a: {} }, '{"a":{},"b":[{"c":2,"d":1}]}'],
  ['keeps the order of arrays', [3, 1, 2], '[3,1,2]'],
  [
    'sorts by UTF-16 code units',
    { '\u{1f600}': 1, '\ufb33': 2, é: 3, Z: 4, a: 5 },
    '{"Z":4,"a":5,"é":3,"\u{1f600}":1,"\ufb33":2}',
  ],
  ['writes numbers as ECMAScript does', [1e21, 1.0, -0, 1e-7], '[1e+21,1,0,1e-7]'],
  ['escapes only what it must', 'a"\\\n\u0001ü/', '"a\\"\\\\\\n\\u0001ü/"'],
  ['leaves out undefined members', { a: undefined, b: null, c: true }, '{"b":null,"c":true}'],
  ['treats __proto__ as any key', JSON.parse('{"b":1,"__proto__":2}'), '{"__proto__":2,"b":1}'],
];
for (const [name, value, expected] of cases) {
  t.test(name, async (t) => t.equal(canonicalJson(value), expected));
}

t.test('hashes the canonical text', async (t) => {
  // printf '{"a":1,"b":2}' | sha256sum
  t.equal(canonicalHash({ b: 2, a: 1 }), '43258cff783fe7036d8a43033f830adfc60ec037382473548ac742b888292777');
});
