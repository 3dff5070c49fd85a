import { beginning } from '../../audit/join-ranges.ts';
import { type Digest, type Frontier, fromHex, grow, leafHash, rootOf, toHex } from '../../audit/merkle.ts';
import { blockLevel } from '../../audit/range-report.ts';
import type { Checkpoint } from '../../schema/audit.ts';
import type { Copier } from '../connection/copy-rows.ts';
import { NotIntact } from './checkpoints.ts';
import { readRange } from './read-range.ts';
import { frontierAt, insertNodes, type Node } from './tree.ts';

/**
 * Extends the tree from the last signed entry to entry `to`. Answers the hash of that entry and the root.
 * Checks that every entry links to the one before, and that the tree starts from the signed root. Stores the
 * nodes that become complete. Throws NotIntact, and the errors of pg.
 */
export async function extendTree(
  copier: Copier,
  last: Checkpoint | null,
  to: number,
): Promise<{ hash: Digest; root: Digest }> {
  const nodes: Node[] = [];
  const completed = (level: number, position: number, digest: Digest) => {
    if (level >= blockLevel) nodes.push({ level, position, digest });
  };
  const frontier = await readSignedFrontier(copier, last, completed);
  const start = last ? { seq: last.seq, hash: fromHex(last.hash) } : beginning;
  const task = { after: start.seq, to, hash: start.hash, signed: null, tree: false };
  const { fault, outcomes, head } = await readRange(copier, task, (digest) =>
    grow(frontier, leafHash(digest), 0, completed),
  );
  if (fault) throw new NotIntact(fault.detail);
  const unopened = await copier.client.query<{ seq: string }>(
    `SELECT later.seq FROM unnest($1::bigint[], $2::bigint[], $3::text[]) AS later (seq, opened, id)
     WHERE NOT EXISTS (SELECT FROM ledger_entry WHERE seq = later.opened AND change_id = later.id AND settles IS NULL AND outcome = 'PENDING')`,
    [
      outcomes.map(({ seq }) => seq),
      outcomes.map(({ opened }) => opened),
      outcomes.map(({ changeId }) => changeId),
    ],
  );
  if (unopened.rows[0])
    throw new NotIntact(`entry ${unopened.rows[0].seq} is the outcome of a change that was not opened`);
  await insertNodes(copier.client, nodes);
  return { hash: head.hash, root: rootOf(frontier) };
}

/**
 * The tree whose root was signed. If stored nodes are missing, they are computed from the entries and stored
 * again.
 */
async function readSignedFrontier(
  copier: Copier,
  last: Checkpoint | null,
  completed: (level: number, position: number, digest: Digest) => void,
): Promise<Frontier> {
  if (last === null) return { size: 0, peaks: [] };
  const frontier =
    (await frontierAt(copier.client, last.seq)) ?? (await buildFromEntries(copier, last.seq, completed));
  if (toHex(rootOf(frontier)) === last.root) return frontier;
  throw new NotIntact(
    `the stored tree does not have the root that was signed at entry ${last.seq}: nodes were altered`,
  );
}

async function buildFromEntries(
  copier: Copier,
  size: number,
  completed: (level: number, position: number, digest: Digest) => void,
): Promise<Frontier> {
  const frontier: Frontier = { size: 0, peaks: [] };
  await copier.copy(
    `SELECT hash FROM ledger_entry WHERE seq BETWEEN 1 AND ${size} ORDER BY seq`,
    ({ bytes, at }) => {
      const [start = 0] = at;
      grow(frontier, leafHash(bytes.toString('latin1', start, start + 32)), 0, completed);
      return true;
    },
  );
  return frontier;
}
