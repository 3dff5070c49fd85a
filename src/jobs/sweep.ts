import { Fault } from '../fault.ts';
import type { Deps } from '../operations/call/deps.ts';
import { requireValidCredential } from '../operations/tokens/credential.ts';
import type { SweepHandler } from '../ports/queue.ts';
import type { SweepOutcome, SweepRecord } from '../ports/sweeps.ts';
import { createFailedResult } from './failed-result.ts';
import { createResultKeeper } from './result-keeper.ts';
import { createAccountRunner, defaultDelays } from './retry-account.ts';
import { idempotencyKeyOf } from './sweep-account.ts';

const watchMs = 60_000;
/**
 * A job lingers when this time, in ms, has passed since its last account was started: an account is slow, or
 * is throttled.
 */
const lingerMs = 1000;

/**
 * Creates the handler of a batch of a sweep. It works on the accounts of the batch that have no results yet;
 * of all batches together on `concurrency` accounts at once. Answers when every account has its results, or
 * the sweep was cancelled. Throws when `signal` is aborted, or when this machine's clock is off: then another
 * process does the job, or it comes again.
 */
export function createSweepHandler(
  deps: Deps,
  concurrency: number,
  delays: readonly number[] = defaultDelays,
): SweepHandler {
  const runAccount = createAccountRunner(deps, concurrency, delays);
  const keep = createResultKeeper(deps);

  return async (job, signal, linger = () => {}) => {
    const batch = await deps.sweeps.begin(job);
    if (!batch) return deps.sweeps.leave(job);
    const { sweep, accountIds } = batch;
    // A replica whose clock is off changes no role. The job comes again, and another replica takes it.
    if (sweep.operation === 'EXTEND' && !sweep.dryRun) await deps.clock.requireAccurate();
    const refusal = await findRefusal(deps, sweep);
    const isOfAllRoles = sweep.operation === 'CHECK' && sweep.roleName === null;
    const knownRoles = isOfAllRoles ? await deps.posture.rolesOf(accountIds) : new Map<string, string[]>();
    const [cancelled, over, givenBack] = [
      new AbortController(),
      new AbortController(),
      new AbortController(),
    ];
    const stop = AbortSignal.any([signal, cancelled.signal, givenBack.signal]);
    const giveBack = (fault: Fault) => givenBack.abort(fault);
    const notStarted = new Set(accountIds);
    let lingering: NodeJS.Timeout | undefined;
    const onStart = (accountId: string) => {
      if (notStarted.delete(accountId) && notStarted.size === 0) lingering = setTimeout(linger, lingerMs);
    };
    const watching = watchForEnd(deps, sweep, cancelled, AbortSignal.any([signal, over.signal])).catch(
      (err: unknown) =>
        deps.log.error(
          { err, sweepId: sweep.id },
          'a batch of a sweep no longer learns whether the sweep was cancelled',
        ),
    );
    try {
      await Promise.all(
        accountIds.map(async (accountId) => {
          const account = { accountId, knownRoles: knownRoles.get(accountId) ?? [], answered: [] };
          const results = refusal
            ? [createFailedResult(sweep, refusal, { roleName: sweep.roleName })]
            : await runAccount(account, { sweep, stop, onStart, giveBack });
          if (!results) return;
          await keep(sweep, { accountId, results }, signal);
          if (!signal.aborted) await forgetKeys(deps, sweep, accountId, results);
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

/**
 * Why no more AWS calls are made in the name of the caller who started the sweep. Null: they are. Fault:
 * UNAVAILABLE; the job comes again.
 */
async function findRefusal(deps: Deps, { id, caller: { actor } }: SweepRecord): Promise<Fault | null> {
  try {
    await requireValidCredential(deps, actor, { did: 'started this sweep', remedy: 'Start another one.' });
    return null;
  } catch (error) {
    if (!(error instanceof Fault && error.code === 'FORBIDDEN')) throw error;
    deps.log.info({ actor, sweepId: id, reason: error.message }, 'accounts of a sweep were refused');
    return error;
  }
}

/**
 * Forgets the idempotency keys of a finished account. Until then they count towards the maximum of the
 * sweep's caller.
 */
async function forgetKeys(
  deps: Deps,
  sweep: SweepRecord,
  accountId: string,
  results: SweepOutcome[],
): Promise<void> {
  if (sweep.operation !== 'EXTEND' || sweep.dryRun) return;
  const names = new Set([sweep.roleName, ...results.map(({ roleName }) => roleName)]);
  const keys = [...names].flatMap((name) => (name == null ? [] : [idempotencyKeyOf(sweep, accountId, name)]));
  await deps.idempotencyKeys
    .forget(sweep.caller.actor, keys)
    .catch((err: unknown) =>
      deps.log.error({ err, sweepId: sweep.id, accountId }, 'keys of a sweep stay until they expire'),
    );
}

/** Aborts `cancelled` when the sweep ends before its work does. */
async function watchForEnd(
  deps: Deps,
  { id, version }: SweepRecord,
  cancelled: AbortController,
  signal: AbortSignal,
): Promise<void> {
  for (let last = version; !signal.aborted; ) {
    const record = await deps.sweeps.changed(id, last, watchMs, signal);
    if (record?.endedAt) return cancelled.abort();
    last = record?.version ?? last;
  }
}
