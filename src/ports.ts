import type { LoggedStep, PlannedStep } from './domain/plan/step.ts';
import type { Importable, Imported, OrganizationAccount } from './domain/role/organization.ts';
import type { RoleState } from './domain/role/role-state.ts';
import type { Fault, FaultCode, FaultDetails } from './fault.ts';
import type { Account } from './schema/account.ts';
import type { AccountImport, AccountImportChange } from './schema/account-import.ts';
import type { Checkpoint, InclusionProof, Verification } from './schema/audit.ts';
import type { Actor, Change, ChangeError, ChangeKind, ChangeOutcome, ChangeStep, LineKept, Override, Via } from './schema/change.ts';
import type { ExportLogInput, ListChangesInput, ScheduledSweep, SweepSelect } from './schema/inputs.ts';
import type { Effects, RoleSnapshot } from './schema/plan.ts';
import type { DeadLetter, RolePosture } from './schema/posture.ts';
import type { Cluster, Labels, Partition } from './schema/primitives.ts';
import type { Verdict } from './schema/report.ts';
import type { SweepOperation, SweepResult, SweepState, Verdicts } from './schema/sweep.ts';

export type { Importable, Imported, OrganizationAccount, RoleState };

/** What a credential is limited to, whatever the groups of its bearer may do; null: not in that respect. */
export interface Scope {
  /** By name. */
  operations: readonly string[] | null;
  accountIds: readonly string[] | null;
}

/** Who is calling, through which face, under which request ID. */
export interface Caller {
  actor: Actor;
  groups: readonly string[];
  scope: Scope | null;
  /** Known from memory, as the database did not answer: the credential may have been revoked since, so it changes nothing. */
  isRecalled?: true;
  via: Via;
  requestId: string;
  /** Is it the command line? It calls by REST, and its texts name its own commands. */
  isCommandLine?: true;
  /** Told of each account that the request turns out to be about, also where it is refused. */
  onAccount?: (accountId: string) => void;
}

/** What a decision is about: one account, by what is known of it, or the service as a whole. */
export type Resource =
  | 'SERVICE'
  /** Without `account`: it is not registered. */
  | { accountId: string; account: Pick<AccountRecord, 'name' | 'partition' | 'labels'> | null };

/** Who may do what. Pure: of the same question the answer is the same for as long as the process lives. */
export interface Permissions {
  /** What decisions may depend on: which account it is, its labels, the name of the role. */
  readonly tellsApart: { accounts: boolean; labels: boolean; roleNames: boolean };
  /** `action` is the name of an operation. What a caller's scope takes away is not looked at here. */
  allows(
    caller: Caller,
    action: string,
    resource: Resource,
    /** `own`: is the sweep or the schedule that it is about the caller's own? Null where it is about none. */
    about: { dryRun: boolean; roleName: string | null; own: boolean | null },
  ): boolean;
}

/** Who a credential stands for. */
export type Identity = Pick<Caller, 'actor' | 'groups' | 'scope' | 'isRecalled'>;

/**
 * Who calls with these values of Authorization headers. `refused` says why nobody does: for the log alone, and without the
 * credential. `client` is the address that the request came from, null or left out if only the last proxy's is known. Faults: UNAVAILABLE when it
 * cannot be told now, RATE_LIMITED when too many ask at once.
 */
export type Authenticate = (
  authorization: readonly string[],
  log: WarningLog,
  client?: string | null,
) => Promise<{ identity: Identity } | { refused: string }>;
export interface WarningLog {
  warn(details: object, message: string): void;
}

/** The account's own limits, from GetAccountSummary. */
export interface Quotas {
  trustPolicySize: number;
  policiesPerRole: number;
}

/** A role by which this service reaches AWS. */
export interface OwnRole {
  accountId: string;
  roleName: string;
}

