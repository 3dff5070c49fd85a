/** When calls may go out: those that go out, however they end, are taken back with `taken` or `refused`. */
export interface Pace {
  /**
   * Resolves when the next call may go out, in the order of asking but `again` before others; answers when that is, in ms. Throws
   * what AWS says where it throttles, when its turn has not come within a minute.
   */
  admit(again?: boolean): Promise<number>;
  /** The call was not throttled. */
  taken(): void;
  /** AWS throttled the call that went out then. */
  refused(sentAt: number): void;
  /** Is there nothing to be remembered: no call under way, and no throttling of late? */
  isIdle(): boolean;
}

export interface PaceOptions {
  now: () => number;
  /** As setTimeout. */
  after: (run: () => void, ms: number) => unknown;
  /** Calls under way at most. */
  atOnce: number;
  /** Calls a second at most, whatever AWS takes: it may change. */
  perSecond?: () => number;
}

const second = 1000;
/** The slowest, in calls a second: AWS's own quotas are above it. Of a limit that is set it is a tenth. */
const slowest = 1;
/** Who has not had a turn for so long is told that there is none. */
const longestWaitMs = 60 * second;
/** How a rate grows by the second while AWS does not throttle: fast enough to be back after a hiccup, and slow enough to stay below its quota. */
const growth = 0.05;
/** Each time that so long passes without throttling, it grows twice as fast. */
const patience = second;
/** Who has not been throttled for so long is not held back any more. */
const forget = 60 * second;

/**
 * The pace at which one account, or STS, takes calls. It is not known until AWS throttles; from then on it is what AWS took
 * of late, a little less after each throttling and a little more with each call that goes through.
 */
export function createPace({ now, after, atOnce, perSecond = () => Number.POSITIVE_INFINITY }: PaceOptions): Pace {
  const waiting: { go: (sentAt: number) => void; giveUp: (error: Error) => void; until: number }[] = [];
  const takenAt: number[] = [];
  let underway = 0;
  /** What AWS has taught; nothing yet. */
  let learnt = Number.POSITIVE_INFINITY;
  let next = 0;
  let learning = 0;
  let throttledAt = Number.NEGATIVE_INFINITY;
  let isWaking = false;

  const forgetTaken = () => {
    const since = now() - second;
    while (takenAt.length > 0 && (takenAt[0] as number) <= since) takenAt.shift();
  };

  /** What AWS takes, in calls a second, after the last one; the first time after what there is of it. */
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
        // Timers are late, and what is late is made up for; of AWS's own limit little, since it may not let two go at once.
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
      // Calls that were on their way when the pace was last lowered say nothing of it.
      if (sentAt > throttledAt) {
        // What AWS took in the first second is its burst, which tells little: the pace is halved until it fits.
        const isFirst = now() - throttledAt > forget;
        if (isFirst) learning = now() + second;
        const rate = Math.min(learnt, perSecond());
        const lowered = isFirst ? rate : now() < learning ? rate / 2 : rate * 0.95;
        // AWS that refuses whatever the pace is, as in a storm, must not bring it to a halt.
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

const tooLong = () => Object.assign(new Error('its turn did not come'), { name: 'ThrottlingException', Code: 'ThrottlingException' });

/** Calls to one account at once. */
const atOnce = 16;
/** Those that remember nothing are let go when there are so many. */
const manyAccounts = 2000;

/** One for each account, whoever calls. */
export function createPaces(clock: Pick<PaceOptions, 'now' | 'after'> = { now: () => performance.now(), after: setTimeout }) {
  const paces = new Map<string, Pace>();
  return {
    of({ partition, accountId }: { partition: string; accountId: string }): Pace {
      const key = `${partition}/${accountId}`;
      const pace = paces.get(key) ?? createPace({ ...clock, atOnce });
      if (!paces.has(key) && paces.size >= manyAccounts) for (const [other, { isIdle }] of paces) if (isIdle()) paces.delete(other);
      paces.set(key, pace);
      return pace;
    },
  };
}
