import type { JsonObject } from '../schema/primitives.ts';
import type { Comparison } from './arn.ts';
import type { ByHead } from './by-head.ts';
import { isObject, oneOrMany, pointerTo } from './document.ts';
import { type Beginning, beginningOf, matchesText } from './quick.ts';
import type { SourceValue } from './source.ts';

/** One `aws:SourceArn` value under one operator. */
export interface Line extends Beginning, SourceValue {
  pointer: string;
}

/** One operator on `aws:SourceArn`: its values are alternatives (negated: none may match). */
export interface SourceTest {
  operator: string;
  key: string;
  negated: boolean;
  comparison: Comparison;
  lines: Line[];
  /** The same by how their resources begin, once that is asked. */
  byHead?: ByHead<Line>;
}

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
  others: 'HOLD' | 'FAIL' | 'UNPROVABLE';
  /** Is there a test of `aws:SourceArn`'s value that cannot be read? It may confine: nobody knows to what. */
  opaque: boolean;
  unprovable: Remark[];
  weak: Remark[];
}

const comparisons: Record<string, { comparison: Comparison; negated: boolean }> = {
  ArnLike: { comparison: 'ARN', negated: false },
  ArnEquals: { comparison: 'ARN', negated: false }, // the same as ArnLike (IAM reference, condition operators)
  ArnNotLike: { comparison: 'ARN', negated: true },
  ArnNotEquals: { comparison: 'ARN', negated: true },
  StringLike: { comparison: 'STRING', negated: false },
  StringNotLike: { comparison: 'STRING', negated: true },
  StringEquals: { comparison: 'EXACT', negated: false },
  StringNotEquals: { comparison: 'EXACT', negated: true },
  StringEqualsIgnoreCase: { comparison: 'EXACT_IGNORING_CASE', negated: false },
  StringNotEqualsIgnoreCase: { comparison: 'EXACT_IGNORING_CASE', negated: true },
};

interface Setting {
  accountId: string;
  /** Does the document's version give `${…}` a meaning? */
  variables: boolean;
  /** Can what the values of `aws:SourceArn` match be decided in reasonable time? */
  decidable: boolean;
}

/** Reads a `Condition` block. */
export function readCondition(condition: unknown, pointer: string, setting: Setting): ConditionReading {
  const reading: ConditionReading = { sourceTests: [], others: 'HOLD', opaque: false, unprovable: [], weak: [] };
  if (condition === undefined) return reading;
  if (!isObject(condition)) return unprovable(reading, pointer, 'a Condition that is not an object');
  for (const [operator, keys] of Object.entries(condition)) {
    const at = pointer + pointerTo(operator);
    const parts = partsOf(operator);
    if (!isObject(keys)) unprovable(reading, at, `${operator} without condition keys`);
    else
      for (const [key, value] of Object.entries(keys))
        readTest(reading, { operator, parts, key, value, pointer: at + pointerTo(key) }, setting);
  }
  // With Null false beside it, a request without the key does not get through.
  const required = requiredKeys(condition).map((key) => pointerTo(key));
  reading.weak = reading.weak.filter(({ pointer: at }) => !required.some((key) => at.toLowerCase().endsWith(key)));
  return reading;
}

const requiredKeys = ({ Null: keys }: JsonObject): string[] =>
  isObject(keys)
    ? [
        ...new Set(
          Object.keys(keys)
            .filter((key) => oneOrMany(keys[key]).every((v) => text(v).toLowerCase() === 'false'))
            .map((key) => key.toLowerCase()),
        ),
      ]
    : [];

/** A value as it would be written; String() fails on `{"toString": 1}`. */
export const text = (value: unknown): string => (typeof value === 'string' ? value : JSON.stringify(value));

interface Operator {
  set: string | undefined;
  base: string;
  ifExists: boolean;
}
function partsOf(operator: string): Operator {
  const [, set, base, ifExists] = operator.match(/^(ForAllValues:|ForAnyValue:)?(.*?)(IfExists)?$/s) as RegExpMatchArray;
  return { set, base: base as string, ifExists: ifExists !== undefined };
}

interface Test {
  operator: string;
  parts: Operator;
  key: string;
  value: unknown;
  pointer: string;
}

function readTest(reading: ConditionReading, test: Test, { accountId, variables, decidable }: Setting): void {
  const { operator, key, pointer } = test;
  const { set, base, ifExists } = test.parts;
  const values = oneOrMany(test.value);
  const name = key.toLowerCase();
  const comparison = Object.hasOwn(comparisons, base) ? comparisons[base] : undefined;
  const knownKey = name === 'aws:sourcearn' || name === 'aws:sourceaccount';
  if (knownKey && base === 'Null' && !set && !ifExists) {
    readNull(reading, test, values, name);
    return;
  }
  if (!knownKey || !comparison || !values.every((v) => typeof v === 'string' || typeof v === 'number')) {
    if (name === 'aws:sourcearn' && !/Not|Null/i.test(operator)) reading.opaque = true;
    unprovable(reading, pointer, `${operator} on ${key}`);
    return;
  }
  if (!decidable && name === 'aws:sourcearn') {
    if (!comparison.negated) reading.opaque = true;
    unprovable(reading, pointer, `${operator}, whose patterns take too much work to decide,`);
    return;
  }
  if (variables && values.some((v) => String(v).includes('${'))) {
    if (name === 'aws:sourcearn' && !comparison.negated) reading.opaque = true;
    unprovable(reading, pointer, `the policy variable in ${values.join(', ')}`);
    return;
  }
  if (name === 'aws:sourceaccount' && comparison.comparison === 'ARN') {
    unprovable(reading, pointer, `${operator} on ${key}`);
    return;
  }

  // A negated operator holds for a request without the key as it is; these two make a positive one hold as well.
  if (!comparison.negated && (ifExists || set === 'ForAllValues:')) reading.weak.push({ pointer, what: operator });
  const isList = Array.isArray(test.value);
  const lines = values.map((each, i): Line => {
    const value = String(each);
    const { head, isPrefix } = beginningOf(value, comparison.comparison);
    return { value, pointer: isList ? `${pointer}/${i}` : pointer, comparison: comparison.comparison, head, isPrefix };
  });
  if (name === 'aws:sourcearn') reading.sourceTests.push({ operator, key, lines, ...comparison });
  else {
    const matches = lines.some(({ value }) => (comparison.comparison === 'STRING' ? matchesText(value, accountId) : value === accountId));
    if (matches === comparison.negated) fail(reading);
  }
}

/** EKS sends aws:SourceArn; that it sends aws:SourceAccount is assumed where it must be there, never where it must not. */
function readNull(reading: ConditionReading, { key, pointer, operator }: Test, values: unknown[], name: string): void {
  const wanted = values.map((v) => text(v).toLowerCase());
  if (wanted.includes('false')) return;
  if (name === 'aws:sourcearn' && wanted.length > 0 && wanted.every((v) => v === 'true')) fail(reading);
  else unprovable(reading, pointer, `${operator} on ${key}`);
}

/** All conditions must hold: one that fails settles it, whatever cannot be known besides. */
function fail(reading: ConditionReading): void {
  reading.others = 'FAIL';
}

function unprovable(reading: ConditionReading, pointer: string, what: string): ConditionReading {
  reading.unprovable.push({ pointer, what });
  if (reading.others === 'HOLD') reading.others = 'UNPROVABLE';
  return reading;
}