/** IAM in one account, reached through its member role. Faults: ACCOUNT_UNREACHABLE, AWS_FAILED, AWS_THROTTLED, ROLE_BUSY, QUOTA_EXCEEDED, … */
export interface Roles {
  /** Two IAM calls side by side; null when the account has no such role. `inline` stays null. */
  read(account: Account, roleName: string, caller: Caller): Promise<RoleState | null>;
  /** As `read`, with a third call beside the two for the inline policies' names. */
  readWhole(account: Account, roleName: string, caller: Caller): Promise<RoleState | null>;
  /**
   * The roles of the account that are wanted, in one IAM call for each thousand of all its roles. AWS does not give their
   * descriptions here: `description` is null. The same role may be there twice, where roles came and went meanwhile.
   */
  listAll(account: Account, caller: Caller, isWanted: (role: RoleState) => boolean): Promise<RoleState[]>;
  /** The account's limits: asked of AWS at most once an hour, or now where `fresh`. */
  quotas(account: Account, caller: Caller, fresh?: boolean): Promise<Quotas>;
  /** The limits if they are known already; never calls AWS. */
  knownQuotas(account: Account): Quotas | null;
  /**
   * The role that this process itself runs as; null where it is none, but a user. AWS is asked once. Fault: AWS_FAILED, retryable, while
   * it does not tell.
   */
  ownRole(partition: Partition): Promise<OwnRole | null>;
  /** The name of the session under which the account's CloudTrail shows what is done for a caller. */
  sessionName(caller: Caller): string;
  /** The stored text of the trust policy alone, in one IAM call; null when there is no such role. */
  readTrust(account: Account, roleName: string, caller: Caller): Promise<string | null>;
  /**
   * Gets the rights for the writes of an intent, and no others, from AWS. `write` does so too where it was not done, and
   * then takes that much longer.
   */
  openWriting(intent: Intent, account: Account, caller: Caller): Promise<void>;
  /**
   * One write. It takes an Intent, which only the ledger makes: an unaudited write does not compile. `confirm` is asked
   * before each time that the request goes out; where it throws, the request does not.
   */
  write(
    intent: Intent,
    account: Account,
    step: PlannedStep,
    caller: Caller,
    confirm: RoleLock['confirm'],
  ): Promise<{ awsRequestId: string | null }>;
}

/** An account as stored: null stands for "the service's default". */
export interface AccountRecord {
  accountId: string;
  name: string;
  partition: Partition;
  memberRoleArn: string | null;
  externalId: string | null;
  labels: Labels;
  /** As the last import from AWS Organizations found it; null: it was never in one. */
  organizationId: string | null;
  status: Account['status'];
  createdAt: Date;
  updatedAt: Date;
}

export interface Accounts {
  get(accountId: string): Promise<AccountRecord | null>;
  /**
   * As `get`, for who only reads: while the database does not answer, it is what was last known here, an hour old at the
   * most. Fault: UNAVAILABLE when nothing is.
   */
  recall(accountId: string): Promise<AccountRecord | null>;
  /** Those of them that are registered, in any order. */
  among(accountIds: string[]): Promise<AccountRecord[]>;
  /** Ordered by account ID; `after` is the last account ID of the page before; all given labels must be there. */
  list(query: { labels: Labels; after: string | null; limit: number }): Promise<AccountRecord[]>;
  /** How many are registered. */
  count(): Promise<number>;
  /** Inserts or replaces; a new one is ACTIVE, an old one keeps its status and createdAt. */
  put(record: Omit<AccountRecord, 'organizationId' | 'status' | 'createdAt' | 'updatedAt'>): Promise<AccountRecord>;
  /** False when there was none. The history of the account stays. */
  delete(accountId: string): Promise<boolean>;
}

