import { canonicalJson } from '#src/audit/canonical.ts';
import { createSigningKey, parseSigningKey, type SigningKey } from '#src/audit/checkpoint.ts';
import type { Entry } from '#src/audit/verify-log.ts';
import type { Checkpoint } from '#src/schema/audit.ts';
import type { ChangeBody } from '#src/schema/change.ts';
import { bodiesOf, chained, type Dice, signedAt } from './log.ts';

/** An auditor's evidence: the log as the database gives it, and the published checkpoints. */
interface Evidence {
  entries: Entry[];
  checkpoints: Checkpoint[];
}

export interface Original extends Evidence {
  key: SigningKey;
}

/** One way to falsify a log. It changes entries before the last checkpoint, unless it says otherwise. */
export type Tampering = (original: Original, dice: Dice) => Evidence;

const bodyOf = ({ body }: Entry) => JSON.parse(body.toString()) as ChangeBody;
const lastSigned = ({ checkpoints }: Evidence) => checkpoints.at(-1)?.seq ?? 0;
const numbered = (entries: Entry[]) => entries.map((entry, index) => ({ ...entry, seq: index + 1 }));
const hashedAnew = (entries: Entry[], from: number) => {
  const before = entries.slice(0, from);
  return [
    ...before,
    ...chained(
      entries.slice(from).map(({ body }) => body.toString()),
      before.at(-1),
    ),
  ];
};

/** Changes one member, at any depth, to another value. */
function edited(entry: Entry, { oneOf }: Dice): Entry {
  const body = bodyOf(entry);
  const name = oneOf(Object.keys(body) as (keyof ChangeBody)[]);
  const value = body[name];
  const other =
    typeof value === 'string'
      ? `${value}x`
      : typeof value === 'boolean'
        ? !value
        : value === null
          ? 'x'
          : typeof value === 'number'
            ? value + 1
            : [value];
  return { ...entry, body: Buffer.from(canonicalJson({ ...body, [name]: other })) };
}

const flipped = (bytes: Buffer, { between }: Dice) => {
  const copy = Buffer.from(bytes);
  const at = between(0, copy.length - 1);
  copy[at] = (copy[at] ?? 0) ^ (1 << between(0, 7));
  return copy;
};

const replaced = (entries: Entry[], index: number, entry: Entry) => entries.with(index, entry);
/** Two different places. */
function pair(length: number, { between }: Dice): [number, number] {
  const first = between(0, length - 2);
  return [first, between(first + 1, length - 1)];
}

