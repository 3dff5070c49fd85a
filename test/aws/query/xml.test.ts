import { deepStrictEqual } from 'node:assert/strict';
import { parseXML } from '@aws-sdk/xml-builder';
import fc from 'fast-check';
import t from 'tap';
import { child, membersOf, type Node, parse, textOf } from '#src/aws/query/xml.ts';

/** The result of the SDK's parser in our shape. It cannot distinguish a list of one from its only member. */
type Theirs = string | { [name: string]: Theirs | Theirs[] };
const ours = (node: Theirs): Node => {
  if (typeof node === 'string') return node;
  if ('member' in node) return [node.member].flat().map((one) => ours(one as Theirs));
  return Object.fromEntries(Object.entries(node).map(([name, value]) => [name, ours(value as Theirs)]));
};
const plain = (node: Node): unknown => JSON.parse(JSON.stringify(node));

const name = fc.stringMatching(/^[A-Z][A-Za-z]{0,8}$/);
// The SDK drops text of blanks and line feeds only, and no numeric reference above U+FFFF.
const text = fc.string({ unit: 'grapheme', maxLength: 12 }).filter((one) => !/[\r\n]/.test(one));
const escaped = (value: string) =>
  value.replace(
    /[&<>"']/g,
    (one) => ({ '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;' })[one] ?? '&#39;',
  );
const { element } = fc.letrec<{ element: string; content: string }>((tie) => ({
  element: fc.tuple(name, tie('content')).map(([tag, content]) => `<${tag}>${content}</${tag}>`),
  content: fc.oneof(
    { maxDepth: 4 },
    text.map(escaped),
    fc
      .array(tie('content'), { minLength: 1, maxLength: 4 })
      .map((all) => all.map((one) => `<member>${one}</member>`).join('')),
    fc
      .uniqueArray(fc.tuple(name, tie('content')), { minLength: 1, maxLength: 4, selector: ([tag]) => tag })
      .map((all) =>
        all.map(([tag, one]) => (one === '' ? `<${tag}/>` : `<${tag}>${one}</${tag}>`)).join('\n  '),
      ),
  ),
}));

t.test("it gives the same result as the SDK's parser", async () => {
  fc.assert(
    fc.property(element, (xml) => {
      const [theirs] = Object.values(parseXML(xml) as Record<string, Theirs>);
      deepStrictEqual(plain(parse(xml)), plain(ours(theirs ?? '')));
    }),
    { numRuns: 1000 },
  );
});

t.test('a declaration, attributes, entities and missing elements', async (t) => {
  const root = parse(
    '<?xml version="1.0"?>\n<R xmlns="https://iam.amazonaws.com/doc/2010-05-08/"><A>a &amp; &#x1F600;&#10;&unknown; &lt;</A><B/><C></C><D><member>1</member></D></R>\n',
  );
  t.equal(textOf(root, 'A'), 'a & 😀\n&unknown; <');
  t.equal(textOf(root, 'B'), '');
  t.equal(textOf(root, 'C'), '');
  t.equal(textOf(root, 'Z'), undefined);
  t.same(membersOf(root, 'D'), ['1']);
  t.same(membersOf(root, 'B'), []);
  t.equal(child(root, 'Z'), '');
  t.equal(textOf(parse('<R><__proto__>x</__proto__></R>'), '__proto__'), 'x');
});

t.test('truncated or different XML is refused, wherever it is cut', async (t) => {
  const whole = '<?xml version="1.0"?><R a="b"><L><member><N>x</N></member><member/></L><T>y</T></R>';
  for (let end = 0; end < whole.length; end += 1)
    t.throws(() => parse(whole.slice(0, end)), whole.slice(0, end));
  for (const xml of [
    '',
    'plain',
    '<!DOCTYPE html><html></html>',
    '<R><!-- --></R>',
    '<R><A>x</B></R>',
    '<html><body>busy',
  ])
    t.throws(() => parse(xml), xml);
});