/** AWS Organizations, through a role in the management account or in that of a delegated administrator. */
export interface Organizations {
  /** The role that it goes through. */
  roleArn: string;
  /**
   * Every account of the organization, closed ones too, in pages of twenty at the most, which are asked for as they are taken.
   * `untagged` says why tags could not be read; what is not to be had of one account is left out, not fatal. Faults:
   * ACCOUNT_UNREACHABLE (the role may not be assumed), AWS_FAILED, AWS_THROTTLED.
   */
  pages(caller: Caller): AsyncIterable<{ accounts: OrganizationAccount[]; untagged: Fault | null }>;
  close(): void;
}

/** Imports of accounts, and what they did. Fault of every method: UNAVAILABLE. */
export interface AccountImports {
  begin(id: string, about: { dryRun: boolean; actor: Actor; createdAt: Date }): Promise<AccountImport>;
  get(id: string): Promise<AccountImport | null>;
  /** Ordered by account ID; `after` is the last one of the page before. */
  changes(id: string, page: { after: string | null; limit: number }): Promise<AccountImportChange[]>;
  /**
   * Registers what `decide` makes of these accounts, unless it is a dry run, and notes it, in one transaction. `decide` gets
   * null for an account that is not registered; where it answers null, nothing is done. False: the import runs no more.
   */
  step(
    id: string,
    about: { accountIds: string[]; listed: number; untagged: number },
    decide: (accountId: string, known: Importable | null) => Imported | null,
  ): Promise<boolean>;
  /** Those registered as members of the organization, ordered by account ID. */
  members(organizationId: string, page: { after: string | null; limit: number }): Promise<string[]>;
  /** No effect on one that has ended. */
  finish(id: string, ending: { state: 'DONE' | 'FAILED'; error: ChangeError | null; endedAt: Date }): Promise<void>;
  /** Ends those that are RUNNING. To be called by who holds the lock under which they run: their processes have ended. */
  interrupt(error: ChangeError, endedAt: Date): Promise<void>;
  /** Forgets what began before then, and what lies beyond the newest hundred. */
  purge(before: Date): Promise<void>;
}

declare const committed: unique symbol;
/** Proof that the intent to change one role is committed to the log. Only the ledger makes it. */
export interface Intent {
  readonly [committed]: true;
  readonly changeId: string;
  readonly accountId: string;
  readonly roleName: string;
  /** What is to be written: AWS is asked for no more rights than that takes. */
  readonly planned: readonly LoggedStep[];
}

/** What is known of a change before AWS is touched. */
export interface ChangeDraft {
  kind: ChangeKind;
  accountId: string;
  roleName: string;
  /** Of the role as it was found; null: there was none. */
  roleId: string | null;
  clusters: Cluster[];
  caller: Caller;
  reason: string | null;
  /** The refusals that the caller has overridden. */
  overrides: Override[];
  idempotencyKey: string | null;
  sessionName: string;
  /** The ID of the change that this one is to undo. */
  reverts: string | null;
  planId: string | null;
  planned: LoggedStep[];
  effects: Effects | null;
  before: RoleSnapshot | null;
  after: RoleSnapshot | null;
  diff: string;
  /** Had somebody else edited the role since our last change? */
  editedOutside: boolean;
  /** Whose claim of the clusters the change keeps or ends; null where it is about none. */
  claimant: string | null;
  lineKept: LineKept | null;
}

export interface Settlement {
  outcome: Exclude<ChangeOutcome, 'PENDING'>;
  /** Of the role as it was read; null where it was not there, or not read. */
  roleId: string | null;
  steps: ChangeStep[];
  /** The role as it was read back; null when it could not be read or is not there. */
  after: RoleSnapshot | null;
  diff: string;
  error: ChangeError | null;
  /** Was it found by reading the role, in the place of a process that has ended? */
  recovered: boolean;
  /** Was the role edited by somebody else before this change, or while it was made? */
  editedOutside: boolean;
}

/** A change as it was opened, and as it now stands: the same where it has no outcome. */
export interface Attempt {
  opening: Change;
  change: Change;
}

