import { crc32 } from 'node:zlib';
import t from 'tap';
import { mintServiceToken } from '#src/auth/service-token.ts';
import { createServiceTokenReader } from '#src/auth/service-tokens.ts';
import { Fault } from '#src/fault.ts';
import type { ServiceTokens, ServiceTokenWithHash } from '#src/ports/tokens.ts';

type Row = ServiceTokenWithHash;

/** A reader of a store with one token, with a clock that the test moves. */
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
  const inFlight = new Set<Promise<unknown>>();
  const tokens = {
    among: async (ids: string[]) => {
      state.asked += 1;
      return answering(() => (ids.includes(id) ? [{ ...row }] : []));
    },
    touch: async (_: string, at: Date) =>
      answering(() => {
        row.lastUsedAt = at;
        state.touched.push(at.getTime());
      }),
  } as unknown as ServiceTokens;
  const read = createServiceTokenReader({ tokens, now: () => new Date(state.now), inFlight });
  const log = { warn: (details: object) => void state.warnings.push(details) };
  const ask = async (text = token) => {
    const answer = await read(text, log).catch((error: Fault) => error.code);
    await Promise.all(inFlight);
    return typeof answer === 'string' ? answer : 'identity' in answer ? answer.identity : answer.refused;
  };
  return { row, state, ask, inFlight, read, log, token };
}

const ci = {
  actor: { subject: 'token:ci', issuer: 'rolewright' },
  groups: ['rolewright-operators'],
  scope: { operations: ['accounts'], accountIds: null },
};

