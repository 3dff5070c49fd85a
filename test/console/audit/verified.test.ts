import t from 'tap';
import { badgeText, join, type Verified, verifiedText } from '#console/audit/verified.ts';

const checkpoint = { origin: 'rolewright/0', hash: '', root: '', at: '', keyId: '', signature: '' };
const verified = (from: number, head: number, signed: number | null, fault?: string): Verified => ({
  from,
  at: '2026-11-30T09:00:00.000Z',
  verification: {
    ok: fault === undefined,
    checked: head - from,
    head: { seq: head, hash: '' },
    checkpoint: signed === null ? null : { ...checkpoint, seq: signed },
    firstFault: fault === undefined ? null : { seq: head + 1, code: 'ENTRY_CHANGED', detail: fault },
  },
});

const texts: [string, Verified, badge: string, sentence: RegExp][] = [
  [
    'all of it',
    verified(0, 12_408, 12_400),
    'verified to 12,408 ✓',
    /^The log is intact up to entry 12,408\.$/,
  ],
  [
    'a part',
    verified(12_300, 12_408, 12_400),
    'verified 12,301–12,408 ✓',
    /^Entries 12,301 to 12,408 are intact\. .*up to 12,300 were not read/,
  ],
  [
    'nothing after the checkpoint',
    verified(12_400, 12_400, 12_400),
    'signed to 12,400 ✓',
    /^The signature at entry 12,400 holds\. .*not read/,
  ],
  ['an empty log', verified(0, 0, null), 'verified to 0 ✓', /^The log is empty\.$/],
  [
    'a fault',
    verified(0, 12, 20, 'its hash does not fit'),
    'log not intact ✕',
    /^The log is not intact\. Entry 13: its hash does not fit\.$/,
  ],
];
for (const [text, given, badge, sentence] of texts)
  t.test(text, async (t) => {
    t.equal(badgeText(given), badge);
    t.match(verifiedText(given), sentence);
  });

const broken = verified(0, 9, 8, 'x');
const joins: [string, Verified | null, Verified, from: number][] = [
  ['the first one counts as it is', null, verified(5, 9, 9), 5],
  ['one goes on where another came to', verified(0, 9, 8), verified(8, 12, 12), 0],
  ['one goes on from before the end', verified(3, 9, 8), verified(6, 12, 12), 3],
  ['a gap is not bridged', verified(0, 9, 8), verified(9, 12, 12), 9],
  ['a fault is no ground', verified(0, 9, 8, 'x'), verified(8, 12, 12), 8],
  ['a log without checkpoints is no ground', verified(0, 9, null), verified(8, 12, 12), 8],
  ['one of all replaces', verified(3, 9, 8), verified(0, 12, 12), 0],
  ['one that reaches further back keeps that', verified(6, 9, 8), verified(3, 12, 12), 3],
];
for (const [text, earlier, later, from] of joins)
  t.test(text, async (t) => t.same(join(earlier, later), { ...later, from }));

t.test('a fault stays known until its entry is read again', async (t) => {
  t.equal(join(broken, verified(10, 12, 12)), broken);
  const again = verified(9, 12, 12);
  t.same(join(broken, again), again);
});