/** The append-only log. Every method that writes, or that a write rests on, throws AUDIT_UNAVAILABLE when it cannot. */
export interface Ledger {
  /** Commits a PENDING change. */
  open(draft: ChangeDraft): Promise<Intent>;
  /** Commits the outcome of an open change and answers the change as it now stands. */
  settle(change: { changeId: string }, settlement: Settlement): Promise<Change>;
  /** Commits an attempt that was refused before AWS was touched: one entry, FAILED. */
  refuse(draft: ChangeDraft, error: ChangeError): Promise<Change>;
  get(id: string): Promise<Change | null>;
  /** The latest attempt of a caller under an idempotency key, of those opened after the entry `after`. */
  attemptUnder(actor: Actor, key: string, after: number): Promise<Attempt | null>;
  /**
   * The changes of one role that had, or may have had, an effect (they are not FAILED), newest first: those opened since
   * then, two hundred at the most, and the newest in any case.
   */
  effectiveSince(accountId: string, roleName: string, since: Date): Promise<Change[]>;
  /** Has a change of this very role, by its ID, had an effect, or may it have had one? */
  hasChanged(accountId: string, roleName: string, roleId: string): Promise<boolean>;
  /** The changes that have no outcome, oldest first; a hundred at the most. `after`: with a seq above that. */
  unsettled(about: { after: number } | { accountId: string; roleName: string }): Promise<Change[]>;
  /**
   * The clusters that changes of one role which SUCCEEDED were asked to cover, and none after them to take away: each
   * once, the latest first, a thousand at the most.
   */
  clustersAskedOf(accountId: string, roleName: string): Promise<Cluster[]>;
  /** `limit` changes (50) from a place on (null: the newest), themselves newest first. `hasMore`: are there more that way? */
  list(filter: ChangeFilter, page?: { from?: Place | null; limit?: number }): Promise<{ items: Change[]; hasMore: boolean }>;
  /** The chain itself, in its order and in batches, up to the newest entry when the first batch was asked for. */
  entries(range: ChainRange): AsyncIterable<LoggedEntry[]>;
}

/** That a claimant needs a cluster of a role. The ID of the role is part of it: the claim ends with it. */
export interface ClaimRecord {
  id: string;
  accountId: string;
  roleName: string;
  roleId: string;
  cluster: Cluster;
  claimant: string;
  /** Who made it first. */
  actor: Actor;
  since: Date;
}

/**
 * The claims that are kept. They are derived from the log: an entry with a `claimant` keeps or ends claims in the transaction that
 * commits it. So claims of a role change only while its lock is held. Fault of every method: UNAVAILABLE.
 */
export interface Claims {
  /** All of one role, under whatever ID, the oldest first. */
  ofRole(accountId: string, roleName: string): Promise<ClaimRecord[]>;
  get(id: string): Promise<ClaimRecord | null>;
  /** Newest first; `after` is the last of the page before. */
  list(query: {
    accountId?: string | undefined;
    roleName?: string | undefined;
    claimant?: string | undefined;
    after: { createdAt: string; id: string } | null;
    limit: number;
  }): Promise<ClaimRecord[]>;
}

/**
 * A part of the chain: the entries `from`–`to` by seq, of these those from the first opened `since` to before the first that,
 * as all after it, was opened at `until` or later.
 */
export type ChainRange = Omit<ExportLogInput, 'format'>;

/** An entry as it is kept: `body` is the text that was hashed, the canonical JSON of a ChangeBody; hashes are hex. */
export interface LoggedEntry {
  seq: number;
  body: string;
  previousHash: string;
  hash: string;
}

/** What a change must be, to be listed; all that is given must hold. */
export type ChangeFilter = Omit<ListChangesInput, 'limit' | 'cursor'>;

/** A place in the history, which is ordered by the `seq` with which changes were opened, and the way to go; it is left out itself. */
export interface Place {
  towards: 'OLDER' | 'NEWER';
  position: number;
}

