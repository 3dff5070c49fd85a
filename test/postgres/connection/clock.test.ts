import type pg from 'pg';
import t from 'tap';
import { openClock } from '#src/postgres/connection/clock.ts';

/** Clocks that a test sets. `systemMs` and `databaseMs`: their advance over the monotonic clock. */
function scripted({ systemMs = 0, databaseMs = 0 } = {}) {
  const state = { monotonic: 5000, systemMs, databaseMs, roundTripMs: 10, isDown: false, asked: 0 };
  const lines: [string, unknown][] = [];
  const log = (level: string) => (details: object) => void lines.push([level, details]);
  const client = {
    release: () => {},
    query: async () => {
      state.asked += 1;
      if (state.isDown) throw new Error('the connection broke');
      state.monotonic += state.roundTripMs / 2;
      const ms = state.monotonic + state.databaseMs;
      state.monotonic += state.roundTripMs / 2;
      return { rows: [{ ms: String(ms) }] };
    },
  };
  const clock = openClock({ connect: async () => client } as unknown as pg.Pool, {
    systemNow: () => state.monotonic + state.systemMs,
    monotonicNow: () => state.monotonic,
  });
  return {
    state,
    lines,
    clock,
    compare: () => clock.compare({ info: log('info'), warn: log('warn'), error: log('error') }),
  };
}

t.test('the maximum error of a clock', async (t) => {
  const cases: [offMs: number, roundTripMs: number, level: string | null, makesChanges: boolean][] = [
    [0, 10, null, true],
    [2900, 10, null, true],
    [-3100, 10, 'warn', true],
    [45_000, 10, 'warn', true],
    [-59_000, 10, 'warn', true],
    [61_000, 10, 'error', false],
    [-120_000, 10, 'error', false],
    [900_000, 10, 'error', false],
    // The difference may be only half the round trip.
    [4000, 3000, null, true],
    [61_000, 3000, 'warn', true],
  ];
  for (const [offMs, roundTripMs, level, makesChanges] of cases) {
    const what = `${offMs} ms off, ${roundTripMs} ms there and back`;
    const { state, lines, clock, compare } = scripted({ systemMs: offMs });
    state.roundTripMs = roundTripMs;
    await compare();
    await compare();
    t.same(
      lines.map(([level]) => level),
      level === null ? [] : [level],
      `${what}: said once`,
    );
    const refused = await clock.requireAccurate().then(
      () => null,
      (error: unknown) => error,
    );
    if (makesChanges) t.equal(refused, null, what);
    else
      t.match(
        refused,
        { code: 'AUDIT_UNAVAILABLE', retryable: true, cause: { message: offMs > 0 ? /ahead of/ : /behind/ } },
        what,
      );
    t.ok(
      Math.abs(clock.now().getTime() - state.monotonic - state.databaseMs) <= 1,
      `${what}: the time is the database's`,
    );
  }
});

t.test("time follows the monotonic clock, whatever the system's clock does", async (t) => {
  const { state, clock, compare } = scripted({ databaseMs: 1_000_000, systemMs: 1_000_000 });
  await compare();
  state.systemMs -= 900_000;
  state.monotonic += 20_000;
  t.equal(clock.now().getTime(), state.monotonic + state.databaseMs);
});

t.test('the clock is compared again before a change', async (t) => {
  const { state, clock } = scripted();
  await clock.requireAccurate();
  t.equal(state.asked, 1, 'before the first');
  await clock.requireAccurate();
  t.equal(state.asked, 1, 'not before each');

  state.systemMs = 120_000;
  await t.rejects(
    clock.requireAccurate(),
    { code: 'AUDIT_UNAVAILABLE', cause: { message: /120 s ahead/ } },
    "when the system's clock was set",
  );
  state.systemMs = 0;
  await clock.requireAccurate();
  t.equal(state.asked, 3, 'and at once when it was corrected');

  state.monotonic += 60_001;
  state.isDown = true;
  await t.rejects(
    clock.requireAccurate(),
    { code: 'AUDIT_UNAVAILABLE', cause: { message: 'the connection broke' } },
    'after a minute',
  );
  state.isDown = false;
  await Promise.all([clock.requireAccurate(), clock.requireAccurate()]);
  t.equal(state.asked, 5, 'concurrent callers share one comparison');
});

t.test("a slow comparison does not disturb the time, unless the database's differs", async (t) => {
  const { state, clock, compare } = scripted();
  const errorMs = () => Math.abs(clock.now().getTime() - state.monotonic - state.databaseMs);
  await compare();
  state.roundTripMs = 4000;
  state.databaseMs += 900;
  await compare();
  t.equal(errorMs(), 900, 'within the precision of the slow comparison');
  state.databaseMs += 9000;
  await compare();
  t.ok(errorMs() <= 1, 'after a failover to a server with another clock');
});

t.test('a clock that agrees again is logged', async (t) => {
  const { state, lines, compare } = scripted({ systemMs: 70_000 });
  await compare();
  state.systemMs = 5000;
  await compare();
  state.systemMs = 0;
  await compare();
  t.same(lines, [
    ['error', { offMs: 69_995 }],
    ['warn', { offMs: 4995 }],
    ['info', { offMs: 0 }],
  ]);
});
