import { isDeepStrictEqual } from 'node:util';
import type { Change, ChangeStep } from '#src/schema/change.ts';
import type { LedgerEntry } from '../sandbox/aws/model.ts';

// The sandbox records what AWS accepted, and the service logs what it did. The judge compares the two. It
// uses none of the service's logic: documents are compared as values.

export interface Evidence {
  /** The writes that AWS accepted, timed by the clock of this machine. */
  writes: LedgerEntry[];
  changes: Change[];
}

export interface Judgement {
  /** A sentence for each broken promise. */
  broken: string[];
  /** The change that each write belongs to, by the write's seq. */
  owners: ReadonlyMap<number, Change>;
  /** Writes that were matched by AWS's request ID in the log. */
  byRequestId: number;
  /** Writes whose answer was lost, matched by role, time and effect. */
  byEffect: number;
  pending: number;
}

const canonicalName = (name: string | null) => (name ?? '').toLowerCase();
const member = (value: unknown, key: string): unknown =>
  typeof value === 'object' && value !== null ? Reflect.get(value, key) : undefined;
const list = (value: unknown): unknown[] =>
  value === undefined ? [] : Array.isArray(value) ? value : [value];

/** Every aws:SourceArn pattern of a trust policy, sorted. */
export function linesOf(document: unknown): string[] {
  const conditions = list(member(document, 'Statement')).map((statement) => member(statement, 'Condition'));
  const patterns = conditions.flatMap((condition) =>
    Object.values(condition ?? {}).flatMap((keys) => list(member(keys, 'aws:SourceArn'))),
  );
  return [...new Set(patterns.map(String))].sort();
}

/** Did the change plan this write? `params` are those of AWS's Query protocol. */
function isPlanned(change: Change, { action, params }: LedgerEntry): boolean {
  const sent = member(params, 'PolicyDocument') ?? member(params, 'AssumeRolePolicyDocument');
  return change.planned.some(({ action: planned, detail }) => {
    if (planned !== action) return false;
    if (action === 'iam:AttachRolePolicy') return detail.policyArn === member(params, 'PolicyArn');
    return (
      typeof sent === 'string' &&
      isDeepStrictEqual(JSON.parse(sent), detail.policyDocument ?? detail.assumeRolePolicyDocument)
    );
  });
}

const stepsOf = (change: Change, action: string): ChangeStep[] =>
  change.steps.filter((step) => step.action === action);
const describeChange = (change: Change) => `change ${change.id} (${change.kind} ${change.outcome})`;
const describeWrite = ({ seq, action, accountId, roleName, requestId }: LedgerEntry) =>
  `write ${seq} (${action} ${accountId}/${roleName}, ${requestId})`;
/** Attaching two policies is two effects. Putting two documents is the same effect twice. */
const effectOf = ({ action, params }: LedgerEntry) =>
  `${action} ${String(member(params, 'PolicyArn') ?? '')}`;

/** Finds broken promises. A PENDING change is not one here, because only the row knows how long it waited. */
export function judge({ writes, changes }: Evidence): Judgement {
  const broken: string[] = [];
  const owners = new Map<number, Change>();
  const byId = new Map<string, { change: Change; step: ChangeStep }>();
  for (const change of changes)
    for (const step of change.steps) {
      if (step.awsRequestId === null || step.outcome === 'FAILED') continue;
      const other = byId.get(step.awsRequestId);
      if (other)
        broken.push(
          `${describeChange(change)} and ${describeChange(other.change)} both claim AWS request ${step.awsRequestId}`,
        );
      byId.set(step.awsRequestId, { change, step });
    }

  const taken = new Set<string>();
  const claim = (write: LedgerEntry, change: Change) => {
    owners.set(write.seq, change);
    const effect = `${change.id} ${effectOf(write)}`;
    if (taken.has(effect))
      broken.push(`${describeWrite(write)} is the second of its kind for ${describeChange(change)}`);
    taken.add(effect);
  };

  const isOf = (change: Change, write: LedgerEntry) =>
    change.accountId === write.accountId && canonicalName(change.roleName) === canonicalName(write.roleName);
  for (const write of writes) {
    const found = byId.get(write.requestId);
    if (!found) continue;
    if (!isOf(found.change, write) || found.step.action !== write.action)
      broken.push(`${describeChange(found.change)} has ${describeWrite(write)} as a different step`);
    claim(write, found.change);
    byId.delete(write.requestId);
  }
  for (const { change, step } of byId.values())
    broken.push(
      `${describeChange(change)} has an AWS request that was never accepted: ${step.action} ${step.awsRequestId}`,
    );

  const byRequestId = owners.size;
  for (const write of writes.filter(({ seq }) => !owners.has(seq))) {
    const candidates = changes.filter(
      (change) =>
        isOf(change, write) &&
        Date.parse(change.at) <= write.at &&
        !taken.has(`${change.id} ${effectOf(write)}`) &&
        isPlanned(change, write),
    );
    // The list is newest first, so this is the last change that was opened before the write and does not deny
    // it.
    const owner = candidates.find((change) => change.outcome !== 'FAILED') ?? candidates[0];
    if (!owner) {
      broken.push(`${describeWrite(write)} belongs to no change`);
      continue;
    }
    if (owner.outcome === 'FAILED') broken.push(`${describeChange(owner)} denies ${describeWrite(write)}`);
    const steps = stepsOf(owner, write.action);
    if (
      owner.outcome !== 'PENDING' &&
      owner.outcome !== 'UNKNOWN' &&
      !steps.some(({ outcome }) => outcome !== 'FAILED')
    )
      broken.push(`${describeChange(owner)} has no step for ${describeWrite(write)}`);
    claim(write, owner);
  }

  const owning = new Set([...owners.values()].map(({ id }) => id));
  // A change of a claim alone writes nothing to AWS.
  for (const change of changes)
    if (
      change.planned.length > 0 &&
      (change.outcome === 'SUCCEEDED' || change.outcome === 'PARTIAL') &&
      !owning.has(change.id)
    )
      broken.push(`${describeChange(change)} claims an effect, and AWS took no write of it`);

  const effects = new Map<string, number>();
  for (const write of writes) {
    const key = owners.get(write.seq)?.idempotencyKey;
    if (key) effects.set(`${key} ${effectOf(write)}`, (effects.get(`${key} ${effectOf(write)}`) ?? 0) + 1);
  }
  for (const [effect, times] of effects)
    if (times > 1) broken.push(`${times} effects under one Idempotency-Key: ${effect}`);

  return {
    broken,
    owners,
    byRequestId,
    byEffect: owners.size - byRequestId,
    pending: changes.filter(({ outcome }) => outcome === 'PENDING').length,
  };
}
