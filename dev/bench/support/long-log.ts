import { canonicalJson } from '#src/audit/canonical.ts';
import { createSigningKey, originOf, parseSigningKey, type SigningKey } from '#src/audit/checkpoint.ts';
import { entryHash, genesis } from '#src/audit/entry.ts';
import { type Digest, type Frontier, grow, leafHash, rootOf, toHex } from '#src/audit/merkle.ts';
import { blockLevel } from '#src/audit/range-report.ts';
import { wordsOf } from '#src/postgres/changes/words.ts';
import { type Sample, sampleBody } from './sample-body.ts';

/** The values that the long log is searched for. All changes of `formerActor` are in the oldest twentieth. */
export const known = {
  account: '100000000500',
  rareAccount: '100000009999',
  role: 'role-2',
  usualRole: 'amazoneksfargatepodexecutionrole',
  rareRole: 'once-in-a-while',
  actor: 'actor-1',
  rareActor: 'seldom',
  formerActor: 'left',
  cluster: 'us-west-2/shared',
  mediumCluster: 'eu-west-1/medium',
  rareCluster: 'us-west-2/cluster-777',
  ticket: 'CHG-104217',
};

/** A table's COPY lines of one entry. */
export interface LogLine {
  table: 'ledger_entry' | 'ledger_cluster' | 'ledger_search' | 'ledger_node' | 'ledger_checkpoint';
  text: string;
}

/** A pseudo-random number from 0 to below 1, always the same for a change (`i`) and a purpose. */
function random(i: number, purpose: number): number {
  let mixed = Math.imul(i ^ (purpose * 0x9e3779b1), 0x85ebca6b);
  mixed = Math.imul(mixed ^ (mixed >>> 13), 0xc2b2ae35);
  mixed = Math.imul(mixed ^ (mixed >>> 16), 0x27d4eb2f);
  return ((mixed ^ (mixed >>> 15)) >>> 0) / 2 ** 32;
}

/** `emergency` and `payments` never meet in one reason. */
const reasons = [
  'new cluster for payments',
  'add cluster',
  'repair after audit',
  'rotate search team',
  'onboard the new team of search',
  'emergency: pods do not start',
  'requested by platform',
  'mended by sweep',
];

const begin = Date.UTC(2024, 10, 23);
const twoYears = 2 * 365 * 86_400_000;
const kinds: [number, Sample['kind']][] = [
  [0.85, 'EXTEND'],
  [0.93, 'RETRACT'],
  [0.98, 'CREATE'],
  [0.999, 'REPAIR'],
  [1, 'REVERT'],
];
const outcomes: [number, string][] = [
  [0.99, 'SUCCEEDED'],
  [0.995, 'FAILED'],
  [0.999, 'PARTIAL'],
  [1, 'UNKNOWN'],
];
const below = <T>(table: [number, T][], chance: number) => table.find(([limit]) => chance < limit)?.[1] as T;

/**
 * The change `i` of a log of `rows` entries. `quarterly` stands in a hundredth of all reasons, `incident` in a
 * thousandth, and `legacy` in the oldest twentieth alone.
 */
