import type { JsonObject } from '../../schema/primitives.ts';
import { Parts } from '../patterns/parts.ts';
import { PrefixIndex } from '../patterns/prefix-index.ts';
import { canonical } from '../policy/document.ts';
import type { SourceTest } from '../trust/condition/source-test.ts';
import { type Edit, mapStatements, setValues, valuesOf, withValues } from '../trust/edit.ts';
import { findUnlistedRegion } from '../trust/findings/line-findings.ts';
import { readEdited } from '../trust/read-trust.ts';
import type { ServiceStatement, TrustReading } from '../trust/reading.ts';

/**
 * Shortens a document without changing its meaning: merges statements, then drops lines that a wider line
 * covers.
 */
export function compact(document: JsonObject, reading: TrustReading): Edit {
  const { document: folded, removed } = fold(document, reading);
  const again = removed.length === 0 ? reading : readEdited(folded, reading);
  return { document: dropCovered(folded, again), removed };
}

/** Moves the lines of Allow statements that differ in nothing else, except the Sid, to the first of them. */
function fold(document: JsonObject, reading: TrustReading): Edit {
  const foldable = reading.statements.filter(isFoldable);
  if (foldable.length < 2) return { document, removed: [] };
  const alike = Map.groupBy(foldable, ({ statement, sourceTests: [test] }) => {
    const { Sid: _, ...rest } = setValues(statement, test as SourceTest, []);
    return canonical(rest);
  });
  const groups = [...alike.values()].filter((group) => group.length > 1);
  if (groups.length === 0) return { document, removed: [] };
  const groupAt = new Map(groups.map((group) => [group[0]?.index, group]));
  const removed = groups.flatMap(([, ...others]) => others);
  const removedAt = new Set(removed.map(({ index }) => index));
  return {
    document: mapStatements(document, (statement, index) => {
      if (removedAt.has(index)) return [];
      const group = groupAt.get(index);
      if (!group) return [statement];
      const values = new Set(group.flatMap(({ sourceTests }) => sourceTests.flatMap(valuesOf)));
      return [withValues(statement, [{ test: group[0]?.sourceTests[0] as SourceTest, values: [...values] }])];
    }),
    removed: removed.map(({ pointer, statement }) => ({ pointer, statement })),
  };
}

/** With one positive test, the values are alternatives in whichever statement they are. */
const isFoldable = ({ effect, isOpaque, sourceTests }: ServiceStatement) =>
  effect === 'Allow' && !isOpaque && sourceTests.length === 1 && !sourceTests[0]?.isNegated;

/**
 * Drops lines that a wider line of the same operator covers. Of two that cover each other, the first stays.
 */
function dropCovered(document: JsonObject, reading: TrustReading): JsonObject {
  const allows = new Map(reading.statements.flatMap((s) => (s.effect === 'Allow' ? [[s.index, s]] : [])));
  return mapStatements(document, (statement, index) => {
    const tests = allows.get(index)?.sourceTests.filter((test) => !test.isNegated) ?? [];
    const shorter = tests
      .map((test) => ({ test, values: uncovered(reading, test) }))
      .filter(({ test, values }) => values.length < test.lines.length);
    return [withValues(statement, shorter)];
  });
}

/** The values that no other value covers. Values with variables or an unlisted Region always stay. */
function uncovered(reading: TrustReading, test: SourceTest): string[] {
  const { budget } = reading;
  // A value that matches nothing neither covers another nor is covered.
  const lines = test.lines.flatMap((line, place) => {
    const parts = line.read ? null : Parts.of(line.value, test.comparison);
    return parts ? [{ line, place, parts }] : [];
  });
  const prefixIndex = new PrefixIndex(lines, ({ parts }) => parts.head);
  const covered = new Set<number>();
  for (const { line, place, parts } of lines) {
    const covers = (other: (typeof lines)[number]) =>
      other.place !== place &&
      other.parts.covers(parts, budget) &&
      (other.place < place || !parts.covers(other.parts, budget));
    if (prefixIndex.findPrefixes(parts.head).some(covers) && findUnlistedRegion(reading, line) === null)
      covered.add(place);
  }
  return valuesOf(test).filter((_, place) => !covered.has(place));
}
