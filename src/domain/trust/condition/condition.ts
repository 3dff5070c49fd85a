import type { ByHead } from '../../patterns/prefix-index.ts';
import { type Beginning, beginningOf } from '../../patterns/prefix-match.ts';
import type { SourceValue } from '../../patterns/source-arn.ts';
import { isObject, oneOrMany, pointerTo } from '../../policy/document.ts';
import type { Comparison } from '../../role/arn.ts';
import type { CheckContext } from '../../role/check-context.ts';
import { type Elsewhere, holdsElsewhere, isCallerAlone } from './elsewhere.ts';
import { evaluate, readValue, text, type Value } from './evaluate.ts';
import { holdsWithoutKey, type ReadOperator, readOperator } from './operators.ts';
import { both, type Outcome } from './outcome.ts';
import { type CallerKey, findKey, type KnownKey, type RequestKey } from './request-keys.ts';
import type { Pattern, ReadValue } from './variables.ts';

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

/** One key under one operator. */
interface Test {
  operator: string;
  read: ReadOperator;
  key: string;
  /** In lower case. */
  name: string;
  /** As the policy has it: one value, or a list. */
  value: unknown;
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
      const test = { operator, read, key, name: key.toLowerCase(), value: keys[key], pointer: at + pointerTo(key) };
      if (test.name === 'aws:sourcearn' && read.operator?.family !== 'NULL') readSourceTest(reading, test, setting);
      else readOtherTest(reading, test, setting, callers);
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

/** Reads a test of any key, but for those of the value of `aws:SourceArn`. */
function readOtherTest(reading: ConditionReading, test: Test, { context, variables }: Setting, callers: CallerTests): void {
  const { name, read, pointer, operator } = test;
  const key = findKey(name);
  const known = key.known(context);
  const values = oneOrMany(test.value).map((value) => readValue(value, read, context, variables));
  if (key.caller) remarkWeakness(reading, test);
  for (const [index, value] of values.entries()) remarkCallers(reading, test, value, index);

  const outcome = evaluate(read, known, values);
  reading.others = both(reading.others, outcome);
  if (outcome === 'FAILS') reading.failures.push({ pointer, what: failureOf(test, values, key, context) });
  if (known.is === 'UNKNOWN' || read.operator === null) reading.unprovable.push({ pointer, what: `${operator} on ${test.key}` });
  else if (known.is !== 'ABSENT') remarkDoubts(reading, test, values, outcome);

  if (key.caller) {
    callers.set(key.caller, [...(callers.get(key.caller) ?? []), holdsElsewhere(read, key.caller, values, context)]);
    // Whatever comes of it, does it come of the key?
    const isCertain = outcome === 'UNKNOWN' || outcome === evaluate(read, { is: 'ABSENT' }, values);
    const whose = key.caller === 'ACCOUNT' ? 'ACCOUNT' : 'ORGANIZATION';
    if (!isCertain) reading.unconfirmed.push({ pointer, what: `${operator} on ${test.key}`, key: whose });
  } else if (outcome === 'HOLDS' && known.is === 'VALUE' && !read.operator?.negated && values.every(isCallerAlone))
    // It compares the role's own account or organization with the caller's.
    reading.admitsOthers = false;
}

const pointerOf = ({ pointer, value }: Test, index: number) => (Array.isArray(value) ? `${pointer}/${index}` : pointer);

function remarkCallers(reading: ConditionReading, test: Test, { text, read }: Value, index: number): void {
  for (const key of read?.callers ?? [])
    reading.unconfirmed.push({ pointer: pointerOf(test, index), what: `the policy variable in ${text}`, key });
}

/** Values that cannot be read are told one by one; else it is the test itself that is unknown. */
function remarkDoubts(reading: ConditionReading, test: Test, values: Value[], outcome: Outcome): void {
  const unread = values.flatMap(({ text, read }, index) => (read && !read.sure ? [{ text, index }] : []));
  for (const { text, index } of unread) reading.unprovable.push({ pointer: pointerOf(test, index), what: unreadWhat(text) });
  if (outcome === 'UNKNOWN' && unread.length === 0)
    reading.unprovable.push({ pointer: test.pointer, what: `${test.operator} on ${test.key}` });
}

const unreadWhat = (written: string) => (written.includes('${') ? `the policy variable in ${written}` : `the value ${written}`);

/** A negated operator holds without the key as it is; these two make a positive one hold as well. */
function remarkWeakness(reading: ConditionReading, { read, pointer, operator }: Test): void {
  if (read.operator && read.operator.family !== 'NULL' && !read.operator.negated && holdsWithoutKey(read))
    reading.weak.push({ pointer, what: operator });
}

function readSourceTest(reading: ConditionReading, test: Test, setting: Setting): void {
  const { operator, key, pointer, read } = test;
  const { operator: kind } = read;
  remarkWeakness(reading, test);
  if (kind?.family !== 'TEXT' || !setting.decidable) {
    if (kind ? !kind.negated : !/not/i.test(operator)) reading.opaque = true;
    doubt(
      reading,
      pointer,
      kind?.family === 'TEXT' ? `${operator}, whose patterns take too much work to decide,` : `${operator} on ${key}`,
    );
    return;
  }
  const { comparison, negated } = kind;
  const lines = oneOrMany(test.value).map((value, index) => {
    const at = pointerOf(test, index);
    const isPlain = typeof value === 'string' && !value.includes('${');
    return isPlain ? createLine(value, comparison, at, null) : readLine(reading, test, value, index, setting);
  });
  reading.sourceTests.push({ operator, key, lines, comparison, negated });
}

/** Reads a value that may have policy variables. */
function readLine(reading: ConditionReading, test: Test, value: unknown, index: number, { context, variables }: Setting): Line {
  const pointer = pointerOf(test, index);
  const found = readValue(value, test.read, context, variables);
  remarkCallers(reading, test, found, index);
  if (found.read && !found.read.sure) reading.unprovable.push({ pointer, what: unreadWhat(found.text) });
  const { comparison } = test.read.operator as { comparison: Comparison };
  return createLine(found.text, comparison, pointer, found.read);
}

function createLine(value: string, comparison: Comparison, pointer: string, read: ReadValue | null): Line {
  const { head, isPrefix } = beginningOf(value, comparison);
  const readings = read && { sure: read.sure && patternOf(read.sure), most: patternOf(read.most), anywhere: patternOf(read.anywhere) };
  return { value, comparison, pointer, head, isPrefix, read: readings };
}

const patternOf = ({ value, comparison }: Pattern): SourcePattern => ({ value, comparison, ...beginningOf(value, comparison) });

function doubt(reading: ConditionReading, pointer: string, what: string): void {
  reading.unprovable.push({ pointer, what });
  reading.others = both(reading.others, 'UNKNOWN');
}

/** Why a condition fails: what it asks for, and what the call has. */
function failureOf({ operator, read, key }: Test, values: Value[], { known }: RequestKey, context: CheckContext): string {
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
