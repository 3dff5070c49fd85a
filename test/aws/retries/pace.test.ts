import t from 'tap';
import { createPace, type Pace, type PaceOptions } from '#src/aws/retries/pace.ts';

/** A clock that advances as fast as it is needed. */
function clockwork() {
  let time = 1_000_000;
  const due: { at: number; run: () => void }[] = [];
  const after = (run: () => void, ms: number) => {
    due.push({ at: time + ms, run });
  };
  /** Until no timer is left. */
  async function run(): Promise<void> {
    for (;;) {
      // Promise callbacks run first.
      for (let i = 0; i < 20; i += 1) await Promise.resolve();
      due.sort((one, other) => one.at - other.at);
      const first = due.shift();
      if (!first) return;
      time = Math.max(time, first.at);
      first.run();
    }
  }
  return { now: () => time, after, run };
}

const latency = 50;

/**
 * `calls` concurrent calls to a service that accepts `perSecond`, and `burst` at first. Each is retried until
 * it succeeds.
 */
async function simulate(calls: number, perSecond: number, burst: number, options: Partial<PaceOptions> = {}) {
  const clock = clockwork();
  const pace = createPace({ ...clock, atOnce: 16, ...options });
  let [tokens, filledAt, sent, done, last] = [burst, clock.now(), 0, 0, 0];
  const begin = clock.now();
  const taken = () => {
    tokens = Math.min(burst, tokens + ((clock.now() - filledAt) / 1000) * perSecond);
    filledAt = clock.now();
    if (tokens < 1) return false;
    tokens -= 1;
    return true;
  };
  const call = async (pace: Pace): Promise<void> => {
    for (;;) {
      const sentAt = await pace.admit();
      sent += 1;
      const isTaken = await new Promise<boolean>((resolve) => {
        clock.after(() => {
          const answer = taken();
          clock.after(() => resolve(answer), latency / 2);
        }, latency / 2);
      });
      if (!isTaken) pace.refused(sentAt);
      else {
        pace.taken();
        done += 1;
        last = clock.now();
        return;
      }
    }
  };
  const all = Promise.all(Array.from({ length: calls }, () => call(pace)));
  await clock.run();
  await all;
  return { done, sent, seconds: (last - begin) / 1000, pace };
}

t.test("AWS's capacity is used, and few calls are throttled", async (t) => {
  for (const [perSecond, burst] of [
    [5, 5],
    [10, 10],
    [20, 20],
    [20, 2],
    [20, 60],
    [50, 25],
    [100, 10],
    [10, 100],
  ] as const) {
    const calls = perSecond * 30 + burst;
    const { done, sent, seconds } = await simulate(calls, perSecond, burst);
    t.equal(done, calls);
    const [use, cost] = [(calls - burst) / seconds / perSecond, sent / calls];
    t.comment(
      `${perSecond}/s, burst ${burst}: ${(use * 100).toFixed(0)} % of it used, ${cost.toFixed(2)} calls for one`,
    );
    t.ok(use >= 0.9, `${perSecond}/s, burst ${burst}: ${(use * 100).toFixed(0)} %`);
    t.ok(cost <= 1.3, `${perSecond}/s, burst ${burst}: ${cost.toFixed(2)}`);
  }
});

t.test('without throttling calls wait only for a free slot', async (t) => {
  const { sent, seconds } = await simulate(160, 1_000_000, 1_000_000);
  t.equal(sent, 160);
  t.equal(seconds, (160 / 16) * (latency / 1000));
});

t.test('a limit of our own holds in every second', async (t) => {
  const clock = clockwork();
  const pace = createPace({ ...clock, atOnce: 1000, perSecond: () => 100 });
  const sent: number[] = [];
  for (let i = 0; i < 500; i += 1)
    void pace.admit().then((at) => {
      sent.push(at);
      pace.taken();
    });
  await clock.run();
  t.equal(sent.length, 500);
  // A late timer may add the calls that it catches up on.
  for (const at of sent) t.ok(sent.filter((other) => other >= at && other < at + 1000).length <= 106);
  t.ok((sent.at(-1) ?? 0) - (sent[0] ?? 0) <= 5000, 'and is used');
});

