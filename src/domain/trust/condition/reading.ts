import type { CheckContext } from '../../role/check-context.ts';
import { holdsWithoutKey, type ReadOperator } from './operators.ts';
import { both, type Outcome } from './outcome.ts';
import type { SourceTest } from './source-test.ts';
import type { Value } from './value.ts';

interface Remark {
  pointer: string;
  what: string;
}

/**
 * The requirements of a statement's conditions on a request for a source in this account. `others` is the
 * outcome of every condition but those on the value of `aws:SourceArn`.
 */
export interface ConditionReading {
  sourceTests: SourceTest[];
  others: Outcome;
  /**
   * Is there a test of the value of `aws:SourceArn` that cannot be read? It may confine the statement in an
   * unknown way.
   */
  isOpaque: boolean;
  /** Can the conditions on the caller's account and organization hold for another account? */
  canAdmitOthers: boolean;
  /** Conditions or values of unknown outcome. */
  unprovable: Remark[];
  weak: Remark[];
  /** Conditions that fail for this account. */
  failures: Remark[];
  /** Conditions that depend on a key that AWS does not document for calls by the service. */
  unconfirmed: (Remark & { key: 'ACCOUNT' | 'ORGANIZATION' })[];
}

export interface Setting {
  context: CheckContext;
  /** Does the document's version support `${…}`? */
  variables: boolean;
  /** Can the patterns of `aws:SourceArn` be evaluated within the budget? */
  isDecidable: boolean;
}

/** One key under one operator. */
export interface Test {
  operator: string;
  read: ReadOperator;
  key: string;
  /** The key in lower case. */
  name: string;
  /** As in the policy: one value or a list. */
  value: unknown;
  pointer: string;
}

export const pointerOf = ({ pointer, value }: Test, index: number) =>
  Array.isArray(value) ? `${pointer}/${index}` : pointer;

export function remarkCallers(
  reading: ConditionReading,
  test: Test,
  { text, read }: Value,
  index: number,
): void {
  for (const key of read?.callers ?? [])
    reading.unconfirmed.push({
      pointer: pointerOf(test, index),
      what: `the policy variable in ${text}`,
      key,
    });
}

export const describeUnread = (written: string) =>
  written.includes('${') ? `the policy variable in ${written}` : `the value ${written}`;

/**
 * A negated operator holds without the key by definition. IfExists and ForAllValues make a positive one hold
 * as well.
 */
export function remarkWeakness(reading: ConditionReading, { read, pointer, operator }: Test): void {
  if (read.operator && read.operator.family !== 'NULL' && !read.operator.isNegated && holdsWithoutKey(read))
    reading.weak.push({ pointer, what: operator });
}

export function addDoubt(reading: ConditionReading, pointer: string, what: string): void {
  reading.unprovable.push({ pointer, what });
  reading.others = both(reading.others, 'UNKNOWN');
}