export const tamperings: Record<string, Tampering> = {
  'a member of a body is another': ({ entries, checkpoints }, dice) => {
    const at = dice.between(0, entries.length - 1);
    return { entries: replaced(entries, at, edited(entries[at] as Entry, dice)), checkpoints };
  },
  'a bit of a body is another': ({ entries, checkpoints }, dice) => {
    const at = dice.between(0, entries.length - 1);
    const entry = entries[at] as Entry;
    return { entries: replaced(entries, at, { ...entry, body: flipped(entry.body, dice) }), checkpoints };
  },
  'a bit of a hash is another': ({ entries, checkpoints }, dice) => {
    const at = dice.between(0, entries.length - 1);
    const entry = entries[at] as Entry;
    return { entries: replaced(entries, at, { ...entry, hash: flipped(entry.hash, dice) }), checkpoints };
  },
  'a seq is another': ({ entries, checkpoints }, dice) => {
    const at = dice.between(0, entries.length - 1);
    const entry = entries[at] as Entry;
    const moved = {
      ...entry,
      seq: dice.oneOf([0, -entry.seq, entry.seq + 1, entry.seq - 1, entries.length + 5]),
    };
    return { entries: replaced(entries, at, moved).sort((a, b) => a.seq - b.seq), checkpoints };
  },
  'entries are deleted': ({ entries, checkpoints }, dice) => {
    const [from, to] = pair(entries.length, dice);
    return { entries: entries.toSpliced(from, Math.min(to - from, dice.between(1, 3))), checkpoints };
  },
  'entries are deleted, and the rest numbered anew': ({ entries, checkpoints }, dice) => {
    const [from, to] = pair(entries.length, dice);
    return {
      entries: numbered(entries.toSpliced(from, Math.min(to - from, dice.between(1, 3)))),
      checkpoints,
    };
  },
  'entries are deleted, the rest numbered and hashed anew': (original, dice) => {
    const at = dice.between(0, lastSigned(original) - 1);
    return {
      entries: hashedAnew(numbered(original.entries.toSpliced(at, 1)), at),
      checkpoints: original.checkpoints,
    };
  },
  'two entries have changed places': ({ entries, checkpoints }, dice) => {
    const [a, b] = pair(entries.length, dice);
    return {
      entries: numbered(entries.with(a, entries[b] as Entry).with(b, entries[a] as Entry)),
      checkpoints,
    };
  },
  'two bodies have changed places': ({ entries, checkpoints }, dice) => {
    const [a, b] = pair(entries.length, dice);
    const [first, second] = [entries[a] as Entry, entries[b] as Entry];
    return {
      entries: entries.with(a, { ...first, body: second.body }).with(b, { ...second, body: first.body }),
      checkpoints,
    };
  },
  'an entry is there twice': ({ entries, checkpoints }, dice) => {
    const at = dice.between(0, entries.length - 1);
    return { entries: entries.toSpliced(at, 0, entries[at] as Entry), checkpoints };
  },
  'an entry is inserted, and the rest numbered anew': ({ entries, checkpoints }, dice) => {
    const at = dice.between(0, entries.length - 1);
    const [made] = chained(bodiesOf(1, dice, 'inserted'), at === 0 ? undefined : entries[at - 1]);
    return { entries: numbered(entries.toSpliced(at, 0, made as Entry)), checkpoints };
  },
  'an entry is inserted, the rest numbered and hashed anew': (original, dice) => {
    const at = dice.between(0, lastSigned(original) - 1);
    const inserted = chained(bodiesOf(1, dice, 'inserted'));
    return {
      entries: hashedAnew(numbered(original.entries.toSpliced(at, 0, ...inserted)), at),
      checkpoints: original.checkpoints,
    };
  },
  'the tail is cut off': (original, dice) => ({
    entries: original.entries.slice(0, dice.between(0, lastSigned(original) - 1)),
    checkpoints: original.checkpoints,
  }),
  'all is rewritten from an entry on': (original, dice) => {
    const at = dice.between(0, lastSigned(original) - 1);
    const changed = replaced(original.entries, at, edited(original.entries[at] as Entry, dice));
    return { entries: hashedAnew(changed, at), checkpoints: original.checkpoints };
  },
  'an older copy is restored, and goes on': (original, dice) => {
    const { entries, checkpoints } = original;
    const old = entries.slice(0, dice.between(0, lastSigned(original) - 1));
    const more = bodiesOf(entries.length, dice, 'restored').slice(0, dice.between(1, entries.length));
    return {
      entries: [
        ...old,
        ...chained(
          more.map((body) => ({ ...body, settles: null, outcome: 'FAILED' as const })),
          old.at(-1),
        ),
      ],
      checkpoints,
    };
  },
  'it is another log': ({ entries, checkpoints }, dice) => ({
    entries: chained(bodiesOf(entries.length, dice, 'other')),
    checkpoints,
  }),
  'an outcome without an intent is appended': ({ entries, checkpoints }, dice) => {
    const body = bodyOf(dice.oneOf(entries));
    const settles = body.settles ?? dice.between(1, entries.length);
    const made = { ...body, id: `${body.id}-none`, settles, outcome: 'SUCCEEDED' as const };
    return { entries: [...entries, ...chained([made], entries.at(-1))], checkpoints };
  },
  'a second outcome is appended': ({ entries, checkpoints }, dice) => {
    const settled = dice.oneOf(entries.map(bodyOf).filter(({ settles }) => settles !== null));
    return {
      entries: [...entries, ...chained([{ ...settled, outcome: 'FAILED' }], entries.at(-1))],
      checkpoints,
    };
  },
  'a checkpoint is altered': ({ entries, checkpoints }, dice) => {
    const at = dice.between(0, checkpoints.length - 1);
    const one = checkpoints[at] as Checkpoint;
    const name = dice.oneOf(['origin', 'hash', 'root', 'at', 'keyId', 'signature'] as const);
    const digit = (text: string) => (text.startsWith('0') ? `1${text.slice(1)}` : `0${text.slice(1)}`);
    return { entries, checkpoints: checkpoints.with(at, { ...one, [name]: digit(one[name]) }) };
  },
  'a checkpoint is moved': ({ entries, checkpoints }, dice) => {
    const at = dice.between(0, checkpoints.length - 1);
    const one = checkpoints[at] as Checkpoint;
    return {
      entries,
      checkpoints: checkpoints.with(at, { ...one, seq: one.seq + dice.oneOf([-1, 1, 1000]) }),
    };
  },
  'all is rewritten, and signed with another key': (original, dice) => {
    const { entries } = tamperings['all is rewritten from an entry on']?.(original, dice) ?? original;
    const other = parseSigningKey(createSigningKey().privateKey);
    return {
      entries,
      checkpoints: signedAt(
        entries,
        original.checkpoints.map(({ seq }) => seq),
        other,
      ),
    };
  },
  'a checkpoint is signed with the key for another log': (original, dice) => {
    const entries = chained(bodiesOf(original.entries.length, dice, 'other'));
    const seq = dice.oneOf(original.checkpoints).seq;
    return {
      entries: original.entries,
      checkpoints: [...original.checkpoints, ...signedAt(entries, [seq], original.key)],
    };
  },
};
