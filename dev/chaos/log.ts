import { canonicalJson } from '#src/audit/canonical.ts';
import { originOf, type SigningKey } from '#src/audit/checkpoint.ts';
import { entryHash, genesis } from '#src/audit/entry.ts';
import { type Frontier, grow, leafHash, rootOf, toHex } from '#src/audit/merkle.ts';
import type { Entry } from '#src/audit/verify-log.ts';
import type { Checkpoint } from '#src/schema/audit.ts';
import type { ChangeBody } from '#src/schema/change.ts';

// Creates logs for testing verification: small, but with everything that a log can have.

/** A repeatable sequence of numbers from 0 to 1 (mulberry32). */
export function seeded(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}

export interface Dice {
  /** An integer from `from` to `to`, both included. */
  between(from: number, to: number): number;
  oneOf<T>(all: readonly T[]): T;
}

export function dice(random: () => number): Dice {
  const between = (from: number, to: number) => from + Math.floor(random() * (to - from + 1));
  return { between, oneOf: (all) => all[between(0, all.length - 1)] as (typeof all)[number] };
}

/** The bodies of `count` entries: intents, outcomes and refused attempts. */
export function bodiesOf(count: number, { between, oneOf }: Dice, label = 'a'): ChangeBody[] {
  const bodies: ChangeBody[] = [];
  const open: { seq: number; body: ChangeBody }[] = [];
  while (bodies.length < count) {
    const seq = bodies.length + 1;
    const intent =
      open.length > 0 && between(0, 9) > 4 ? open.splice(between(0, open.length - 1), 1)[0] : undefined;
    const at = new Date(Date.UTC(2026, 0, 1) + seq * 61_000).toISOString();
    if (intent)
      bodies.push({
        ...intent.body,
        settles: intent.seq,
        outcome: oneOf(['SUCCEEDED', 'FAILED', 'PARTIAL', 'UNKNOWN']),
        endedAt: at,
      });
    else {
      const outcome = between(0, 4) === 0 ? 'FAILED' : 'PENDING';
      const body: ChangeBody = {
        id: `change_${label}${seq}`,
        settles: null,
        at,
        endedAt: outcome === 'FAILED' ? at : null,
        roleId: null,
        kind: oneOf(['CREATE', 'EXTEND', 'REPAIR']),
        outcome,
        accountId: oneOf(['111122223333', '444455556666']),
        roleName: 'PodExecution',
        clusters: [{ region: 'us-west-2', name: `c-${seq}` }],
        actor: { subject: oneOf(['anna', 'bert']), issuer: null },
        via: 'REST',
        reason: `"why" ${seq} ü`,
        override: null,
        overrides: [],
        requestId: `req-${seq}`,
        idempotencyKey: null,
        sessionName: 'rolewright-anna',
        reverts: null,
        planId: null,
        planned: [],
        effects: null,
        before: null,
        after: null,
        diff: '',
        editedOutside: false,
        steps: [],
        error: null,
        recovered: false,
      };
      bodies.push(body);
      if (outcome === 'PENDING') open.push({ seq, body });
    }
  }
  return bodies;
}

/** Entries with these bodies, hashed as the service does. They follow `before`, if given. */
export function chained(bodies: readonly (ChangeBody | string)[], before?: Entry): Entry[] {
  let hash = before?.hash ?? genesis;
  return bodies.map((body, index) => {
    const text = Buffer.from(typeof body === 'string' ? body : canonicalJson(body));
    hash = entryHash(hash, text);
    return { seq: (before?.seq ?? 0) + index + 1, hash, body: text };
  });
}

/** Checkpoints at these entries. */
export function signedAt(entries: readonly Entry[], seqs: readonly number[], key: SigningKey): Checkpoint[] {
  const frontier: Frontier = { size: 0, peaks: [] };
  const origin = originOf(entries[0]?.hash.toString('latin1') ?? '');
  return entries.flatMap(({ seq, hash }) => {
    grow(frontier, leafHash(hash.toString('latin1')), 0);
    if (!seqs.includes(seq)) return [];
    return [
      key.sign({
        origin,
        seq,
        hash: hash.toString('hex'),
        root: toHex(rootOf(frontier)),
        at: new Date(Date.UTC(2026, 5, 1) + seq).toISOString(),
      }),
    ];
  });
}
