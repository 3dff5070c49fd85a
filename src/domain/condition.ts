import type { Comparison } from './arn.ts';
import type { ByHead } from './by-head.ts';
import type { CheckContext } from './check-context.ts';
import { isObject, oneOrMany, pointerTo } from './document.ts';
import { type Elsewhere, holdsElsewhere, isCallerAlone } from './elsewhere.ts';
import { evaluate, readValue, text, type Value } from './evaluate.ts';
import { holdsWithoutKey, type ReadOperator, readOperator } from './operators.ts';
import { both, type Outcome } from './outcome.ts';
import { type Beginning, beginningOf } from './quick.ts';
import { type CallerKey, findKey, type KnownKey, type RequestKey } from './request-keys.ts';
import type { SourceValue } from './source.ts';
import type { Pattern } from './variables.ts';

/** A pattern of `aws:SourceArn`, and how it begins. */
export interface SourcePattern extends Beginning, SourceValue {}

/** One `aws:SourceArn` value under one operator. `value` is as it is written. */
export interface Line extends SourcePattern {
  pointer: string;
  /** What it matches where it has policy variables; null: what is written. */
  read: { sure: SourcePattern | null; most: SourcePattern; anywhere: SourcePattern } | null;
}

/** What the line is sure to match; null where that cannot be read. */
export const sureOf = (line: Line): SourcePattern | null => (line.read ? line.read.sure : line);
/** What the line can match at most. */
export const mostOf = (line: Line): SourcePattern => line.read?.most ?? line;
/** So, in a call for whatever account. */
export const anywhereOf = (line: Line): SourcePattern => line.read?.anywhere ?? line;

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

interface Setting {
  context: CheckContext;
  /** Does the document's version give `${…}` a meaning? */
  variables: boolean;
  /** Can what the values of `aws:SourceArn` match be decided in reasonable time? */
  decidable: boolean;
}

interface Test {
  operator: string;
  read: ReadOperator;
  key: string;
  /** In lower case. */
  name: string;
  values: Value[];
  isList: boolean;
  pointer: string;
}

/** Reads a `Condition` block. */
export function readCondition(condition: unknown, pointer: string, setting: Setting): ConditionReading {
  const reading: ConditionReading = {
    sourceTests: [],
    others: 'HOLDS',
    opaque: false,
    admitsOthers: true,
    unprovable: [],
    weak: [],
    failures: [],
    unconfirmed: [],
  };
  if (condition === undefined) return reading;
  if (!isObject(condition)) {
    doubt(reading, pointer, 'a Condition that is not an object');
    return reading;
  }
  const callers: CallerTests = new Map();
  for (const operator in condition) {
    const keys = condition[operator];
    const at = pointer + pointerTo(operator);
    if (!isObject(keys)) {
      doubt(reading, at, `${operator} without condition keys`);
      continue;
    }
    const read = readOperator(operator);
    for (const key in keys) {
      const values = oneOrMany(keys[key]).map((value) => readValue(value, read, setting.context, setting.variables));
      const isList = Array.isArray(keys[key]);
      const test = { operator, read, key, name: key.toLowerCase(), values, isList, pointer: at + pointerTo(key) };
      readTest(reading, test, setting, callers);
    }
  }
  if (callers.size > 0) reading.admitsOthers &&= canBeAnother(callers);
  if (reading.weak.length > 0) dropRequired(reading, condition);
  return reading;
}

/** With Null false beside it, a request without the key does not get through. */
function dropRequired(reading: ConditionReading, condition: Record<string, unknown>): void {
  const required = Object.entries(condition)
    .filter(([operator]) => readOperator(operator).operator?.family === 'NULL')
    .flatMap(([, keys]) => (isObject(keys) ? Object.entries(keys) : []))
    .filter(([, values]) => oneOrMany(values).every((value) => text(value).toLowerCase() === 'false'))
    .map(([key]) => pointerTo(key.toLowerCase()));
  reading.weak = reading.weak.filter(({ pointer }) => !required.some((key) => pointer.toLowerCase().endsWith(key)));
}

/** The tests of each key that says whose profile calls. */
type CallerTests = Map<CallerKey, Elsewhere[]>;

/** A key is sent or not: each of its tests has to hold in the same case. */
const canBeAnother = (callers: CallerTests): boolean =>
  [...callers.values()].every((tests) => tests.every(({ sent }) => sent) || tests.every(({ unsent }) => unsent));

