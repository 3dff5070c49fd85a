import { isDeepStrictEqual } from 'node:util';
import type { Change, ChangeStep } from '#src/schema/change.ts';
import type { LedgerEntry } from '../sandbox/aws/model.ts';

// The sandbox wrote down what AWS accepted; the service wrote down what it did. This holds one against the other, with
// nothing of the service's own reasoning: documents are compared as values.

export interface Evidence {
  /** What AWS accepted. By the clock of this machine. */
  writes: LedgerEntry[];
  changes: Change[];
}

export interface Judgement {
  /** Every promise that was broken, in words. */
  broken: string[];
  /** Whose change each write is, by the write's seq. */
  owners: ReadonlyMap<number, Change>;
  /** Writes of which the log has AWS's own request ID. */
  byRequestId: number;
  /** Writes whose answer was lost, found by role, time and effect. */
  byEffect: number;
  pending: number;
}

const canonicalName = (name: string | null) => (name ?? '').toLowerCase();
const member = (value: unknown, key: string): unknown =>
  typeof value === 'object' && value !== null ? Reflect.get(value, key) : undefined;
const list = (value: unknown): unknown[] => (value === undefined ? [] : Array.isArray(value) ? value : [value]);

/** Every aws:SourceArn pattern of a trust policy, in order of the alphabet. */
export function linesOf(document: unknown): string[] {
  const conditions = list(member(document, 'Statement')).map((statement) => member(statement, 'Condition'));
  const patterns = conditions.flatMap((condition) => Object.values(condition ?? {}).flatMap((keys) => list(member(keys, 'aws:SourceArn'))));
  return [...new Set(patterns.map(String))].sort();
}

/** Is the write one of those that the change was to make? `params` are those of AWS's Query protocol. */
function isPlanned(change: Change, { action, params }: LedgerEntry): boolean {
  const sent = member(params, 'PolicyDocument') ?? member(params, 'AssumeRolePolicyDocument');
  return change.planned.some(({ action: planned, detail }) => {
    if (planned !== action) return false;
    if (action === 'iam:AttachRolePolicy') return detail.policyArn === member(params, 'PolicyArn');
    return typeof sent === 'string' && isDeepStrictEqual(JSON.parse(sent), detail.policyDocument ?? detail.assumeRolePolicyDocument);
  });
}

const stepsOf = (change: Change, action: string): ChangeStep[] => change.steps.filter((step) => step.action === action);
const describeChange = (change: Change) => `change ${change.id} (${change.kind} ${change.outcome})`;
const describeWrite = ({ seq, action, accountId, roleName, requestId }: LedgerEntry) =>
  `write ${seq} (${action} ${accountId}/${roleName}, ${requestId})`;
/** Two policies attached are two effects; two documents put are one effect twice. */
const effectOf = ({ action, params }: LedgerEntry) => `${action} ${String(member(params, 'PolicyArn') ?? '')}`;

/** Judges. `pending` is not held against anyone here: the row knows how long it waited. */
export function judge({ writes, changes }: Evidence): Judgement {
  const broken: string[] = [];
  const owners = new Map<number, Change>();
  const byId = new Map<string, { change: Change; step: ChangeStep }>();
  for (const change of changes)
    for (const step of change.steps) {
      if (step.awsRequestId === null || step.outcome === 'FAILED') continue;
      const other = byId.get(step.awsRequestId);
      if (other) broken.push(`${describeChange(change)} and ${describeChange(other.change)} both claim AWS request ${step.awsRequestId}`);
      byId.set(step.awsRequestId, { change, step });
    }

  const taken = new Set<string>();
  const claim = (write: LedgerEntry, change: Change) => {
    owners.set(write.seq, change);
    const effect = `${change.id} ${effectOf(write)}`;
    if (taken.has(effect)) broken.push(`${describeWrite(write)} is the second of its kind for ${describeChange(change)}`);
    taken.add(effect);
  };

  const isOf = (change: Change, write: LedgerEntry) =>
    change.accountId === write.accountId && canonicalName(change.roleName) === canonicalName(write.roleName);
  for (const write of writes) {
    const found = byId.get(write.requestId);
    if (!found) continue;
    if (!isOf(found.change, write) || found.step.action !== write.action)
      broken.push(`${describeChange(found.change)} tells of ${describeWrite(write)} as another`);
    claim(write, found.change);
    byId.delete(write.requestId);
  }
  for (const { change, step } of byId.values())
    broken.push(`${describeChange(change)} tells of an AWS request that was never accepted: ${step.action} ${step.awsRequestId}`);

  const byRequestId = owners.size;
  for (const write of writes.filter(({ seq }) => !owners.has(seq))) {
    const candidates = changes.filter(
      (change) =>
        isOf(change, write) &&
        Date.parse(change.at) <= write.at &&
        !taken.has(`${change.id} ${effectOf(write)}`) &&
        isPlanned(change, write),
    );
    // Newest first, as the list is: the last that was opened before the write, and does not deny it.
    const owner = candidates.find((change) => change.outcome !== 'FAILED') ?? candidates[0];
    if (!owner) {
      broken.push(`${describeWrite(write)} is in nobody's record`);
      continue;
    }
    if (owner.outcome === 'FAILED') broken.push(`${describeChange(owner)} denies ${describeWrite(write)}`);
    const steps = stepsOf(owner, write.action);
    if (owner.outcome !== 'PENDING' && owner.outcome !== 'UNKNOWN' && !steps.some(({ outcome }) => outcome !== 'FAILED'))
      broken.push(`${describeChange(owner)} has no step for ${describeWrite(write)}`);
    claim(write, owner);
  }

  const owning = new Set([...owners.values()].map(({ id }) => id));
  // What is about a claim alone writes nothing to AWS.
  for (const change of changes)
    if (change.planned.length > 0 && (change.outcome === 'SUCCEEDED' || change.outcome === 'PARTIAL') && !owning.has(change.id))
      broken.push(`${describeChange(change)} claims an effect, and AWS took no write of it`);

  const effects = new Map<string, number>();
  for (const write of writes) {
    const key = owners.get(write.seq)?.idempotencyKey;
    if (key) effects.set(`${key} ${effectOf(write)}`, (effects.get(`${key} ${effectOf(write)}`) ?? 0) + 1);
  }
  for (const [effect, times] of effects) if (times > 1) broken.push(`${times} effects under one Idempotency-Key: ${effect}`);

  return {
    broken,
    owners,
    byRequestId,
    byEffect: owners.size - byRequestId,
    pending: changes.filter(({ outcome }) => outcome === 'PENDING').length,
  };
}
