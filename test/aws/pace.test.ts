import t from 'tap';
import { createPace, type Pace, type PaceOptions } from '#src/aws/pace.ts';

/** Time that passes as fast as it is needed. */
function clockwork() {
  let time = 1_000_000;
  const due: { at: number; run: () => void }[] = [];
  const after = (run: () => void, ms: number) => {
    due.push({ at: time + ms, run });
  };
  /** Until nothing is to come. */
  async function run(): Promise<void> {
    for (;;) {
      // What promises have to do comes first.
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

/** `calls` calls to a service that takes `perSecond`, and `burst` at first; all are asked for at once, and sent until they go through. */
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

t.test('what AWS takes is used, and little is sent in vain', async (t) => {
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
    t.comment(`${perSecond}/s, burst ${burst}: ${(use * 100).toFixed(0)} % of it used, ${cost.toFixed(2)} calls for one`);
    t.ok(use >= 0.9, `${perSecond}/s, burst ${burst}: ${(use * 100).toFixed(0)} %`);
    t.ok(cost <= 1.3, `${perSecond}/s, burst ${burst}: ${cost.toFixed(2)}`);
  }
});

t.test('without throttling nothing waits but for its turn', async (t) => {
  const { sent, seconds } = await simulate(160, 1_000_000, 1_000_000);
  t.equal(sent, 160);
  t.equal(seconds, (160 / 16) * (latency / 1000));
});

t.test('a limit of our own holds in every second', async (t) => {
  const clock = clockwork();
  const pace = createPace({ ...clock, atOnce: 1000, perSecond: 100 });
  const sent: number[] = [];
  for (let i = 0; i < 500; i += 1)
    void pace.admit().then((at) => {
      sent.push(at);
      pace.taken();
    });
  await clock.run();
  t.equal(sent.length, 500);
  // What a late timer makes up for comes on top.
  for (const at of sent) t.ok(sent.filter((other) => other >= at && other < at + 1000).length <= 106);
  t.ok((sent.at(-1) ?? 0) - (sent[0] ?? 0) <= 5000, 'and is used');
});

t.test('after a hiccup it is soon as before', async (t) => {
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

t.test('it is idle when there is nothing to remember', async (t) => {
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
