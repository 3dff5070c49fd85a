import type pg from 'pg';
import type { LogFault } from '../../audit/finding.ts';
import {
  type Digest,
  type Frontier,
  grow,
  joinDigests,
  leafHash,
  levelsOf,
  nodeHash,
  rootOf,
  type Subtree,
  toHex,
} from '../../audit/merkle.ts';
import { blockLevel, blockSize } from '../../audit/range-report.ts';
import type { Checkpoint } from '../../schema/audit.ts';
import { NotIntact } from './checkpoints.ts';

// The stored nodes of the tree: complete subtrees, from blocks of 256 entries up. They save reading the
// entries. They are not trusted: every result is compared with a signed root.

type Queryable = Pick<pg.ClientBase, 'query'>;

export interface Node extends Subtree {
  digest: Digest;
}

export async function insertNodes(client: Queryable, nodes: Node[]): Promise<void> {
  if (nodes.length === 0) return;
  await client.query(
    `INSERT INTO ledger_node (level, position, hash) SELECT * FROM unnest($1::smallint[], $2::bigint[], $3::bytea[])
     ON CONFLICT DO NOTHING`,
    [
      nodes.map(({ level }) => level),
      nodes.map(({ position }) => position),
      nodes.map(({ digest }) => Buffer.from(digest, 'latin1')),
    ],
  );
}

/** The nodes that a tree of `size` entries needs in order to grow. Null when nodes are missing. */
export async function frontierAt(client: Queryable, size: number): Promise<Frontier | null> {
  const whole = size - (size % blockSize);
  const frontier: Frontier = { size: whole, peaks: [] };
  let at = whole;
  for (const level of levelsOf(whole)) {
    at -= 2 ** level;
    const digest = await nodeAt(client, { level, position: at / 2 ** level });
    if (digest === null) return null;
    frontier.peaks[level] = digest;
  }
  for (const digest of await leaves(client, whole, size)) grow(frontier, digest, 0);
  return frontier.size === size ? frontier : null;
}

/** The hash of each step of a path. Throws NotIntact where nodes or entries are missing. */
export async function digestsOf(client: Queryable, path: Subtree[][]): Promise<Digest[]> {
  const digests: Digest[] = [];
  for (const siblings of path) {
    const parts: Digest[] = [];
    for (const subtree of siblings) parts.push(await subtreeAt(client, subtree));
    digests.push(joinDigests(parts));
  }
  return digests;
}

async function subtreeAt(client: Queryable, { level, position }: Subtree): Promise<Digest> {
  const stored = level >= blockLevel ? await nodeAt(client, { level, position }) : null;
  if (stored !== null) return stored;
  if (level > blockLevel) throw new NotIntact(`node ${position} of level ${level} is missing`);
  const [from, to] = [position * 2 ** level, (position + 1) * 2 ** level];
  const frontier: Frontier = { size: from, peaks: [] };
  for (const digest of await leaves(client, from, to)) grow(frontier, digest, 0, undefined, level);
  if (frontier.size !== to) throw new NotIntact(`entries between ${from} and ${to} are missing`);
  return frontier.peaks[level] as Digest;
}

async function nodeAt(client: Queryable, { level, position }: Subtree): Promise<Digest | null> {
  const { rows } = await client.query<{ hash: Buffer }>(
    'SELECT hash FROM ledger_node WHERE level = $1 AND position = $2',
    [level, position],
  );
  return rows[0]?.hash.toString('latin1') ?? null;
}

/** The leaves of the entries after `from`, up to `to`: at most a block of them. */
async function leaves(client: Queryable, from: number, to: number): Promise<Digest[]> {
  const { rows } = await client.query<{ hash: Buffer }>(
    'SELECT hash FROM ledger_entry WHERE seq > $1 AND seq <= $2 ORDER BY seq',
    [from, to],
  );
  return rows.map(({ hash }) => leafHash(hash.toString('latin1')));
}

/**
 * Compares the stored tree with the root that `newest`, the newest stored checkpoint, signs. No node may be
 * missing or superfluous, each must be the hash of its children, and together they must have that root. So
 * every altered node is detected. Call it in a transaction that reads one snapshot.
 */
export async function treeFault(client: Queryable, newest: Checkpoint | null): Promise<LogFault | null> {
  const size = newest?.seq ?? 0;
  let children: Digest[] = [];
  let level = blockLevel;
  const wrong = (level: number, position: number, what: string): LogFault => ({
    seq: position * 2 ** level + 1,
    code: 'TREE_CHANGED',
    detail: `node ${position} of level ${level} of the tree ${what}`,
  });
  for (; ; level += 1) {
    const { rows } = await client.query<{ position: string; hash: Buffer }>(
      'SELECT position, hash FROM ledger_node WHERE level = $1 ORDER BY position',
      [level],
    );
    const expected = Math.floor(size / 2 ** level);
    const nodes = rows.map(({ hash }) => hash.toString('latin1'));
    const misplaced = rows.findIndex(({ position }, index) => Number(position) !== index);
    if (misplaced !== -1 || nodes.length < expected)
      return wrong(level, misplaced === -1 ? nodes.length : misplaced, 'is missing');
    if (nodes.length > expected) return wrong(level, expected, 'covers entries that were never signed');
    const altered =
      level === blockLevel
        ? -1
        : nodes.findIndex((node, i) => node !== nodeHash(children[2 * i] ?? '', children[2 * i + 1] ?? ''));
    if (altered !== -1) return wrong(level, altered, 'is not the hash of its children');
    if (expected === 0) break;
    children = nodes;
  }
  const { rows: others } = await client.query(
    'SELECT FROM ledger_node WHERE level < $1 OR level > $2 LIMIT 1',
    [blockLevel, level],
  );
  if (others.length > 0)
    return { seq: 1, code: 'TREE_CHANGED', detail: 'there are nodes at a level that is never stored' };
  if (newest === null) return null;
  const frontier = await frontierAt(client, newest.seq);
  if (frontier !== null && toHex(rootOf(frontier)) === newest.root) return null;
  return {
    seq: newest.seq,
    code: 'TREE_CHANGED',
    detail: `the stored tree does not have the root that was signed at entry ${newest.seq}`,
  };
}
