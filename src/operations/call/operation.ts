import type { Static, TObject, TSchema } from 'typebox';
import type { FieldError } from '../../fault.ts';
import type { Attempt } from '../../ports/ledger.ts';
import type { Caller } from '../../schema/caller.ts';
import type { Action } from './action.ts';
import { authorize, type Subject } from './authorize.ts';
import type { Deps } from './deps.ts';
import { idempotent } from './idempotency.ts';
import { checked } from './input.ts';
import type { RequestedChange } from './refusal.ts';
import { noteUndecided } from './undecided.ts';

interface Definition<I extends TObject, O extends TSchema> extends Action {
  summary: string;
  kind: 'QUERY' | 'MUTATION';
  input: I;
  output: O;
  run: (deps: Deps, input: Static<I>, caller: Caller) => Promise<Static<O>>;
  /** What `run` answered, or would have, when it was cut short after its change had succeeded. Where it leaves changes in the log. */
  replay?: (deps: Deps, attempt: Attempt, caller: Caller) => Promise<Static<O>>;
  /** The change of a role that it would be, for the log where its caller may not make it. `subject`: what the ID of its input stands for. */
  attempt?: (input: Static<I>, subject: Subject) => RequestedChange | null;
}

export interface Operation<I extends TObject = TObject, O extends TSchema = TSchema> extends Omit<Definition<I, O>, 'run'> {
  /**
   * Checks the input, then whether the caller may, then does it; what comes with an idempotency key, once. Every face comes through here.
   * `misplaced`: what the face itself found wrong. `onReplay`: told before an answer, or a fault, of an earlier request. `before`: what
   * the face requires of the state, which an answer of an earlier request does not need.
   */
  call: (
    deps: Deps,
    input: unknown,
    caller: Caller,
    misplaced?: FieldError[],
    onReplay?: () => void,
    before?: () => Promise<void>,
  ) => Promise<Static<O>>;
}

/** Defines an operation: one verb, the same for every face. */
export const operation = <I extends TObject, O extends TSchema>({ run, ...definition }: Definition<I, O>): Operation<I, O> => ({
  ...definition,
  call: async (given, value, caller, misplaced, onReplay = () => {}, before = async () => {}) => {
    const { replay } = definition;
    // Before it is authorize: of a request that is wrong it is to be known, too, what it was about.
    const { accountId } = (value ?? {}) as { accountId?: unknown };
    if (typeof accountId === 'string') caller.onAccount?.(accountId);
    const request = checked(definition.input, value, misplaced);
    const deps = await authorize(given, definition, request, caller, (subject) => definition.attempt?.(request, subject) ?? null);
    const { idempotencyKey: key, ...input } = request as Static<I> & { idempotencyKey?: string; dryRun?: boolean };
    // A schedule starts its sweep all the same: that writes to the database alone, with the database's times.
    if (definition.kind === 'MUTATION' && input.dryRun !== true && caller.via !== 'SWEEP') await deps.clock.requireAccurate();
    const noted = <T>(work: Promise<T>) => noteUndecided(deps, definition.name, input, caller, work);
    const runOnce = async () => {
      await before();
      return run(deps, request, caller);
    };
    if (key === undefined) return noted(runOnce());
    const keyed = {
      operation: definition.name,
      input,
      key,
      run: runOnce,
      replay: replay && ((attempt: Attempt) => replay(deps, attempt, caller)),
      onReplay,
    };
    return noted(idempotent(deps, keyed, caller));
  },
});
