import { Fault, type FaultCode } from '../../fault.ts';
import type { KeptAnswer, KeyedRequest } from '../../ports/idempotency-keys.ts';
import type { Attempt } from '../../ports/ledger.ts';
import type { Caller } from '../../schema/caller.ts';
import type { Deps } from './deps.ts';

/** A request that its caller may repeat under its key. */
export interface Keyed<T> {
  operation: string;
  /** Without the key. */
  input: object;
  key: string;
  run: () => Promise<T>;
  /** The answer to a request of which the log alone knows that it succeeded; left out where it leaves nothing in the log. */
  replay?: ((attempt: Attempt) => Promise<T>) | undefined;
  /** Told before an answer or a fault that is not of this run. */
  onReplay: () => void;
}

/**
 * One effect and one answer, however often a caller sends the request (docs/decisions/0009-idempotency-keys.md).
 * Faults: IDEMPOTENCY_IN_FLIGHT while the first runs, IDEMPOTENCY_MISMATCH for another request, AUDIT_UNAVAILABLE.
 */
export function idempotent<T>(deps: Deps, keyed: Keyed<T>, caller: Caller): Promise<T> {
  const running = alone(deps, keyed, caller);
  // The answer is kept, and the lock given back, also when the caller has hung up.
  deps.inFlight.add(running);
  const forget = () => deps.inFlight.delete(running);
  running.then(forget, forget);
  return running;
}

async function alone<T>(deps: Deps, keyed: Keyed<T>, caller: Caller): Promise<T> {
  const { issuer, subject } = caller.actor;
  // The lock before the look: who holds it sees all that those before have kept.
  const held = await deps.locks.tryHolding(JSON.stringify(['idempotency key', issuer, subject, keyed.key]), () =>
    once(deps, keyed, caller),
  );
  if (!held) throw inFlight('A request with this key is still running.');
  return held.result;
}

async function once<T>(deps: Deps, keyed: Keyed<T>, caller: Caller): Promise<T> {
  const { operation, input, key, onReplay } = keyed;
  const first = await deps.idempotencyKeys.begin(caller.actor, key, operation, input);
  if (!first.isSame)
    throw new Fault(
      'IDEMPOTENCY_MISMATCH',
      'This key came with another request before. Send the same request, or choose another key for this one.',
    );
  if (first.answer) {
    onReplay();
    return answered<T>(first.answer);
  }
  const recalled = await replay(deps, keyed, first, caller);
  if (!recalled) return run(deps, keyed, first, caller);
  onReplay();
  await finish(deps, keyed, caller, recalled);
  return recalled.output;
}

function answered<T>(answer: KeptAnswer): T {
  // The fingerprint holds the name of the operation, so the answer is of its kind.
  if ('output' in answer) return answer.output as T;
  const { code, message, details, retryable } = answer.fault;
  throw new Fault(code, message, details, { retryable });
}

/** What an earlier request did, but could not keep the answer of. Fault: IDEMPOTENCY_IN_FLIGHT while that is not known. */
async function replay<T>(deps: Deps, { key, replay }: Keyed<T>, first: KeyedRequest, caller: Caller): Promise<{ output: T } | null> {
  const attempt = first.isNew || !replay ? null : await deps.ledger.attemptUnder(caller.actor, key, first.logHead);
  if (!attempt || !replay) return null;
  const { id, outcome } = attempt.change;
  if (outcome === 'PENDING') throw inFlight(`The first request was cut short, and what became of change ${id} is not known yet.`, id);
  // What did not come to its end is finished by running it again.
  return outcome === 'SUCCEEDED' ? { output: await replay(attempt) } : null;
}

async function run<T>(deps: Deps, keyed: Keyed<T>, first: KeyedRequest, caller: Caller): Promise<T> {
  try {
    const output = await keyed.run();
    await finish(deps, keyed, caller, { output });
    return output;
  } catch (error) {
    if (error instanceof Fault && isFinal(error)) {
      const { code, message, details, retryable } = error;
      await finish(deps, keyed, caller, { fault: { code, message, details, retryable } });
    } else if (error instanceof Fault && notJudged.has(error.code) && first.isNew)
      await loudly(deps, keyed, caller, () => deps.idempotencyKeys.release(caller.actor, keyed.key));
    throw error;
  }
}

/** Nothing was done: with its fault mended, the request may come again under the same key. */
const notJudged = new Set<FaultCode>(['INVALID_INPUT', 'UNAUTHENTICATED', 'FORBIDDEN']);

/** Would the same request end in this again? Not one that may be tried again, or that left something to be finished. */
function isFinal({ code, retryable, details: { change } }: Fault): boolean {
  const isUnfinished = typeof change === 'object' && change !== null && 'outcome' in change && change.outcome !== 'FAILED';
  return !retryable && !isUnfinished && !notJudged.has(code) && code !== 'AUDIT_UNAVAILABLE';
}

const finish = (deps: Deps, keyed: Keyed<unknown>, caller: Caller, answer: KeptAnswer) =>
  loudly(deps, keyed, caller, () => deps.idempotencyKeys.finish(caller.actor, keyed.key, answer));

/** What was done stays done, so its caller hears of that. A retry finds it in the log. */
async function loudly(deps: Deps, { operation, key }: Keyed<unknown>, caller: Caller, keep: () => Promise<void>): Promise<void> {
  try {
    await keep();
  } catch (error) {
    if (!(error instanceof Fault)) throw error;
    const { requestId, actor } = caller;
    deps.log.error(
      { requestId, actor, operation, idempotencyKey: key, err: error.cause ?? error },
      'an answer could not be kept for retries',
    );
  }
}

const inFlight = (what: string, changeId?: string) =>
  new Fault('IDEMPOTENCY_IN_FLIGHT', `${what} Try again in a moment.`, changeId === undefined ? {} : { changeId });
