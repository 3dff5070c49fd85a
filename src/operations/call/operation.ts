import type { Static, TObject, TSchema } from 'typebox';
import type { FieldError } from '../../fault.ts';
import type { AccountImports } from '../../ports/account-imports.ts';
import type { Accounts } from '../../ports/accounts.ts';
import type { Audit } from '../../ports/audit.ts';
import type { Caller } from '../../ports/caller.ts';
import type { Claims } from '../../ports/claims.ts';
import type { Clock } from '../../ports/clock.ts';
import type { IdempotencyKeys } from '../../ports/idempotency-keys.ts';
import type { Attempt, Ledger } from '../../ports/ledger.ts';
import type { Locks } from '../../ports/locks.ts';
import type { Organizations } from '../../ports/organizations.ts';
import type { Permissions } from '../../ports/permissions.ts';
import type { Posture } from '../../ports/posture.ts';
import type { Roles } from '../../ports/roles.ts';
import type { Schedules } from '../../ports/schedules.ts';
import type { Sweeps } from '../../ports/sweeps.ts';
import type { ServiceTokens } from '../../ports/tokens.ts';
import type { Outbox } from '../../ports/webhooks.ts';
import type { Refused } from '../changes/record.ts';
import type { GuardRails } from '../guards/guard-rails.ts';
import { judged, type Subject } from './authorize.ts';
import { idempotent } from './idempotency.ts';
import { checked } from './input.ts';
import { noteUndecided, type RefusalCounts } from './undecided.ts';

export type { Caller };

/** Where operations say what is for operators, not for callers. */
interface Log {
  info(details: object, message: string): void;
  error(details: object, message: string): void;
}

/** What operations work with; wire.ts puts it together. */
export interface Deps {
  roles: Roles;
  permissions: Permissions;
  accounts: Accounts;
  imports: AccountImports;
  /** Null: none was set up. */
  organizations: Organizations | null;
  ledger: Ledger;
  claims: Claims;
  audit: Audit;
  locks: Locks;
  idempotencyKeys: IdempotencyKeys;
  serviceTokens: ServiceTokens;
  /** A new credential: its id, its text, and what may be kept of it. */
  mintServiceToken: () => { id: string; token: string; secretHash: Uint8Array };
  sweeps: Sweeps;
  posture: Posture;
  outbox: Outbox;
  schedules: Schedules;
  /** The database's time. */
  now: () => Date;
  clock: Pick<Clock, 'requireAccurate'>;
  newId: () => string;
  /** The member role of accounts that name none of their own. */
  memberRole: { name: string; externalId: string | null };
  guardRails: GuardRails;
  /** The organization of accounts that were not imported; null where it is not set. */
  organizationId: string | null;
  /** Regions that are newer than the list in domain/patterns/regions.ts. */
  extraRegions: readonly string[];
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
  /** Told to what takes minutes, so that a stop need not wait for it. */
  stopping: AbortSignal;
  refusals: RefusalCounts;
  log: Log;
}

/** What permissions are given for. */
export interface Action {
  name: string;
  /** The groups of actions that it is in: a policy may name these in its place. */
  permission: readonly ('read' | 'write' | 'audit' | 'administer')[];
  /**
   * What is judged. ACCOUNT: the account of its input. CHANGE, CLAIM: the account of the change, or claim, with the ID of its input.
   * ACCOUNTS: the service, as it answers about those accounts alone that the caller may see. SERVICE: the service, and so all of them. SWEEP,
   * SCHEDULE: the service, and whether the sweep with the ID, or the schedule with the name, of its input is the caller's own.
   */
  concerns: 'ACCOUNT' | 'CHANGE' | 'CLAIM' | 'ACCOUNTS' | 'SERVICE' | 'SWEEP' | 'SCHEDULE';
  /** What is not there yet will be the caller's own. */
  makes?: true;
  /** The operation whose name in a credential's scope is meant for this one too, which nobody can name. */
  scopedAs?: string;
}

interface Definition<I extends TObject, O extends TSchema> extends Action {
  summary: string;
  kind: 'QUERY' | 'MUTATION';
  input: I;
  output: O;
  run: (deps: Deps, input: Static<I>, caller: Caller) => Promise<Static<O>>;
  /** What `run` answered, or would have, when it was cut short after its change had succeeded. Where it leaves changes in the log. */
  recall?: (deps: Deps, attempt: Attempt, caller: Caller) => Promise<Static<O>>;
  /** The change of a role that it would be, for the log where its caller may not make it. `subject`: what the ID of its input stands for. */
  attempt?: (input: Static<I>, subject: Subject) => Refused | null;
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
    const { recall } = definition;
    // Before it is judged: of a request that is wrong it is to be known, too, what it was about.
    const { accountId } = (value ?? {}) as { accountId?: unknown };
    if (typeof accountId === 'string') caller.onAccount?.(accountId);
    const request = checked(definition.input, value, misplaced);
    const deps = await judged(given, definition, request, caller, (subject) => definition.attempt?.(request, subject) ?? null);
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
      recall: recall && ((attempt: Attempt) => recall(deps, attempt, caller)),
      onReplay,
    };
    return noted(idempotent(deps, keyed, caller));
  },
});
