import { beginningOf } from '../../patterns/prefix-match.ts';
import { oneOrMany } from '../../policy/document.ts';
import type { Comparison } from '../../role/arn.ts';
import {
  addDoubt,
  type ConditionReading,
  describeUnread,
  pointerOf,
  remarkCallers,
  remarkWeakness,
  type Setting,
  type Test,
} from './reading.ts';
import type { Line, SourcePattern } from './source-test.ts';
import { readValue } from './value.ts';
import type { Pattern, ReadValue } from './variables.ts';

export function readSourceTest(reading: ConditionReading, test: Test, setting: Setting): void {
  const { operator, key, pointer, read } = test;
  const { operator: kind } = read;
  remarkWeakness(reading, test);
  if (kind?.family !== 'TEXT' || !setting.isDecidable) {
    if (kind ? !kind.isNegated : !/not/i.test(operator)) reading.isOpaque = true;
    addDoubt(
      reading,
      pointer,
      kind?.family === 'TEXT'
        ? `${operator}, whose patterns are too complex to evaluate,`
        : `${operator} on ${key}`,
    );
    return;
  }
  const { comparison, isNegated } = kind;
  const lines = oneOrMany(test.value).map((value, index) => {
    const at = pointerOf(test, index);
    const isPlain = typeof value === 'string' && !value.includes('${');
    return isPlain ? createLine(value, comparison, at, null) : readLine(reading, test, value, index, setting);
  });
  reading.sourceTests.push({ operator, key, lines, comparison, isNegated });
}

/** Reads a value that may have policy variables. */
function readLine(
  reading: ConditionReading,
  test: Test,
  value: unknown,
  index: number,
  { context, variables }: Setting,
): Line {
  const pointer = pointerOf(test, index);
  const found = readValue(value, test.read, context, variables);
  remarkCallers(reading, test, found, index);
  if (found.read && !found.read.sure) reading.unprovable.push({ pointer, what: describeUnread(found.text) });
  const { comparison } = test.read.operator as { comparison: Comparison };
  return createLine(found.text, comparison, pointer, found.read);
}

function createLine(value: string, comparison: Comparison, pointer: string, read: ReadValue | null): Line {
  const { head, isPrefix } = beginningOf(value, comparison);
  const readings = read && {
    sure: read.sure && patternOf(read.sure),
    most: patternOf(read.most),
    anywhere: patternOf(read.anywhere),
  };
  return { value, comparison, pointer, head, isPrefix, read: readings };
}

const patternOf = ({ value, comparison }: Pattern): SourcePattern => ({
  value,
  comparison,
  ...beginningOf(value, comparison),
});