function changeOf(i: number, rows: number): Omit<Sample, 'id' | 'outcome' | 'settles'> {
  const chance = (purpose: number) => random(i, purpose);
  const isOld = i < rows / 40;
  const names = [
    'us-west-2/shared',
    ...Array.from({ length: 6 }, (_, k) => `us-west-2/cluster-${Math.floor(20_000 * random(i, 30 + k))}`),
  ];
  return {
    accountId:
      i % 400_000 === 17 ? known.rareAccount : String(100_000_000_000 + Math.floor(1000 * chance(2) ** 2)),
    roleName:
      i % 300_000 === 5
        ? 'Once-in-a-while'
        : chance(3) < 0.8
          ? 'AmazonEKSFargatePodExecutionRole'
          : `role-${Math.floor(4 * chance(4))}`,
    actor:
      i % 200_000 === 11
        ? known.rareActor
        : isOld && chance(5) < 0.02
          ? known.formerActor
          : `actor-${Math.floor(50 * chance(6) ** 3)}`,
    kind: below(kinds, chance(7)),
    clusters: [
      names[1] as string,
      ...(chance(10) < 0.2 ? [known.cluster] : []),
      ...(chance(11) < 0.01 ? [known.mediumCluster] : []),
    ],
    lines: names.slice(2, 2 + Math.floor(6 * chance(12))),
    at: new Date(begin + Math.floor(((i + chance(16)) * twoYears) / (rows / 2))).toISOString(),
    reason: `CHG-${i}: ${reasons[Math.floor(8 * chance(13))]}${chance(14) < 0.01 ? ' quarterly' : ''}${chance(15) < 0.001 ? ' incident' : ''}${isOld ? ' legacy' : ''}`,
  };
}

/**
 * The changes of two years, as the service would have written them: with hashes, tree and signed checkpoints. A
 * change has two entries. One pair in 16 is two refusals, which have one entry each. Accounts, roles, actors,
 * kinds, outcomes and clusters are as unevenly distributed as in production.
 *
 * There is a checkpoint every `between` entries. A busy service that signs every ten seconds signs after a few
 * changes. `compact`: entries without documents.
 */
export function* createLog(
  rows: number,
  {
    key = parseSigningKey(createSigningKey().privateKey),
    compact = false,
    between = compact ? 100 : 8,
  }: { key?: SigningKey; between?: number; compact?: boolean } = {},
): Generator<LogLine> {
  const frontier: Frontier = { size: 0, peaks: [] };
  const nodes: LogLine[] = [];
  const keepNode = (level: number, position: number, digest: Digest) => {
    if (level >= blockLevel)
      nodes.push({ table: 'ledger_node', text: `${level}\t${position}\t\\\\x${toHex(digest)}\n` });
  };
  let hash = genesis;
  let origin = '';
  let change = changeOf(1, rows);
  for (let seq = 1; seq <= rows; seq += 1) {
    const i = (seq + 1) >> 1;
    const opens = seq % 2 === 1;
    if (opens) change = changeOf(i, rows);
    const isRefused = random(i, 1) < 1 / 16;
    const id = isRefused ? `change_${seq}-r` : `change_${String(i).padStart(36, '0')}`;
    const outcome = isRefused ? 'FAILED' : opens ? 'PENDING' : below(outcomes, random(i, 8));
    const settles = isRefused || opens ? null : seq - 1;
    const body = sampleBody({ ...change, id, outcome, settles }, { compact });
    hash = entryHash(hash, body);
    const digest = hash.toString('latin1');
    if (seq === 1) origin = originOf(digest);
    const { at, kind, accountId, roleName, actor, clusters, reason } = change;
    const position = settles ?? seq;
    const columns = [id, settles ?? '\\N', position, at, kind, outcome, accountId, roleName.toLowerCase()];
    yield {
      table: 'ledger_entry',
      text: `${seq}\t${body.replaceAll('\\', '\\\\')}\t\\\\x${hash.toString('hex')}\t${columns.join('\t')}\t${actor}\t\\N\t{${clusters}}\n`,
    };
    if (outcome !== 'PENDING')
      yield {
        table: 'ledger_cluster',
        text: clusters.map((cluster) => `${cluster}\t${position}\n`).join(''),
      };
    if (settles === null)
      yield {
        table: 'ledger_search',
        text: `${position}\t${wordsOf([reason, actor, roleName, String(clusters)].join(' '))}\n`,
      };
    grow(frontier, leafHash(digest), 0, keepNode);
    yield* nodes.splice(0);
    if (seq % between !== 0 && seq !== rows) continue;
    const checkpoint = key.sign({ origin, seq, hash: toHex(digest), root: toHex(rootOf(frontier)), at });
    yield { table: 'ledger_checkpoint', text: `${canonicalJson(checkpoint)}\n` };
  }
}
