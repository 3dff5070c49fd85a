import { oneOrMany } from '../../policy/document.ts';
import { type Elsewhere, holdsElsewhere, isCallerAlone } from './elsewhere.ts';
import { evaluate } from './evaluate.ts';
import { explainFailure } from './failure.ts';
import { both, type Outcome } from './outcome.ts';
import {
  type ConditionReading,
  describeUnread,
  pointerOf,
  remarkCallers,
  remarkWeakness,
  type Setting,
  type Test,
} from './reading.ts';
import { type CallerKey, findKey } from './request-keys.ts';
import { readValue, type Value } from './value.ts';

/** The tests of each key that names the caller's account or organization. */
export type CallerTests = Map<CallerKey, Elsewhere[]>;

/** Either the key is sent or it is not: all tests of a key must hold in the same case. */
export const canBeAnother = (callers: CallerTests): boolean =>
  [...callers.values()].every(
    (tests) => tests.every(({ sent }) => sent) || tests.every(({ unsent }) => unsent),
  );

/** Reads a test of any key but the value of `aws:SourceArn`. */
export function readOtherTest(
  reading: ConditionReading,
  test: Test,
  { context, variables }: Setting,
  callers: CallerTests,
): void {
  const { name, read, pointer, operator } = test;
  const key = findKey(name);
  const known = key.resolve(context);
  const values = oneOrMany(test.value).map((value) => readValue(value, read, context, variables));
  if (key.caller) remarkWeakness(reading, test);
  for (const [index, value] of values.entries()) remarkCallers(reading, test, value, index);

  const outcome = evaluate(read, known, values);
  reading.others = both(reading.others, outcome);
  if (outcome === 'FAILS')
    reading.failures.push({ pointer, what: explainFailure(test, values, key, context) });
  if (known.is === 'UNKNOWN' || read.operator === null)
    reading.unprovable.push({ pointer, what: `${operator} on ${test.key}` });
  else if (known.is !== 'ABSENT') remarkDoubts(reading, test, values, outcome);

  if (key.caller) {
    callers.set(key.caller, [
      ...(callers.get(key.caller) ?? []),
      holdsElsewhere(read, key.caller, values, context),
    ]);
    // Does the outcome depend on whether the key is sent?
    const isCertain = outcome === 'UNKNOWN' || outcome === evaluate(read, { is: 'ABSENT' }, values);
    const whose = key.caller === 'ACCOUNT' ? 'ACCOUNT' : 'ORGANIZATION';
    if (!isCertain) reading.unconfirmed.push({ pointer, what: `${operator} on ${test.key}`, key: whose });
  } else if (
    outcome === 'HOLDS' &&
    known.is === 'VALUE' &&
    !read.operator?.isNegated &&
    values.every(isCallerAlone)
  )
    // It compares the role's own account or organization with the caller's.
    reading.canAdmitOthers = false;
}

/** Reports each value that cannot be read. If there is none, the test itself is unknown. */
function remarkDoubts(reading: ConditionReading, test: Test, values: Value[], outcome: Outcome): void {
  const unread = values.flatMap(({ text, read }, index) => (read && !read.sure ? [{ text, index }] : []));
  for (const { text, index } of unread)
    reading.unprovable.push({ pointer: pointerOf(test, index), what: describeUnread(text) });
  if (outcome === 'UNKNOWN' && unread.length === 0)
    reading.unprovable.push({ pointer: test.pointer, what: `${test.operator} on ${test.key}` });
}