/** The lock on one role, as its holder sees it. */
export interface RoleLock {
  /**
   * Resolves when the database has just now confirmed that the lock is held. Nothing is written to AWS without: who was
   * paused, or cut off, may have lost it without a notice. Faults: ROLE_BUSY when it is lost, AUDIT_UNAVAILABLE when the
   * database does not tell.
   */
  confirm(): Promise<void>;
}

export interface Locks {
  /**
   * Runs while this process alone, of all replicas, may change the role, and answers what it answers, also when the lock
   * was lost meanwhile. Faults: ROLE_BUSY when it is not free within `waitMs` (the service's own patience where left out),
   * AUDIT_UNAVAILABLE without a database.
   */
  whileHolding<T>(accountId: string, roleName: string, run: (lock: RoleLock) => Promise<T>, waitMs?: number): Promise<T>;
  /**
   * Runs while this process alone, of all replicas, works under this name; null, at once, where somebody does so already.
   * Fault: AUDIT_UNAVAILABLE without a database.
   */
  tryHolding<T>(name: string, run: () => Promise<T>): Promise<{ result: T } | null>;
}

/** What became of a request: what the operation answered, or the fault that it ended with. */
export type KeptAnswer = { output: unknown } | { fault: { code: FaultCode; message: string; details: FaultDetails; retryable: boolean } };

/** The request that came first under a key, as a later one finds it. */
export interface KeyedRequest {
  /** Is there none before this one? */
  isNew: boolean;
  /** Is the one before the same: its operation and its input? */
  isSame: boolean;
  /** Null while it has none: it runs, was cut short, or may be tried again. */
  answer: KeptAnswer | null;
  /** The head of the log when the first began: what was done under the key comes after. */
  logHead: number;
}

/**
 * The requests of callers under their idempotency keys. Faults: AUDIT_UNAVAILABLE of every method; RATE_LIMITED of `begin`, where too many
 * keys of the caller are kept for a new one.
 */
export interface IdempotencyKeys {
  /** Commits that the request begins, where the key is new, and answers what is kept under it. Its caller holds the key's lock. */
  begin(actor: Actor, key: string, operation: string, input: object): Promise<KeyedRequest>;
  /** Keeps the answer, for good: a key has one answer, the first. */
  finish(actor: Actor, key: string, answer: KeptAnswer): Promise<void>;
  /** Forgets requests that nobody will repeat. */
  forget(actor: Actor, keys: string[]): Promise<void>;
  /** Forgets a request that has no answer, as if its key had never been used. */
  release(actor: Actor, key: string): Promise<void>;
  /** Forgets all that began before then, and answers how many they were. */
  purge(before: Date): Promise<number>;
}

/** A service token but for its secret. */
export interface ServiceTokenRecord {
  id: string;
  name: string;
  groups: string[];
  scope: Scope;
  createdBy: Actor;
  createdAt: Date;
  expiresAt: Date;
  lastUsedAt: Date | null;
  revokedAt: Date | null;
  revokedBy: Actor | null;
}

export type ServiceTokenWithHash = ServiceTokenRecord & { secretHash: Uint8Array };

/** The credentials of machines. Fault of every method: UNAVAILABLE. */
export interface ServiceTokens {
  /** False when the name is taken, be it by one that is revoked. */
  add(record: Omit<ServiceTokenRecord, 'lastUsedAt' | 'revokedAt' | 'revokedBy'> & { secretHash: Uint8Array }): Promise<boolean>;
  find(id: string): Promise<ServiceTokenWithHash | null>;
  /** Those of them that there are, in any order. */
  among(ids: string[]): Promise<ServiceTokenWithHash[]>;
  findByName(name: string): Promise<ServiceTokenRecord | null>;
  /** By name; `after` is the last name of the page before. */
  list(query: { after: string | null; limit: number }): Promise<ServiceTokenRecord[]>;
  /** How many were made since then. */
  countSince(since: Date): Promise<number>;
  /** From now on it lets nobody in; of one that is revoked already nothing changes. */
  revoke(id: string, by: Actor, at: Date): Promise<void>;
  /** Remembers that it was used. */
  touch(id: string, at: Date): Promise<void>;
}

