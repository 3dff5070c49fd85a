import type { CheckContext } from '../../role/check-context.ts';
import type { Value } from './evaluate.ts';
import { holdsWithoutKey, type ReadOperator } from './operators.ts';
import { both, type Outcome } from './outcome.ts';
import type { SourceTest } from './source-test.ts';

interface Remark {
  pointer: string;
  what: string;
}

/**
 * What a statement's conditions ask of a request that EKS makes for a Fargate profile of this account.
 * `others` is the outcome of every condition that is not about `aws:SourceArn`'s value.
 */
export interface ConditionReading {
  sourceTests: SourceTest[];
  others: Outcome;
  /** Is there a test of `aws:SourceArn`'s value that cannot be read? It may confine: nobody knows to what. */
  opaque: boolean;
  /** Can the conditions on whose profile calls hold for another account's? */
  admitsOthers: boolean;
  /** Conditions, or values, whose outcome cannot be known. */
  unprovable: Remark[];
  weak: Remark[];
  /** Conditions that fail for this account. */
  failures: Remark[];
  /** Conditions whose outcome depends on a key that AWS does not say EKS sends. */
  unconfirmed: (Remark & { key: 'ACCOUNT' | 'ORGANIZATION' })[];
}

export interface Setting {
  context: CheckContext;
  /** Does the document's version give `${…}` a meaning? */
  variables: boolean;
  /** Can what the values of `aws:SourceArn` match be decided in reasonable time? */
  decidable: boolean;
}

/** One key under one operator. */
export interface Test {
  operator: string;
  read: ReadOperator;
  key: string;
  /** In lower case. */
  name: string;
  /** As the policy has it: one value, or a list. */
  value: unknown;
  pointer: string;
}

export const pointerOf = ({ pointer, value }: Test, index: number) => (Array.isArray(value) ? `${pointer}/${index}` : pointer);

export function remarkCallers(reading: ConditionReading, test: Test, { text, read }: Value, index: number): void {
  for (const key of read?.callers ?? [])
    reading.unconfirmed.push({ pointer: pointerOf(test, index), what: `the policy variable in ${text}`, key });
}

export const describeUnread = (written: string) => (written.includes('${') ? `the policy variable in ${written}` : `the value ${written}`);

/** A negated operator holds without the key as it is; these two make a positive one hold as well. */
export function remarkWeakness(reading: ConditionReading, { read, pointer, operator }: Test): void {
  if (read.operator && read.operator.family !== 'NULL' && !read.operator.negated && holdsWithoutKey(read))
    reading.weak.push({ pointer, what: operator });
}

export function addDoubt(reading: ConditionReading, pointer: string, what: string): void {
  reading.unprovable.push({ pointer, what });
  reading.others = both(reading.others, 'UNKNOWN');
}
