import t from 'tap';
import { mintServiceToken } from '#src/auth/service-token.ts';
import { openServiceTokenReader } from '#src/auth/service-tokens.ts';
import { Fault } from '#src/fault.ts';
import type { ServiceTokens } from '#src/ports.ts';

type Row = NonNullable<Awaited<ReturnType<ServiceTokens['find']>>>;

/** A reader before a store of one token, by a clock that the test moves. */
function started() {
  const { id, token, secretHash } = mintServiceToken();
  const row: Row = {
    id,
    name: 'ci',
    secretHash,
    groups: ['rolewright-operators'],
    scope: { operations: ['accounts'], accountIds: null },
    createdBy: { subject: 'alice', issuer: null },
    createdAt: new Date(0),
    expiresAt: new Date(1_000_000_000),
    lastUsedAt: null,
    revokedAt: null,
    revokedBy: null,
  };
  const state = { now: 0, isDown: false, asked: 0, touched: [] as number[], warnings: [] as unknown[] };
  const answering = <T>(answer: () => T) => {
    if (state.isDown) throw new Fault('UNAVAILABLE', 'down');
    return answer();
  };
  const underway = new Set<Promise<unknown>>();
  const tokens = {
    find: async (wanted: string) => {
      state.asked += 1;
      return answering(() => (wanted === id ? { ...row } : null));
    },
    touch: async (_: string, at: Date) =>
      answering(() => {
        row.lastUsedAt = at;
        state.touched.push(at.getTime());
      }),
  } as unknown as ServiceTokens;
  const read = openServiceTokenReader({ tokens, now: () => new Date(state.now), underway });
  const log = { warn: (details: object) => void state.warnings.push(details) };
  const ask = async (text = token) => {
    const answer = await read(text, log).catch((error: Fault) => error.code);
    await Promise.all(underway);
    return typeof answer === 'string' ? answer : 'identity' in answer ? answer.identity : answer.refused;
  };
  return { row, state, ask, underway, read, log, token };
}

const ci = {
  actor: { subject: 'token:ci', issuer: 'rolewright' },
  groups: ['rolewright-operators'],
  scope: { operations: ['accounts'], accountIds: null },
};

t.test('a token is what its row says, and the row is asked for each time', async (t) => {
  const { row, state, ask } = started();
  t.same(await ask(), ci);
  row.groups = [];
  t.same(await ask(), { ...ci, groups: [] });
  t.equal(state.asked, 2);
  state.now = 1_000_000_000;
  t.equal(await ask(), 'service token ci has expired');
  row.revokedAt = new Date(0);
  t.equal(await ask(), 'service token ci is revoked');
});

t.test('what is no token is not looked up', async (t) => {
  const { state, ask, token } = started();
  t.equal(await ask(`${token.slice(0, -1)}x`), 'it is no service token');
  t.equal(state.asked, 0);
  t.equal(await ask(mintServiceToken().token), 'the service token is not known');
});

t.test('its use is written down once a minute', async (t) => {
  const { state, ask } = started();
  for (state.now of [0, 1000, 59_999, 60_000, 60_001]) await ask();
  t.same(state.touched, [0, 60_000]);
});

t.test('nobody waits for its use to be written down, but a stop does', async (t) => {
  const { state, underway, read, log, token } = started();
  t.match(await read(token, log), { identity: ci });
  t.equal(underway.size, 1);
  await Promise.all(underway);
  t.equal(underway.size, 0);
  t.same(state.touched, [0]);
});

t.test('while the database is out, who was here in the last five minutes is let in', async (t) => {
  const { row, state, ask } = started();
  state.isDown = true;
  t.equal(await ask(), 'UNAVAILABLE', 'never seen');
  state.isDown = false;
  t.same(await ask(), ci);
  state.isDown = true;
  for (state.now of [1000, 299_999]) t.same(await ask(), { ...ci, isRecalled: true }, 'and it is told that this is from memory');
  t.ok(state.warnings.length > 0, 'and that its use is not written down is in the log');
  state.now = 300_000;
  t.equal(await ask(), 'UNAVAILABLE');
  state.now = 1000;
  row.expiresAt = new Date(500);
  state.isDown = false;
  t.equal(await ask(), 'service token ci has expired');
  state.isDown = true;
  t.equal(await ask(), 'service token ci has expired', 'what is known is what was last read');
});