/** The time, the same for every replica: the database's. What replicas compare is taken from it, and nothing from a machine's clock. */
export interface Clock {
  now(): Date;
  /**
   * Faults: AUDIT_UNAVAILABLE while this machine's clock is more than a minute off (its cause is a ClockOff), and while the
   * clocks cannot be compared.
   */
  requireAccurate(): Promise<void>;
}

/** Is a part that the service needs in working order? For /readyz. */
export interface Health {
  check(): Promise<void>;
}

/** Where checkpoints are published: outside the database, so that who can rewrite the one cannot rewrite the other. */
export interface CheckpointSink {
  /** What it is, for the log: no secrets. */
  readonly name: string;
  /**
   * The newest that was published, as it stands there; null when there is none. `junk` says, with the place, what stands there and is
   * not a checkpoint. Throws what the place throws.
   */
  latest(): Promise<Checkpoint | { junk: string } | null>;
  /** Adds one, durably, and never in place of another. Throws what the place throws. */
  publish(checkpoint: Checkpoint): Promise<void>;
}

/** Proof that the log is what it was. */
export interface Audit {
  /**
   * Reads the log and holds it against the signed checkpoints: all of it, or what comes after the checkpoint at entry `from`.
   * Faults: INVALID_INPUT at /from, UNAVAILABLE.
   */
  verify(from?: number): Promise<Verification>;
  /** Proof that the newest entry of a change is in the log; null for an unknown change. Fault: UNAVAILABLE, also until a checkpoint covers it. */
  prove(changeId: string): Promise<InclusionProof | null>;
}

/** What a sweep is asked to do. */
export interface SweepDraft {
  id: string;
  operation: SweepOperation;
  dryRun: boolean;
  /** Null: every execution role that is found. */
  roleName: string | null;
  /** Null: those that a role has lines for itself. */
  clusters: Cluster[] | null;
  reason: string | null;
  /** In whose name every account is asked. */
  caller: Omit<Caller, 'via'>;
  createdAt: Date;
}

/** A sweep as it now stands. */
export interface SweepRecord extends SweepDraft {
  state: SweepState;
  total: number;
  done: number;
  failed: number;
  verdicts: Verdicts;
  /** Grows with every change. */
  version: number;
  startedAt: Date | null;
  endedAt: Date | null;
}

/** The counters of a sweep. */
export type SweepTally = Pick<SweepRecord, 'total' | 'done' | 'failed' | 'verdicts'>;

/** What became of one role; the rest of `SweepResult` is the same for all of an account, or the store's. */
export type SweepOutcome = Omit<SweepResult, 'seq' | 'accountId'> & { verdict: Verdict | null };

