import { Fault, type FaultCode } from '../../fault.ts';
import type { KeptAnswer, KeyedRequest } from '../../ports/idempotency-keys.ts';
import type { LoggedAttempt } from '../../ports/ledger.ts';
import type { Caller } from '../../schema/caller.ts';
import type { Deps } from './deps.ts';

/** A request that its caller may repeat under its key. */
export interface Keyed<T> {
  operation: string;
  /** Without the key. */
  input: object;
  key: string;
  run: () => Promise<T>;
  /**
   * The answer of a request whose success only the log knows of. Left out where the request leaves nothing in
   * the log.
   */
  replay?: ((attempt: LoggedAttempt) => Promise<T>) | undefined;
  /** Called before the answer or the fault of an earlier request is given. */
  onReplay: () => void;
}

/**
 * Runs a request with one effect and one answer, however often it is sent
 * (docs/decisions/0009-idempotency-keys.md). Faults: IDEMPOTENCY_IN_FLIGHT while the first request runs,
 * IDEMPOTENCY_MISMATCH for another request under the key, AUDIT_UNAVAILABLE.
 */
export function runUnderKey<T>(deps: Deps, keyed: Keyed<T>, caller: Caller): Promise<T> {
  const running = runAlone(deps, keyed, caller);
  // The answer is kept, and the lock released, even if the caller has hung up.
  deps.inFlight.add(running);
  const forget = () => deps.inFlight.delete(running);
  running.then(forget, forget);
  return running;
}

async function runAlone<T>(deps: Deps, keyed: Keyed<T>, caller: Caller): Promise<T> {
  const { issuer, subject } = caller.actor;
  // The lock before the read: its holder sees everything that earlier holders kept.
  const held = await deps.locks.tryHolding(
    JSON.stringify(['idempotency key', issuer, subject, keyed.key]),
    () => replayOrRun(deps, keyed, caller),
  );
  if (!held) throw stillRunning('A request with this key is still running.');
  return held.result;
}

async function replayOrRun<T>(deps: Deps, keyed: Keyed<T>, caller: Caller): Promise<T> {
  const { operation, key, onReplay } = keyed;
  const person = caller.onBehalfOf?.actor;
  // Nobody gets the answer of a request that the same caller made on behalf of somebody else.
  const input = person ? { ...keyed.input, onBehalfOf: person } : keyed.input;
  const first = await deps.idempotencyKeys.begin(caller.actor, key, operation, input);
  if (!first.isSame)
    throw new Fault(
      'IDEMPOTENCY_MISMATCH',
      'This key was used with another request before. Send that request again, or choose another key.',
    );
  if (first.answer) {
    onReplay();
    return repeatAnswer<T>(first.answer);
  }
  const replayed = await replayFromLog(deps, keyed, first, caller);
  if (!replayed) return run(deps, keyed, first, caller);
  onReplay();
  await keepAnswer(deps, keyed, caller, replayed);
  return replayed.output;
}

function repeatAnswer<T>(answer: KeptAnswer): T {
  // The fingerprint of a request holds the name of its operation, so the answer has the operation's shape.
  if ('output' in answer) return answer.output as T;
  const { code, message, details, retryable } = answer.fault;
  throw new Fault(code, message, details, { retryable });
}

/**
 * The answer of an earlier request that was cut short before its answer was kept. Null where the request has
 * to run. Fault: IDEMPOTENCY_IN_FLIGHT while the outcome of the earlier request is not known.
 */
async function replayFromLog<T>(
  deps: Deps,
  { key, replay }: Keyed<T>,
  first: KeyedRequest,
  caller: Caller,
): Promise<{ output: T } | null> {
  const attempt =
    first.isNew || !replay ? null : await deps.ledger.attemptUnder(caller.actor, key, first.logHead);
  if (!attempt || !replay) return null;
  const { id, outcome } = attempt.change;
  if (outcome === 'PENDING')
    throw stillRunning(
      `The first request was cut short, and the outcome of change ${id} is not known yet.`,
      id,
    );
  // A change that did not succeed is completed by running the request again.
  return outcome === 'SUCCEEDED' ? { output: await replay(attempt) } : null;
}

async function run<T>(deps: Deps, keyed: Keyed<T>, first: KeyedRequest, caller: Caller): Promise<T> {
  try {
    const output = await keyed.run();
    await keepAnswer(deps, keyed, caller, { output });
    return output;
  } catch (error) {
    if (error instanceof Fault && isFinal(error)) {
      const { code, message, details, retryable } = error;
      await keepAnswer(deps, keyed, caller, { fault: { code, message, details, retryable } });
    } else if (error instanceof Fault && correctable.has(error.code) && first.isNew)
      await logFailure(deps, keyed, caller, () => deps.idempotencyKeys.release(caller.actor, keyed.key));
    throw error;
  }
}

/** Nothing was done: the corrected request may use the same key. */
const correctable = new Set<FaultCode>(['INVALID_INPUT', 'UNAUTHENTICATED', 'FORBIDDEN']);

/**
 * Would the same request end in this fault again? Not if it may be retried, or if it left something to
 * complete.
 */
function isFinal({ code, retryable, details: { change } }: Fault): boolean {
  const isUnfinished =
    typeof change === 'object' && change !== null && 'outcome' in change && change.outcome !== 'FAILED';
  return !retryable && !isUnfinished && !correctable.has(code) && code !== 'AUDIT_UNAVAILABLE';
}

const keepAnswer = (deps: Deps, keyed: Keyed<unknown>, caller: Caller, answer: KeptAnswer) =>
  logFailure(deps, keyed, caller, () => deps.idempotencyKeys.finish(caller.actor, keyed.key, answer));

/**
 * The effect stands whether its answer is kept or not, so the caller gets the answer. A retry finds the
 * effect in the log.
 */
async function logFailure(
  deps: Deps,
  { operation, key }: Keyed<unknown>,
  caller: Caller,
  keep: () => Promise<void>,
): Promise<void> {
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

const stillRunning = (reason: string, changeId?: string) =>
  new Fault(
    'IDEMPOTENCY_IN_FLIGHT',
    `${reason} Try again in a moment.`,
    changeId === undefined ? {} : { changeId },
  );
