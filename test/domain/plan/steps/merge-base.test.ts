import t from 'tap';
import { findMergeBase } from '#src/domain/plan/steps/merge-base.ts';
import type { RoleState } from '#src/domain/role/role-state.ts';
import type { Change } from '#src/schema/change.ts';

// A letter is a trust policy: the shown one, and those that our changes wrote.

const now = Date.parse('2026-11-23T12:00:00.000Z');
const staleMs = 60_000;
const trust = (letter: string) => ({ Version: '2012-10-17', Statement: [{ Sid: letter }] });
const snapshot = (letter: string) => ({
  trust: trust(letter),
  policies: { attached: [`policy-${letter}`], inline: null },
  tags: { letter },
});
const shown = (letter: string): RoleState => ({
  roleName: 'r',
  roleArn: 'arn:aws:iam::111122223333:role/r',
  roleId: 'AROA',
  createdAt: null,
  path: '/',
  description: 'kept',
  permissionsBoundary: null,
  trustText: JSON.stringify(trust(letter), null, 2),
  attached: [],
  inline: null,
  tags: {},
});

/** `A>B 10 UNKNOWN`: a change from A to B that ended 10 s ago. `-` stands for no role. */
const changeOf = (text: string): Change => {
  const [documents = '', seconds = '0', outcome = 'SUCCEEDED'] = text.split(' ');
  const [before, after] = documents.split('>').map((letter) => (letter === '-' ? null : snapshot(letter)));
  const at = new Date(now - Number(seconds) * 1000).toISOString();
  return {
    id: text,
    roleId: 'AROA',
    at: new Date(0).toISOString(),
    endedAt: null,
    steps: [{ at }],
    before,
    after,
    outcome,
  } as Change;
};

interface Case {
  read: string;
  /** Newest first. */
  history: string[];
  /** The base of the plan. */
  base: string;
  edited?: boolean;
  unsure?: boolean;
}
const cases: Case[] = [
  { read: 'A', history: [], base: 'A' },
  { read: '-', history: [], base: '-' },
  { read: 'B', history: ['A>B 10'], base: 'B' },
  { read: 'A', history: ['A>B 10'], base: 'B' },
  { read: 'A', history: ['B>C 5', 'A>B 10'], base: 'C' },
  { read: 'B', history: ['B>C 5', 'A>B 10'], base: 'C' },
  { read: 'A', history: ['B>C 5', 'A>B 70'], base: 'A', edited: true },
  { read: 'A', history: ['A>B 70'], base: 'A', edited: true },
  { read: 'X', history: ['A>B 10'], base: 'X', edited: true },
  { read: 'X', history: ['A>B 70'], base: 'X', edited: true },
  { read: 'A', history: ['A>B 10 PARTIAL'], base: 'B' },
  { read: 'A', history: ['A>B 10 UNKNOWN'], base: 'A', unsure: true },
  { read: 'B', history: ['A>B 10 UNKNOWN'], base: 'B' },
  { read: 'X', history: ['A>B 10 UNKNOWN'], base: 'X', edited: true },
  { read: 'A', history: ['A>B 70 UNKNOWN'], base: 'A' },
  { read: 'X', history: ['A>B 70 UNKNOWN'], base: 'X', edited: true },
  { read: 'A', history: ['A>B 10 PENDING'], base: 'A', unsure: true },
  { read: '-', history: ['->A 10'], base: '-', unsure: true },
  { read: '-', history: ['A>B 10'], base: '-', unsure: true },
  { read: '-', history: ['->A 70'], base: '-', edited: true },
  { read: '-', history: ['->A 70 UNKNOWN'], base: '-' },
  { read: 'A', history: ['->A 10'], base: 'A' },
];
for (const { read, history, base, edited = false, unsure = false } of cases) {
  t.test(`${read} is read after ${history.join(', ') || 'nothing'}`, async (t) => {
    const found = findMergeBase(read === '-' ? null : shown(read), history.map(changeOf), now, staleMs);
    t.same(found.role && JSON.parse(found.role.trustText), base === '-' ? null : trust(base));
    t.equal(found.editedOutside, edited, 'edited outside');
    t.equal(found.unsure?.id, unsure ? history[0] : undefined, 'unsure');
    t.equal(found.unshown?.id, base === read ? undefined : history[0], 'unshown');
    if (base !== read && base !== '-')
      t.match(found.role, { attached: [`policy-${base}`], tags: { letter: base }, description: 'kept' });
  });
}

t.test('a role that was created again is another role, whatever it shows', async (t) => {
  for (const history of ['A>B 10', 'B>A 10', 'A>B 70', 'A>B 10 UNKNOWN']) {
    const found = findMergeBase({ ...shown('A'), roleId: 'AROB' }, [changeOf(history)], now, staleMs);
    t.match(
      found,
      { role: { roleId: 'AROB', attached: [] }, editedOutside: true, unsure: null, unshown: null },
      history,
    );
    t.notOk(found.isRecent(JSON.stringify(trust('B'))), history);
  }
});

t.test('known states are those that the role showed or our late changes wrote, in any form', async (t) => {
  const { isRecent } = findMergeBase(shown('X'), ['B>C 5', 'A>B 10', 'O>A 70'].map(changeOf), now, staleMs);
  for (const letter of ['X', 'A', 'B', 'C']) t.ok(isRecent(JSON.stringify(trust(letter))), letter);
  for (const letter of ['O', 'Y']) t.notOk(isRecent(JSON.stringify(trust(letter))), letter);
});