t.test('a token means what its row says, and the row is read each time', async (t) => {
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

t.test('a text that is not a token causes no query', async (t) => {
  const { state, ask, token } = started();
  t.equal(await ask(`${token.slice(0, -1)}x`), 'not a service token');
  t.equal(state.asked, 0);
  t.equal(await ask(mintServiceToken().token), 'unknown service token');
});

t.test('the last use is stored once a minute', async (t) => {
  const { state, ask } = started();
  for (state.now of [0, 1000, 59_999, 60_000, 60_001]) await ask();
  t.same(state.touched, [0, 60_000]);
});

t.test('requests do not wait until the last use is stored, but a stop does', async (t) => {
  const { state, inFlight, read, log, token } = started();
  t.match(await read(token, log), { identity: ci });
  t.equal(inFlight.size, 1);
  await Promise.all(inFlight);
  t.equal(inFlight.size, 0);
  t.same(state.touched, [0]);
});

t.test('while the database is down, tokens of the last five minutes are accepted', async (t) => {
  const { row, state, ask } = started();
  state.isDown = true;
  t.equal(await ask(), 'UNAVAILABLE', 'a token that was not used before');
  state.isDown = false;
  t.same(await ask(), ci);
  state.isDown = true;
  for (state.now of [1000, 299_999])
    t.same(await ask(), { ...ci, isFromCache: true }, 'the identity is marked as cached');
  t.ok(state.warnings.length > 0, 'the log says that the use was not stored');
  state.now = 300_000;
  t.equal(await ask(), 'UNAVAILABLE');
  state.now = 1000;
  row.expiresAt = new Date(500);
  state.isDown = false;
  t.equal(await ask(), 'service token ci has expired');
  state.isDown = true;
  t.equal(await ask(), 'service token ci has expired', 'the cached identity is the last one that was read');
});

/** A service token with the right checksum. */
function withSecret(id: string, secret: string): string {
  const text = `rwt_${id}_${secret}`;
  return `${text}${crc32(text).toString(16).padStart(8, '0')}`;
}

/** A reader whose queries the test answers. */
async function startQueried(known: Row, token: string) {
  const open: { ids: string[]; answer: (found: Row[]) => void; fail: (error: Fault) => void }[] = [];
  const tokens = {
    among: (ids: string[]) => new Promise<Row[]>((answer, fail) => open.push({ ids, answer, fail })),
    touch: async () => {},
  } as unknown as ServiceTokens;
  const read = createServiceTokenReader({ tokens, now: () => new Date(), inFlight: new Set() });
  const log = { warn: () => {} };
  const first = read(token, log);
  open.shift()?.answer([known]);
  t.match(await first, { identity: { actor: { subject: 'token:ci' } } });
  const ask = (text: string, client: string | null = null) =>
    read(text, log, client).catch((error: Fault) => error.code);
  const next = () => new Promise(setImmediate).then(() => open.shift());
  return { open, ask, next };
}
const lasting = (row: Row): Row => ({
  ...row,
  expiresAt: new Date(Date.now() + 60_000),
  lastUsedAt: new Date(),
});

t.test(
  'a flood of made-up tokens costs one query at a time, and valid tokens wait for two at most',
  async (t) => {
    const { row, token } = started();
    const { open, ask, next } = await startQueried(lasting(row), token);
    const flood = Array.from({ length: 300 }, () => ask(mintServiceToken().token));
    t.same(
      open.map(({ ids }) => ids.length),
      [1],
      'the first is looked up at once, the others wait for its answer',
    );
    const again = ask(token);
    t.same(open.at(-1)?.ids, [row.id], 'tokens used recently do not wait behind them');
    open.pop()?.answer([lasting(row)]);
    t.match(await again, { identity: {} });
    const forged = ask(withSecret(row.id, 'f'.repeat(64)));
    t.equal(open.length, 1, 'the ID of a token alone gives no precedence');

    const other = mintServiceToken();
    const unseen = ask(other.token);
    open.shift()?.answer([]);
    const batch = await next();
    t.ok(
      batch?.ids.includes(other.id) && batch.ids.length > 299,
      'the next query covers all tokens that arrived meanwhile',
    );
    batch?.answer([lasting({ ...row, id: other.id, name: 'new', secretHash: other.secretHash })]);
    t.match(await unseen, { identity: { actor: { subject: 'token:new' } } });
    const unknown = { refused: 'unknown service token' };
    t.same(await Promise.all([...flood, forged]), Array(301).fill(unknown));
    t.equal(open.length, 0);
  },
);

t.test('waiting clients take turns', async (t) => {
  const { row, token } = started();
  const { open, ask, next } = await startQueried(lasting(row), token);
  const many = Array.from({ length: 501 }, () => ask(mintServiceToken().token, '192.0.2.1'));
  const more = Array.from({ length: 500 }, () => ask(mintServiceToken().token, '192.0.2.2'));
  const last = mintServiceToken();
  const late = ask(last.token, '192.0.2.3');
  open.shift()?.answer([]);
  const batch = await next();
  t.equal(batch?.ids.length, 1000);
  t.equal(batch?.ids[2], last.id, 'one of each in turn');
  batch?.answer([]);
  t.match(await late, { refused: 'unknown service token' });
  (await next())?.answer([]);
  await Promise.all([...many, ...more]);
});

t.test('tokens that would wait too long are refused, and an outage is answered to all at once', async (t) => {
  const { row, token } = started();
  const { open, ask } = await startQueried(lasting(row), token);
  const flood = Array.from({ length: 503 }, () => ask(mintServiceToken().token, '192.0.2.1'));
  t.same(await Promise.all(flood.slice(501)), ['RATE_LIMITED', 'RATE_LIMITED'], 'too many of one client');
  const others = Array.from({ length: 4600 }, (_, i) => ask(mintServiceToken().token, `192.0.2.${i % 200}`));
  open.shift()?.fail(new Fault('UNAVAILABLE', 'down'));
  t.same(new Set(await Promise.all(flood.slice(0, 501))), new Set(['UNAVAILABLE']));
  t.same(new Set(await Promise.all(others)), new Set(['UNAVAILABLE', 'RATE_LIMITED']), 'too many in all');
  t.equal(open.length, 0);
});
