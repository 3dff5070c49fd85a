import type { RemovedStatement } from '../../schema/plan.ts';
import type { JsonObject } from '../../schema/primitives.ts';
import { isObject, oneOrMany } from '../policy/document.ts';
import type { SourceTest } from './condition/source-test.ts';

// Every function answers a new document and leaves its argument unchanged. Statements that need no change
// stay the same, with their order, Sid and unknown keys.

/** An edited document, and the statements that were removed. */
export interface Edit {
  document: JsonObject;
  removed: RemovedStatement[];
}

/** Copies parsed JSON. structuredClone takes three times as long. */
export const copyOf = <T>(value: T): T => JSON.parse(JSON.stringify(value)) as T;

export const oneOrList = (lines: string[]) => (lines.length === 1 ? lines[0] : lines);

/**
 * The document with the statements that `edit` answers for each: the same one, others, or none. If nothing
 * changes, it is the same object.
 */
export function mapStatements(
  document: JsonObject,
  edit: (statement: JsonObject, index: number) => JsonObject[],
): JsonObject {
  const before = oneOrMany(document.Statement);
  const statements = before.flatMap((statement, index) =>
    isObject(statement) ? edit(statement, index) : [statement],
  );
  const isSame =
    document.Statement !== undefined &&
    statements.length === before.length &&
    statements.every((statement, index) => statement === before[index]);
  if (isSame) return document;
  const copy = { ...document };
  const [only] = statements;
  // A single statement that was an object stays an object.
  copy.Statement = !Array.isArray(document.Statement) && statements.length === 1 ? only : statements;
  return copy;
}

/** The statement with other values for one test. All other parts stay the same objects. */
export function setValues(
  statement: JsonObject,
  { operator, key }: SourceTest,
  values: string[],
): JsonObject {
  const condition = statement.Condition as JsonObject;
  const keys = condition[operator] as JsonObject;
  return {
    ...statement,
    Condition: { ...condition, [operator]: { ...keys, [key]: oneOrList(values) } },
  };
}

/** The statement with other values for these tests. Without tests it is the same object. */
export function withValues(
  statement: JsonObject,
  tests: { test: SourceTest; values: string[] }[],
): JsonObject {
  return tests.reduce((edited, { test, values }) => setValues(edited, test, values), statement);
}

export const valuesOf = (test: SourceTest) => test.lines.map((line) => line.value);

/** A shared statement without the service, which gets its own statement. */
export function withoutService(statement: JsonObject, service: string): JsonObject {
  const copy = copyOf(statement);
  const exclude = copy.NotPrincipal !== undefined;
  const principal = (exclude ? copy.NotPrincipal : copy.Principal) as JsonObject;
  const services = oneOrMany(principal.Service);
  const rest = exclude ? [...services, service] : services.filter((s) => s !== service);
  if (rest.length === 0) delete principal.Service;
  else principal.Service = rest.length === 1 ? rest[0] : rest;
  return copy;
}