/** Sweeps and their results. Fault of every method: UNAVAILABLE. */
export interface Sweeps {
  /**
   * Commits a sweep with the accounts that it is about, and its jobs to the queue. The same caller's of the last two days
   * under the same key comes back instead. Null, and nothing is committed, where `most` of the caller's have not ended, or 3,000 are stored. Accounts
   * that are not named one by one are chosen `among` these; null, or left out: all.
   */
  start(
    draft: SweepDraft,
    select: SweepSelect,
    idempotencyKey: string | null,
    most: number,
    among?: readonly string[] | null,
  ): Promise<SweepRecord | null>;
  get(id: string): Promise<SweepRecord | null>;
  /** Newest first; `after` is the last of the page before. */
  list(query: { after: { createdAt: string; id: string } | null; limit: number }): Promise<SweepRecord[]>;
  /** In the order in which they came, those after a `seq`. */
  results(query: { id: string; after: number; limit: number }): Promise<SweepResult[]>;
  /**
   * One that has not ended ends: no account of it is begun any more, and what was waiting is taken away, with its jobs. Null where
   * there is none.
   */
  cancel(id: string): Promise<SweepRecord | null>;
  /** Takes away what is left of a batch, if its sweep has ended. To be called by who worked on it. */
  leave(job: SweepJob): Promise<void>;
  /** A batch is begun, or taken up again: the accounts of it that have no results yet. Null where the sweep has ended, or is gone. */
  begin(job: SweepJob): Promise<{ sweep: SweepRecord; accountIds: string[] } | null>;
  /**
   * Commits the results of accounts with the counters of their sweep. An account has results once: those that come first. Fault:
   * INTERNAL, and nothing is kept, where those of one are such as the database never takes.
   */
  keep(id: string, outcomes: readonly { accountId: string; results: SweepOutcome[] }[]): Promise<void>;
  /** The sweep as soon as its version is above that, looked up by and by for all who wait; null after `waitMs`, or when aborted. */
  changed(id: string, version: number, waitMs: number, signal: AbortSignal): Promise<SweepRecord | null>;
  /** The counters of sweeps, by ID, as they are for these accounts alone. Those of accounts that a cancellation took away are not there. */
  tallies(ids: string[], accountIds: string[]): Promise<ReadonlyMap<string, SweepTally>>;
  /**
   * Forgets sweeps that ended before then, with their results, and answers how many they were; of each caller also those beyond the
   * newest 2,500, or beyond a million results.
   */
  purge(before: Date): Promise<number>;
}

/** A part of a sweep, small enough that losing the process that works on it costs little. */
export interface SweepJob {
  sweepId: string;
  /** The IDs of its first account and of its last. */
  from: string;
  to: string;
}

export type SweepHandler = (job: SweepJob, signal: AbortSignal, linger?: () => void) => Promise<void>;

/** When to check by itself. */
interface ScheduleDraft {
  name: string;
  cron: string;
  timezone: string;
  sweep: ScheduledSweep;
  /** In whose name. */
  caller: Omit<Caller, 'via'>;
}

export interface ScheduleRecord extends ScheduleDraft {
  createdAt: Date;
  updatedAt: Date;
  /** The sweep that it has started last. */
  lastSweepId: string | null;
  lastStartedAt: Date | null;
  /** When it was due last and started none, and why not. */
  lastSkippedAt: Date | null;
  lastSkipReason: string | null;
}

/** Schedules, and the clock that has their jobs come: of each time one job, however many replicas there are. Fault: UNAVAILABLE. */
export interface Schedules {
  /** When it is due next. Fault: INVALID_INPUT at /cron. */
  next(cron: string, timezone: string): Promise<Date>;
  get(name: string): Promise<ScheduleRecord | null>;
  /** By name; `after` is the last of the page before. */
  list(query: { after: string | null; limit: number }): Promise<ScheduleRecord[]>;
  /** Inserts or replaces; what was last stays. Null, and nothing is kept, where the caller has `most` others. */
  put(draft: ScheduleDraft, now: Date, most: number): Promise<ScheduleRecord | null>;
  /** False when there was none. */
  delete(name: string): Promise<boolean>;
  started(name: string, sweepId: string, at: Date): Promise<void>;
  skipped(name: string, reason: string, at: Date): Promise<void>;
}

/** A schedule is due. The job's ID is the same when it comes again. */
export interface ScheduleJob {
  id: string;
  name: string;
}

