import type { Static, TObject, TSchema } from 'typebox';
import type { FieldError } from '../../fault.ts';
import type { LoggedAttempt } from '../../ports/ledger.ts';
import type { Caller } from '../../schema/caller.ts';
import type { Action } from './action.ts';
import { type Authorized, authorize, type Subject } from './authorize.ts';
import type { Deps } from './deps.ts';
import { runUnderKey } from './idempotency.ts';
import { parseInput } from './input.ts';
import type { RequestedChange } from './log-draft.ts';
import { reportUndecided } from './undecided.ts';

interface Definition<I extends TObject, O extends TSchema> extends Action {
  summary: string;
  /** The heading under which the API description shows it. */
  tag: Tag;
  kind: 'QUERY' | 'MUTATION';
  input: I;
  output: O;
  run: (deps: Deps, input: Static<I>, caller: Caller, subject: Authorized) => Promise<Static<O>>;
  /**
   * The answer of a request that was cut short after its change had succeeded. For operations that leave a
   * change in the log.
   */
  replay?: (deps: Deps, attempt: LoggedAttempt, caller: Caller) => Promise<Static<O>>;
  /**
   * The change of a role that the request would make. It is logged if the caller is not permitted to make it.
   */
  attempt?: (input: Static<I>, subject: Subject) => RequestedChange | null;
}

type Tag =
  | 'Accounts'
  | 'Execution roles'
  | 'Clusters'
  | 'Changes'
  | 'Claims'
  | 'Sweeps'
  | 'Posture'
  | 'Schedules'
  | 'Audit log'
  | 'Service tokens'
  | 'Webhooks'
  | 'Caller';

/** Additions of a face to a call. */
interface CallOptions {
  /** The faults that the face itself found in the request. */
  misplaced?: FieldError[];
  /** Called before the answer, or the fault, of an earlier request is given. */
  onReplay?: () => void;
  /** Throws unless the state is as the face requires. Not called for the answer of an earlier request. */
  requireState?: (() => Promise<void>) | undefined;
}

export interface Operation<I extends TObject = TObject, O extends TSchema = TSchema>
  extends Omit<Definition<I, O>, 'run'> {
  /**
   * Validates the input, authorizes the caller, then runs the operation: once for each idempotency key. Every
   * face and every job calls operations by this method.
   */
  call: (deps: Deps, input: unknown, caller: Caller, options?: CallOptions) => Promise<Static<O>>;
}

/** Defines an operation: one verb, the same for every face. */
export const defineOperation = <I extends TObject, O extends TSchema>({
  run,
  ...definition
}: Definition<I, O>): Operation<I, O> => ({
  ...definition,
  call: (deps, value, caller, options = {}) => {
    const { name: operation } = definition;
    const { via, requestId } = caller;
    return deps.observer.observe({ of: 'OPERATION', operation, via, requestId }, () =>
      perform({ ...definition, run }, deps, value, caller, options).catch((error: unknown) => {
        deps.refusals.add(error);
        throw error;
      }),
    );
  },
});

async function perform<I extends TObject, O extends TSchema>(
  { run, ...definition }: Definition<I, O>,
  deps: Deps,
  value: unknown,
  caller: Caller,
  { misplaced, onReplay = () => {}, requireState = async () => {} }: CallOptions,
): Promise<Static<O>> {
  // Before validation: the log of operations names the account of a wrong request too.
  const { accountId } = (value ?? {}) as { accountId?: unknown };
  if (typeof accountId === 'string') caller.onAccount?.(accountId);
  const request = parseInput(definition.input, value, misplaced);
  const subject = await authorize(
    deps,
    definition,
    request,
    caller,
    (subject) => definition.attempt?.(request, subject) ?? null,
  );
  const { idempotencyKey: key, ...input } = request as Static<I> & {
    idempotencyKey?: string;
    dryRun?: boolean;
  };
  // A sweep that a schedule starts is exempt: it writes to the database alone, with the database's times.
  if (definition.kind === 'MUTATION' && input.dryRun !== true && caller.via !== 'SWEEP')
    await deps.clock.requireAccurate();
  const runNow = async () => {
    await requireState();
    return run(deps, request, caller, subject);
  };
  const { name, replay } = definition;
  const keyed = {
    operation: name,
    input,
    run: runNow,
    replay: replay && ((attempt: LoggedAttempt) => replay(deps, attempt, caller)),
    onReplay,
  };
  return reportUndecided(
    deps,
    name,
    input,
    caller,
    key === undefined ? runNow() : runUnderKey(deps, { ...keyed, key }, caller),
  );
}
