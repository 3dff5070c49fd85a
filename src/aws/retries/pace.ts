/** Decides when calls may be sent. Every call that was admitted must end with `taken` or `refused`. */
export interface Pace {
  /**
   * Resolves when the call may be sent, and answers that time in ms. Calls are admitted in order; retries
   * (`again`) go first. Throws a ThrottlingException, as AWS does, when the call was not admitted within a
   * minute.
   */
  admit(again?: boolean): Promise<number>;
  /** The call was not throttled. */
  taken(): void;
  /** AWS throttled the call that was sent at that time. */
  refused(sentAt: number): void;
  /** No call is in flight or waiting, and none was throttled lately: the pace can be forgotten. */
  isIdle(): boolean;
}

export interface PaceOptions {
  now: () => number;
  /** As setTimeout. */
  after: (run: () => void, ms: number) => unknown;
  /** Maximum number of calls in flight. */
  atOnce: number;
  /** Maximum number of calls a second, whatever AWS accepts. It may change. */
  perSecond?: () => number;
}

const second = 1000;
/**
 * The slowest rate, in calls a second: the quotas of AWS are higher. With `perSecond` it is a tenth of that.
 */
const slowest = 1;
/** A call that has waited this long fails, in ms. */
const longestWaitMs = 60 * second;
/**
 * How fast the rate grows a call while AWS does not throttle: fast enough to recover, slow enough to stay
 * below the quota.
 */
const growth = 0.05;
/** After each such period without throttling the rate grows twice as fast. */
const patience = second;
/** An account that was not throttled for this time, in ms, has no limit again. */
const forget = 60 * second;

/**
 * The pace at which one account, or STS, accepts calls. There is no limit until AWS throttles. Then it is the
 * rate that AWS accepted lately, lowered a little with each throttling and raised a little with each accepted
 * call.
 */
export function createPace({
  now,
  after,
  atOnce,
  perSecond = () => Number.POSITIVE_INFINITY,
}: PaceOptions): Pace {
  const waiting: { go: (sentAt: number) => void; giveUp: (error: Error) => void; until: number }[] = [];
  const takenAt: number[] = [];
  let underway = 0;
  /** The learnt limit, in calls a second. */
  let learnt = Number.POSITIVE_INFINITY;
  let next = 0;
  let learning = 0;
  let throttledAt = Number.NEGATIVE_INFINITY;
  let isWaking = false;

  const forgetTaken = () => {
    const since = now() - second;
    while (takenAt.length > 0 && (takenAt[0] as number) <= since) takenAt.shift();
  };

  /** The rate that AWS accepted in the last second. Before the first throttling the period may be shorter. */
  const takenLately = () => {
    forgetTaken();
    const seen = throttledAt > now() - forget ? second : now() - (takenAt[0] ?? now());
    return (takenAt.length * second) / Math.max(second / 10, Math.min(second, seen));
  };

  function pump(): void {
    while (waiting.length > 0 && underway < atOnce) {
      const at = now();
      if ((waiting[0]?.until ?? at) < at) {
        waiting.shift()?.giveUp(tooLong());
        continue;
      }
      const rate = Math.min(learnt, perSecond());
      if (Number.isFinite(rate)) {
        if (at < next) {
          wake(next - at);
          return;
        }
        // Timers fire late, so the next call may be sent early: a little where AWS sets the limit, as it may
        // refuse bursts.
        next = Math.max(next, at - (learnt > rate ? 50 : 5)) + second / rate;
      }
      underway += 1;
      waiting.shift()?.go(at);
    }
  }

  function wake(ms: number): void {
    if (isWaking) return;
    isWaking = true;
    after(() => {
      isWaking = false;
      pump();
    }, Math.ceil(ms));
  }

  function grow(): void {
    const calm = now() - throttledAt;
    if (calm > forget) learnt = Number.POSITIVE_INFINITY;
    else if (learnt < perSecond()) learnt += growth * 2 ** Math.floor(calm / patience);
  }

  return {
    admit: (again = false) =>
      new Promise((resolve, reject) => {
        waiting[again ? 'unshift' : 'push']({
          go: resolve,
          giveUp: reject,
          until: again ? Number.POSITIVE_INFINITY : now() + longestWaitMs,
        });
        pump();
      }),
    taken() {
      underway -= 1;
      takenAt.push(now());
      forgetTaken();
      grow();
      pump();
    },
    refused(sentAt) {
      underway -= 1;
      // Calls that were sent before the pace was last lowered say nothing about the new pace.
      if (sentAt > throttledAt) {
        // In the first second AWS accepts a burst, which says little about its rate. So the pace is halved
        // until it fits.
        const isFirst = now() - throttledAt > forget;
        if (isFirst) learning = now() + second;
        const rate = Math.min(learnt, perSecond());
        const lowered = isFirst ? rate : now() < learning ? rate / 2 : rate * 0.95;
        // Even if AWS refuses at any pace, calls must not come to a halt.
        const floor = Number.isFinite(perSecond()) ? perSecond() / 10 : slowest;
        learnt = Math.max(isFirst ? floor * 5 : floor, Math.min(lowered, takenLately()));
        throttledAt = now();
        next = throttledAt + second / learnt;
      }
      pump();
    },
    isIdle: () => underway === 0 && waiting.length === 0 && now() - throttledAt > forget,
  };
}

const tooLong = () =>
  Object.assign(new Error('the call was not admitted within a minute'), {
    name: 'ThrottlingException',
    Code: 'ThrottlingException',
  });

/** Maximum number of calls in flight to one account. */
const atOnce = 16;
/** Above this number of accounts, idle paces are forgotten. */
const manyAccounts = 2000;

/** One pace for each account, whoever calls. */
export function createPaces(
  clock: Pick<PaceOptions, 'now' | 'after'> = { now: () => performance.now(), after: setTimeout },
) {
  const paces = new Map<string, Pace>();
  return {
    of({ partition, accountId }: { partition: string; accountId: string }): Pace {
      const key = `${partition}/${accountId}`;
      const pace = paces.get(key) ?? createPace({ ...clock, atOnce });
      if (!paces.has(key) && paces.size >= manyAccounts)
        for (const [other, { isIdle }] of paces) if (isIdle()) paces.delete(other);
      paces.set(key, pace);
      return pace;
    },
  };
}