function readTest(reading: ConditionReading, test: Test, setting: Setting, callers: CallerTests): void {
  const { name, values, read, pointer, operator } = test;
  const key = findKey(name);
  const known = key.known(setting.context);
  if (key.caller || known.is === 'SOURCE_ARN') remarkWeakness(reading, test);
  for (const [index, value] of values.entries())
    for (const caller of value.read?.callers ?? [])
      reading.unconfirmed.push({ pointer: pointerOf(test, index), what: `the policy variable in ${value.text}`, key: caller });
  if (known.is === 'SOURCE_ARN' && read.operator?.family !== 'NULL') {
    readSourceTest(reading, test, setting);
    return;
  }

  // It has a value for each call, which no operator but Null can do without.
  const outcome =
    known.is === 'SOURCE_ARN' ? evaluate(read, { is: 'VALUE', type: 'TEXT', value: '' }, values) : evaluate(read, known, values);
  reading.others = both(reading.others, outcome);
  if (outcome === 'FAILS') reading.failures.push({ pointer, what: failureOf(test, key, setting.context) });
  if (key.caller) {
    callers.set(key.caller, [...(callers.get(key.caller) ?? []), holdsElsewhere(read, key.caller, values, setting.context)]);
    // Whatever comes of it, does it come of the key?
    const unsent = evaluate(read, { is: 'ABSENT' }, values);
    const isCertain = outcome === unsent || outcome === 'UNKNOWN';
    if (!isCertain)
      reading.unconfirmed.push({ pointer, what: `${operator} on ${test.key}`, key: key.caller === 'ACCOUNT' ? 'ACCOUNT' : 'ORGANIZATION' });
  } else if (outcome === 'HOLDS' && known.is === 'VALUE' && !read.operator?.negated && values.every(isCallerAlone))
    // It compares the role's own account or organization with the caller's.
    reading.admitsOthers = false;
  if (known.is === 'UNKNOWN' || read.operator === null) reading.unprovable.push({ pointer, what: `${operator} on ${test.key}` });
  else if (known.is !== 'ABSENT') remarkDoubts(reading, test, outcome);
}

const pointerOf = ({ pointer, isList }: Test, index: number) => (isList ? `${pointer}/${index}` : pointer);

/** Values that cannot be read are told one by one; else it is the test itself that is unknown. */
function remarkDoubts(reading: ConditionReading, test: Test, outcome: Outcome): void {
  const { values, operator, key, pointer } = test;
  const unread = values.flatMap(({ text, read }, index) => (read && !read.sure ? [{ text, index }] : []));
  for (const { text, index } of unread) reading.unprovable.push({ pointer: pointerOf(test, index), what: unreadWhat(text) });
  if (outcome === 'UNKNOWN' && unread.length === 0) reading.unprovable.push({ pointer, what: `${operator} on ${key}` });
}

const unreadWhat = (written: string) => (written.includes('${') ? `the policy variable in ${written}` : `the value ${written}`);

/** A negated operator holds without the key as it is; these two make a positive one hold as well. */
function remarkWeakness(reading: ConditionReading, { read, pointer, operator }: Test): void {
  if (read.operator && read.operator.family !== 'NULL' && !read.operator.negated && holdsWithoutKey(read))
    reading.weak.push({ pointer, what: operator });
}

function readSourceTest(reading: ConditionReading, test: Test, { decidable }: Setting): void {
  const { operator, key, pointer, values, read } = test;
  const { operator: kind } = read;
  if (kind?.family !== 'TEXT' || !decidable) {
    if (kind ? !kind.negated : !/not/i.test(operator)) reading.opaque = true;
    doubt(reading, pointer, decidable ? `${operator} on ${key}` : `${operator}, whose patterns take too much work to decide,`);
    return;
  }
  const { comparison, negated } = kind;
  const lines = values.map(({ text, read }, index): Line => {
    const line = { ...patternOf({ value: text, comparison }), pointer: pointerOf(test, index) };
    return {
      ...line,
      read: read && { sure: read.sure && patternOf(read.sure), most: patternOf(read.most), anywhere: patternOf(read.anywhere) },
    };
  });
  for (const { value, pointer, read } of lines) if (read && !read.sure) reading.unprovable.push({ pointer, what: unreadWhat(value) });
  reading.sourceTests.push({ operator, key, lines, comparison, negated });
}

function patternOf({ value, comparison }: Pattern): SourcePattern {
  const { head, isPrefix } = beginningOf(value, comparison);
  return { value, comparison, head, isPrefix };
}

function doubt(reading: ConditionReading, pointer: string, what: string): void {
  reading.unprovable.push({ pointer, what });
  reading.others = both(reading.others, 'UNKNOWN');
}

/** Why a condition fails: what it asks for, and what the call has. */
function failureOf({ operator, read, key, values }: Test, { known }: RequestKey, context: CheckContext): string {
  const asked = values.map((value) => JSON.stringify(value.text)).join(', ') || 'no value';
  const call = callOf(known(context), key, read.operator?.family === 'NULL');
  const digits =
    key.toLowerCase() === 'aws:sourceaccount' ? values.find(({ text }) => /^\d+$/.test(text) && text.length !== 12) : undefined;
  const hint = digits ? ` (${digits.text} has ${digits.text.length} digits, and an account has 12)` : '';
  return `${operator} on ${key} asks for ${asked}, but ${call}${hint}`;
}

function callOf(known: KnownKey, key: string, isPresence: boolean): string {
  if (known.is === 'ABSENT') return `a call of an AWS service has no ${key}`;
  if (isPresence) return `a call of EKS has ${key}`;
  if (known.is === 'VALUE') return `in a call of EKS it is ${JSON.stringify(known.value)}`;
  if (known.is === 'BEGINNING') return `in a call of EKS it begins with ${JSON.stringify(known.value)}`;
  if (known.is === 'LIST_WITH') return `in a call of EKS it has ${JSON.stringify(known.value)}`;
  return `in a call of EKS it is one of AWS's own`;
}
