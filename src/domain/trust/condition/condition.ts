import { isObject, oneOrMany, pointerTo } from '../../policy/document.ts';
import { readOperator } from './operators.ts';
import { type CallerTests, canBeAnother, readOtherTest } from './read-other-test.ts';
import { readSourceTest } from './read-source-test.ts';
import { addDoubt, type ConditionReading, type Setting } from './reading.ts';
import { text } from './value.ts';

/** Reads a `Condition` block. */
export function readCondition(condition: unknown, pointer: string, setting: Setting): ConditionReading {
  const reading: ConditionReading = {
    sourceTests: [],
    others: 'HOLDS',
    isOpaque: false,
    canAdmitOthers: true,
    unprovable: [],
    weak: [],
    failures: [],
    unconfirmed: [],
  };
  if (condition === undefined) return reading;
  if (!isObject(condition)) {
    addDoubt(reading, pointer, 'a Condition that is not an object');
    return reading;
  }
  const callers: CallerTests = new Map();
  for (const operator in condition) {
    const keys = condition[operator];
    const at = pointer + pointerTo(operator);
    if (!isObject(keys)) {
      addDoubt(reading, at, `${operator} without condition keys`);
      continue;
    }
    const read = readOperator(operator);
    for (const key in keys) {
      const test = {
        operator,
        read,
        key,
        name: key.toLowerCase(),
        value: keys[key],
        pointer: at + pointerTo(key),
      };
      if (test.name === 'aws:sourcearn' && read.operator?.family !== 'NULL')
        readSourceTest(reading, test, setting);
      else readOtherTest(reading, test, setting, callers);
    }
  }
  if (callers.size > 0) reading.canAdmitOthers &&= canBeAnother(callers);
  if (reading.weak.length > 0) dropRequired(reading, condition);
  return reading;
}

/** With `Null: false` on the same key, a request without the key fails. */
function dropRequired(reading: ConditionReading, condition: Record<string, unknown>): void {
  const required = Object.entries(condition)
    .filter(([operator]) => readOperator(operator).operator?.family === 'NULL')
    .flatMap(([, keys]) => (isObject(keys) ? Object.entries(keys) : []))
    .filter(([, values]) => oneOrMany(values).every((value) => text(value).toLowerCase() === 'false'))
    .map(([key]) => pointerTo(key.toLowerCase()));
  reading.weak = reading.weak.filter(
    ({ pointer }) => !required.some((key) => pointer.toLowerCase().endsWith(key)),
  );
}
