import { hash } from 'node:crypto';

/**
 * The Merkle tree of RFC 9162, section 2.1. The leaves are the hashes of the entries: entry `seq` is leaf
 * `seq - 1`. A complete subtree of 2^level leaves is named by its level and its position on that level, from
 * 0.
 */

/**
 * 32 bytes as latin1 text, which Node also calls "binary". `crypto.hash` answers text three times as fast as
 * a Buffer.
 */
export type Digest = string;

export const toHex = (digest: Digest): string => Buffer.from(digest, 'latin1').toString('hex');
export const fromHex = (hex: string): Digest => Buffer.from(hex, 'hex').toString('latin1');

/**
 * The input of one hash. A leaf's begins with 0 and an inner node's with 1, so that one cannot pass for the
 * other.
 */
const leaf = Buffer.alloc(33);
const node = Buffer.alloc(65, 1);

export function leafHash(entry: Digest): Digest {
  leaf.write(entry, 1, 'latin1');
  return hash('sha256', leaf, 'binary');
}

export function nodeHash(left: Digest, right: Digest): Digest {
  node.write(left, 1, 'latin1');
  node.write(right, 33, 'latin1');
  return hash('sha256', node, 'binary');
}

/**
 * The part of a tree of `size` leaves that is needed to extend it: the root of its complete subtree on each
 * level that has one.
 */
export interface Frontier {
  size: number;
  peaks: Digest[];
}

/** The levels of the complete subtrees that form a tree of `size` leaves, smallest first. */
export function levelsOf(size: number): number[] {
  const levels: number[] = [];
  for (let level = 0, rest = size; rest > 0; level += 1, rest = Math.floor(rest / 2))
    if (rest % 2 === 1) levels.push(level);
  return levels;
}

/**
 * Adds a complete subtree of `level` at the right end. The current size must be a multiple of the subtree's.
 * Calls `completed` for each node that this completes. Joins nothing above level `top`.
 */
export function grow(
  frontier: Frontier,
  subtree: Digest,
  level: number,
  completed?: (level: number, position: number, digest: Digest) => void,
  top = Number.POSITIVE_INFINITY,
): void {
  let digest = subtree;
  let at = level;
  let position = frontier.size / 2 ** level;
  for (; at < top && position % 2 === 1; at += 1) {
    digest = nodeHash(frontier.peaks[at] ?? '', digest);
    position = (position - 1) / 2;
    completed?.(at + 1, position, digest);
  }
  frontier.peaks[at] = digest;
  frontier.size += 2 ** level;
}

/** The root of the whole tree. The root of an empty tree is the hash of the empty text. */
export function rootOf({ size, peaks }: Frontier): Digest {
  const [lowest, ...higher] = levelsOf(size).map((level) => peaks[level] ?? '');
  return lowest === undefined
    ? hash('sha256', '', 'binary')
    : higher.reduce((right, left) => nodeHash(left, right), lowest);
}

/** A complete subtree, by its place. */
export interface Subtree {
  level: number;
  position: number;
}

/**
 * The inclusion path of leaf `index` in a tree of `size`. For each step, from the leaf up: the complete
 * subtrees that form the sibling, from left to right.
 */
export function pathOf(index: number, size: number): Subtree[][] {
  const path: Subtree[][] = [];
  for (let start = 0, end = size; end - start > 1; ) {
    const middle = start + 2 ** Math.ceil(Math.log2(end - start) - 1);
    if (index < middle) {
      path.unshift(subtreesOf(middle, end));
      end = middle;
    } else {
      path.unshift(subtreesOf(start, middle));
      start = middle;
    }
  }
  return path;
}

/** `start` is a multiple of the largest power of two that fits, as it is wherever a tree is split. */
function subtreesOf(start: number, end: number): Subtree[] {
  let at = start;
  return levelsOf(end - start)
    .reverse()
    .map((level) => {
      const position = at / 2 ** level;
      at += 2 ** level;
      return { level, position };
    });
}

/** Joins adjacent complete subtrees, from left to right, into one hash. */
export const joinDigests = (digests: Digest[]): Digest =>
  digests.reduceRight((right, left) => nodeHash(left, right));

/**
 * The root that an inclusion path leads to (RFC 9162, 2.1.3.2). Null: the path does not have the length for
 * such a tree.
 */
export function rootFrom(entry: Digest, index: number, size: number, path: Digest[]): Digest | null {
  if (index >= size) return null;
  let digest = leafHash(entry);
  let at = index;
  let last = size - 1;
  for (const sibling of path) {
    if (last === 0) return null;
    if (at % 2 === 1 || at === last) {
      digest = nodeHash(sibling, digest);
      // At the ragged edge of the tree a node moves up until it has a sibling.
      while (at % 2 === 0 && at !== 0) [at, last] = [at / 2, Math.floor(last / 2)];
    } else digest = nodeHash(digest, sibling);
    [at, last] = [Math.floor(at / 2), Math.floor(last / 2)];
  }
  return last === 0 ? digest : null;
}