t.test('the rate recovers soon after a short throttling', async (t) => {
  const clock = clockwork();
  const pace = createPace({ ...clock, atOnce: 16 });
  pace.refused(await pace.admit());
  let done = 0;
  for (let i = 0; i < 2000; i += 1)
    void pace.admit().then(() =>
      clock.after(() => {
        done += 1;
        pace.taken();
      }, latency),
    );
  const begin = clock.now();
  await clock.run();
  t.equal(done, 2000);
  t.ok(clock.now() - begin < 60_000, `${(clock.now() - begin) / 1000} s`);
});

t.test('it is idle once its state has expired', async (t) => {
  const clock = clockwork();
  const pace = createPace({ ...clock, atOnce: 1 });
  t.ok(pace.isIdle());
  const sentAt = await pace.admit();
  t.notOk(pace.isIdle());
  pace.refused(sentAt);
  t.notOk(pace.isIdle());
  clock.after(() => {}, 61_000);
  await clock.run();
  t.ok(pace.isIdle());
});

t.test(
  'a storm that refuses half of all calls, at any rate, stops no account, and leaves no trace',
  async (t) => {
    const clock = clockwork();
    const pace = createPace({ ...clock, atOnce: 512, perSecond: () => 550 });
    let seed = 7;
    const isRefused = () => {
      seed = (seed * 48_271) % 2_147_483_647;
      return clock.now() < begin + 60_000 && seed % 2 === 0;
    };
    const begin = clock.now();
    const doneAt: number[] = [];
    const call = async (): Promise<void> => {
      for (let again = false; ; again = true) {
        const sentAt = await pace.admit(again);
        await new Promise<void>((resolve) => clock.after(resolve, latency));
        if (!isRefused()) break;
        pace.refused(sentAt);
      }
      pace.taken();
      doneAt.push(clock.now() - begin);
    };
    // Sixty-four at a time, as in a sweep.
    const all = Promise.all(
      Array.from({ length: 64 }, async () => {
        while (clock.now() < begin + 90_000) await call();
      }),
    );
    await clock.run();
    await all;
    const within = (from: number, to: number) =>
      doneAt.filter((at) => at >= from && at < to).length / ((to - from) / 1000);
    t.ok(within(0, 60_000) >= 20, `${within(0, 60_000)} a second in the storm`);
    t.ok(within(75_000, 90_000) >= 400, `${within(75_000, 90_000)} a second after it`);
  },
);

t.test('a call that gets no slot within a minute fails as throttled', async (t) => {
  const clock = clockwork();
  const pace = createPace({ ...clock, atOnce: 16, perSecond: () => 10 });
  const begin = clock.now();
  const endedAt: number[] = [];
  const asked = Array.from({ length: 1000 }, () =>
    pace
      .admit()
      .then(() => pace.taken())
      .finally(() => endedAt.push(clock.now() - begin)),
  );
  await clock.run();
  const ends = await Promise.allSettled(asked);
  t.equal(ends.filter(({ status }) => status === 'fulfilled').length, 601);
  t.match(ends.at(-1), { reason: { name: 'ThrottlingException', Code: 'ThrottlingException' } });
  t.ok(Math.max(...endedAt) < 61_000);
});

t.test('a changed limit applies at once', async (t) => {
  const clock = clockwork();
  let limit = 100;
  const pace = createPace({ ...clock, atOnce: 1000, perSecond: () => limit });
  const sent: number[] = [];
  for (let i = 0; i < 400; i += 1)
    void pace.admit().then((at) => {
      sent.push(at);
      if (sent.length === 200) limit = 20;
      pace.taken();
    });
  await clock.run();
  const [first = 0, middle = 0, last = 0] = [sent[0], sent[200], sent.at(-1)];
  t.ok(middle - first <= 2100 && last - middle >= 9500, `${middle - first} ms, then ${last - middle} ms`);
});