/** The jobs of all replicas, each worked on by one at a time, and again where that one has died. */
export interface Queue {
  /**
   * Works on jobs, from now until `close`: as many as keep `concurrency` accounts busy. A job whose handling throws comes again;
   * `signal` is aborted when it is another's, or the service stops. `linger`: to be told when the last accounts of a job are being
   * waited for, so that another is begun beside it.
   */
  work(concurrency: number, handle: SweepHandler, log: QueueLog): Promise<void>;
  /** Works on schedules that are due, from now until `close`. What throws comes again a few times. */
  workOnSchedules(handle: (job: ScheduleJob) => Promise<void>): Promise<void>;
  /** How many processes work on jobs now, this one among them; one that has died counts for fifteen seconds more. Fault: UNAVAILABLE. */
  replicas(): Promise<number>;
  /** Gives back what is not done. Answers when the jobs under way have ended. */
  close(): Promise<void>;
}

export interface QueueLog {
  warn(details: object, message: string): void;
}

/** The last known verdict of a role. */
export interface PostureRecord extends Omit<RolePosture, 'checkedAt' | 'changedAt' | 'ageSeconds'> {
  checkedAt: Date;
  changedAt: Date;
}

/** Which accounts' roles; all that is given must hold. */
export interface PostureFilter {
  accountId?: string | undefined;
  labels?: Labels | undefined;
}

/** Roles that no decision tells apart, and one of them: its account and its name. The last change and the earliest check of all. */
export interface PostureCount extends Pick<PostureRecord, 'accountId' | 'roleName' | 'verdict' | 'changedAt' | 'checkedAt'> {
  account: Pick<AccountRecord, 'name' | 'partition' | 'labels'>;
  roles: number;
}

/** What is known of the roles of the registered accounts; sweeps that check add to it as they keep their results. Fault: UNAVAILABLE. */
export interface Posture {
  /** By account, then by role; `after` is the last of the page before. */
  list(query: PostureFilter & { verdict?: Verdict | undefined; after: RoleKey | null; limit: number }): Promise<PostureRecord[]>;
  /** Counts roles, apart for all that `tellsApart` says. */
  counts(filter: PostureFilter, tellsApart: Permissions['tellsApart']): Promise<PostureCount[]>;
  /** The names of the roles that are known in these accounts, by account. */
  rolesOf(accountIds: string[]): Promise<ReadonlyMap<string, string[]>>;
  /** Forgets the roles that are MISSING since before then, and answers how many they were. */
  purge(before: Date): Promise<number>;
}

/** One role of one account; its name as it is kept, in lower case. */
interface RoleKey {
  accountId: string;
  roleKey: string;
}

/** An event that is to be sent: its body to the byte, and how often it was tried, this time included. */
export interface OutgoingEvent {
  id: string;
  body: string;
  attempts: number;
}

/**
 * The events of verdicts that changed, until the receiver has them. They come with the posture, in its transaction; those of one
 * role go out in their order, one after the other. Fault of every method: UNAVAILABLE.
 */
export interface Outbox {
  /**
   * Takes events that are due, of each role the first alone: for `leaseMs` they are nobody else's. Until one is delivered or dead
   * no later event of its role is taken.
   */
  claim(limit: number, leaseMs: number): Promise<OutgoingEvent[]>;
  delivered(id: string): Promise<void>;
  /** It is tried again after `delayMs`; null: never, it is dead. Nothing where another has taken it since. */
  failed(event: OutgoingEvent, reason: string, delayMs: number | null): Promise<void>;
  /** The dead, the oldest event first; `after` is the last of the page before. */
  deadLetters(query: { after: { createdAt: string; id: string } | null; limit: number }): Promise<DeadLetter[]>;
  /** Forgets the dead whose event is from before then, and those beyond the newest hundred thousand. Answers how many they were. */
  purge(before: Date): Promise<number>;
  /** A dead one is tried anew, from its first attempt on. Null where there is no such dead letter. */
  redeliver(id: string): Promise<DeadLetter | null>;
}

/** The receiver of events. */
export interface Webhook {
  /** Null when the receiver has taken it; otherwise why it has not, for operators. */
  send(event: { id: string; body: string }): Promise<string | null>;
}
