import type { Static, TObject, TSchema } from 'typebox';
import type { FieldError } from '../fault.ts';
import type {
  Accounts,
  Attempt,
  Audit,
  Caller,
  IdempotencyKeys,
  Ledger,
  Locks,
  Outbox,
  Posture,
  Roles,
  Schedules,
  Sweeps,
} from '../ports.ts';
import type { GuardRails } from './guard-rails.ts';
import { idempotent } from './idempotent.ts';
import { checked } from './input.ts';

export type { Caller };

/** Where operations say what is for operators, not for callers. */
interface Log {
  info(details: object, message: string): void;
  error(details: object, message: string): void;
}

/** What operations work with; wire.ts puts it together. */
export interface Deps {
  roles: Roles;
  accounts: Accounts;
  ledger: Ledger;
  audit: Audit;
  locks: Locks;
  idempotencyKeys: IdempotencyKeys;
  sweeps: Sweeps;
  posture: Posture;
  outbox: Outbox;
  schedules: Schedules;
  now: () => Date;
  newId: () => string;
  /** The member role of accounts that name none of their own. */
  memberRole: { name: string; externalId: string | null };
  guardRails: GuardRails;
  /** How long to wait, in ms, between looks at a role that does not show a write yet. */
  readBackDelays: number[];
  /** How long to wait, in ms, between attempts to record an outcome. */
  recordDelays: number[];
  /** How long a caller waits for an outcome to be recorded, in ms; the attempts go on without it. */
  recordPatienceMs: number;
  /** For so long, in ms, a read of IAM may be older than a write that IAM took. */
  staleMs: number;
  /** What a stop must wait for, also when its caller has hung up. */
  underway: Set<Promise<unknown>>;
  log: Log;
}

interface Definition<I extends TObject, O extends TSchema> {
  name: string;
  summary: string;
  kind: 'QUERY' | 'MUTATION';
  input: I;
  output: O;
  run: (deps: Deps, input: Static<I>, caller: Caller) => Promise<Static<O>>;
  /** What `run` answered, or would have, when it was cut short after its change had succeeded. Where it leaves changes in the log. */
  recall?: (deps: Deps, attempt: Attempt, caller: Caller) => Promise<Static<O>>;
}

export interface Operation<I extends TObject = TObject, O extends TSchema = TSchema> extends Omit<Definition<I, O>, 'run'> {
  /**
   * Checks the input, then does it; what comes with an idempotency key, once. Every face comes through here.
   * `misplaced`: what the face itself found wrong. `onReplay`: told before an answer, or a fault, of an earlier request.
   */
  call: (deps: Deps, input: unknown, caller: Caller, misplaced?: FieldError[], onReplay?: () => void) => Promise<Static<O>>;
}

/** Defines an operation: one verb, the same for every face. */
export const operation = <I extends TObject, O extends TSchema>({ run, ...definition }: Definition<I, O>): Operation<I, O> => ({
  ...definition,
  call: async (deps, given, caller, misplaced, onReplay = () => {}) => {
    const { recall } = definition;
    const request = checked(definition.input, given, misplaced);
    const { idempotencyKey: key, ...input } = request as Static<I> & { idempotencyKey?: string };
    if (key === undefined) return run(deps, request, caller);
    const keyed = {
      operation: definition.name,
      input,
      key,
      run: () => run(deps, request, caller),
      recall: recall && ((attempt: Attempt) => recall(deps, attempt, caller)),
      onReplay,
    };
    return idempotent(deps, keyed, caller);
  },
});
