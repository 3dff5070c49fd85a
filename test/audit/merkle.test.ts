import { createHash } from 'node:crypto';
import t from 'tap';
import {
  type Digest,
  type Frontier,
  grow,
  joinDigests,
  leafHash,
  levelsOf,
  nodeHash,
  pathOf,
  rootFrom,
  rootOf,
  toHex,
} from '#src/audit/merkle.ts';

/** The definition of RFC 9162, 2.1.1, word by word. */
function defined(leaves: Buffer[]): Buffer {
  const sha = (...parts: Buffer[]) => createHash('sha256').update(Buffer.concat(parts)).digest();
  if (leaves.length === 0) return sha();
  if (leaves.length === 1) return sha(Buffer.from([0]), leaves[0] as Buffer);
  let k = 1;
  while (k * 2 < leaves.length) k *= 2;
  return sha(Buffer.from([1]), defined(leaves.slice(0, k)), defined(leaves.slice(k)));
}

const entry = (index: number) => createHash('sha256').update(`entry ${index}`).digest();
const entries = Array.from({ length: 70 }, (_, index) => entry(index));

t.test('the root of a tree that grows is the one that the RFC defines', async (t) => {
  const frontier: Frontier = { size: 0, peaks: [] };
  for (let size = 0; size <= entries.length; size += 1) {
    t.equal(toHex(rootOf(frontier)), defined(entries.slice(0, size)).toString('hex'), `${size} leaves`);
    const next = entries[size];
    if (next) grow(frontier, leafHash(next.toString('latin1')), 0);
  }
});

t.test('every leaf has a path to the root, and to no other', async (t) => {
  const nodes = new Map<string, Digest>();
  const frontier: Frontier = { size: 0, peaks: [] };
  for (const [index, one] of entries.entries()) {
    nodes.set(`0/${index}`, leafHash(one.toString('latin1')));
    grow(frontier, leafHash(one.toString('latin1')), 0, (level, position, digest) =>
      nodes.set(`${level}/${position}`, digest),
    );
  }
  let wrong = 0;
  for (let size = 1; size <= entries.length; size += 1) {
    const root = defined(entries.slice(0, size)).toString('latin1');
    for (let index = 0; index < size; index += 1) {
      const path = pathOf(index, size).map((siblings) =>
        joinDigests(siblings.map(({ level, position }) => nodes.get(`${level}/${position}`) as Digest)),
      );
      const leaf = (entries[index] as Buffer).toString('latin1');
      if (rootFrom(leaf, index, size, path) !== root) wrong += 1;
      if (index > 0 && rootFrom(leaf, index - 1, size, path) === root) wrong += 1;
      if (rootFrom(leaf, index, size, [...path, leaf]) === root) wrong += 1;
      if (path.length > 0 && rootFrom(leaf, index, size, path.slice(1)) === root) wrong += 1;
      for (const [at, sibling] of path.entries())
        if (rootFrom(leaf, index, size, path.with(at, leafHash(sibling))) === root) wrong += 1;
    }
  }
  t.equal(wrong, 0);
  t.equal(rootFrom('', 3, 3, []), null, 'no leaf beyond the tree');
});

t.test('subtrees may be added whole, and joining may stop at a level', async (t) => {
  const block = (from: number) => defined(entries.slice(from, from + 8)).toString('latin1');
  const frontier: Frontier = { size: 0, peaks: [] };
  for (const from of [0, 8, 16]) grow(frontier, block(from), 3);
  grow(frontier, leafHash((entries[24] as Buffer).toString('latin1')), 0);
  t.equal(toHex(rootOf(frontier)), defined(entries.slice(0, 25)).toString('hex'));

  const low: Frontier = { size: 16, peaks: [] };
  const seen: [number, number][] = [];
  for (const one of entries.slice(16, 29))
    grow(low, leafHash(one.toString('latin1')), 0, (level, position) => seen.push([level, position]), 3);
  t.same(
    seen.filter(([level]) => level === 3),
    [[3, 2]],
  );
  t.same(levelsOf(13), [0, 2, 3]);
});

t.test('a leaf is no node', async (t) => {
  const [a, b] = ['a'.repeat(32), 'b'.repeat(32)];
  t.not(leafHash(a), nodeHash(a, b));
});
