import pLimit from 'p-limit';
import { ClockOff, Fault, type FaultCode } from '../fault.ts';
import type { Deps } from '../operations/call/deps.ts';
import { requireValidCredential } from '../operations/tokens/credential.ts';
import type { SweepHandler } from '../ports/queue.ts';
import type { SweepOutcome, SweepRecord } from '../ports/sweeps.ts';
import { failedResult } from './failed-result.ts';
import { keeper } from './keeper.ts';
import { pause } from './pause.ts';
import { type AccountOfSweep, AskAgain, keyOf, resultsOf } from './sweep-account.ts';

/** How long to leave an account alone that is throttled or busy, in ms, before each further try: half a minute in all. */
const patience = [500, 1000, 2000, 4000, 8000, 16_000];
/** How long to wait, in ms, for what is not the account's own: the database, or another replica that is at the account. */
const elsewhereDelayMs = 1000;
/**
 * What part of a try is used up by such waiting: none while the database is away. Another replica has the account's answer soon,
 * or dies, and its changes are settled: two minutes.
 */
const prices: Partial<Record<FaultCode, number>> = { UNAVAILABLE: 0, AUDIT_UNAVAILABLE: 0, IDEMPOTENCY_IN_FLIGHT: 1 / 20 };
const watchMs = 60_000;
/** So long after its last account was begun a job is one that lingers: an account of it does not answer, or is throttled. */
const lingerMs = 1000;

/**
 * Works on one batch of a sweep: its accounts that have no results yet, of all batches `concurrency` accounts at a time. It
 * answers when every account has its results, or the sweep was cancelled; it throws when `signal` is aborted, or this machine's
 * clock is off: the job is another's then, or comes again.
 */
export function sweepWork(deps: Deps, concurrency: number, delays: readonly number[] = patience): SweepHandler {
  const inSlot = pLimit(concurrency);
  const keep = keeper(deps);

  /** Null where it was given up: the sweep was cancelled, or the job is another's. */
  async function oneAccount(
    sweep: SweepRecord,
    account: AccountOfSweep,
    stop: AbortSignal,
    begun: () => void,
    giveBack: (fault: Fault) => null,
  ): Promise<SweepOutcome[] | null> {
    for (let tries = 0; !stop.aborted; ) {
      const isLast = tries >= delays.length;
      const asked = await inSlot(async () => {
        if (tries === 0) begun();
        return stop.aborted ? null : await resultsOf(deps, sweep, account, isLast).catch(again);
      });
      if (!(asked instanceof AskAgain)) return asked;
      if (asked.fault.cause instanceof ClockOff) return giveBack(asked.fault);
      // Without its slot: others go on meanwhile.
      const price = prices[asked.fault.code] ?? 1;
      await pause(price === 1 ? (delays[Math.floor(tries)] ?? 0) * (0.5 + Math.random()) : elsewhereDelayMs, stop);
      tries += price;
    }
    return null;
  }

  /** Why nobody is asked in the name of who started the sweep any more; null where they are. Fault: UNAVAILABLE, with which the job comes again. */
  async function refusalOf({ id, caller: { actor } }: SweepRecord): Promise<Fault | null> {
    try {
      await requireValidCredential(deps, actor, { did: 'started this sweep', remedy: 'Start another one.' });
      return null;
    } catch (error) {
      if (!(error instanceof Fault && error.code === 'FORBIDDEN')) throw error;
      deps.log.info({ actor, sweepId: id, reason: error.message }, 'accounts of a sweep were refused');
      return error;
    }
  }

  /** Until they are forgotten, the keys of what a sweep has done count among those of its caller. */
  async function forgetKeys(sweep: SweepRecord, accountId: string, results: SweepOutcome[]): Promise<void> {
    if (sweep.operation !== 'EXTEND' || sweep.dryRun) return;
    const names = new Set([sweep.roleName, ...results.map(({ roleName }) => roleName)]);
    const keys = [...names].flatMap((name) => (name === null ? [] : [keyOf(sweep, accountId, name)]));
    await deps.idempotencyKeys
      .forget(sweep.caller.actor, keys)
      .catch((err: unknown) => deps.log.error({ err, sweepId: sweep.id, accountId }, 'keys of a sweep stay until they are too old'));
  }

  return async (job, signal, linger = () => {}) => {
    const batch = await deps.sweeps.begin(job);
    if (!batch) return deps.sweeps.leave(job);
    const { sweep, accountIds } = batch;
    // A replica whose clock is off changes no role: the job comes again, and another replica takes it.
    if (sweep.operation === 'EXTEND' && !sweep.dryRun) await deps.clock.requireAccurate();
    const refusal = await refusalOf(sweep);
    const known =
      sweep.operation === 'CHECK' && sweep.roleName === null ? await deps.posture.rolesOf(accountIds) : new Map<string, string[]>();
    const [cancelled, over, givenBack] = [new AbortController(), new AbortController(), new AbortController()];
    const stop = AbortSignal.any([signal, cancelled.signal, givenBack.signal]);
    const giveBack = (fault: Fault) => {
      givenBack.abort(fault);
      return null;
    };
    const unbegun = new Set(accountIds);
    let lingering: NodeJS.Timeout | undefined;
    const begun = (accountId: string) => {
      if (unbegun.delete(accountId) && unbegun.size === 0) lingering = setTimeout(linger, lingerMs);
    };
    const watching = watch(deps, sweep, cancelled, AbortSignal.any([signal, over.signal])).catch((err: unknown) =>
      deps.log.error({ err, sweepId: sweep.id }, 'a batch of a sweep does not hear any more whether the sweep was cancelled'),
    );
    try {
      await Promise.all(
        accountIds.map(async (accountId) => {
          const account = { accountId, knownRoles: known.get(accountId) ?? [] };
          const results = refusal
            ? [failedResult(sweep, refusal, sweep.roleName)]
            : await oneAccount(sweep, account, stop, () => begun(accountId), giveBack);
          if (!results) return;
          await keep(sweep, { accountId, results }, signal);
          if (!signal.aborted) await forgetKeys(sweep, accountId, results);
        }),
      );
    } finally {
      clearTimeout(lingering);
      over.abort();
      await watching;
    }
    signal.throwIfAborted();
    givenBack.signal.throwIfAborted();
    if (cancelled.signal.aborted) await deps.sweeps.leave(job);
  };
}

/** Tells when the sweep has ended before its work has. */
async function watch(deps: Deps, { id, version }: SweepRecord, cancelled: AbortController, signal: AbortSignal): Promise<void> {
  for (let last = version; !signal.aborted; ) {
    const record = await deps.sweeps.changed(id, last, watchMs, signal);
    if (record?.endedAt) return cancelled.abort();
    last = record?.version ?? last;
  }
}

function again(error: unknown): AskAgain {
  if (error instanceof AskAgain) return error;
  throw error;
}
