import type { TSchema } from 'typebox';
import { operations } from '../operations/index.ts';
import { Problem } from '../schema/problem.ts';

/** A copy in which every part that has a name of its own is a reference to it; with `outermost`, the whole as well. */
export function withReferences(schema: TSchema, outermost = true): TSchema {
  return replaced(schema, outermost) as TSchema;
}

function replaced(part: unknown, byReference: boolean): unknown {
  if (Array.isArray(part)) return part.map((one) => replaced(one, true));
  if (typeof part !== 'object' || part === null) return part;
  if (byReference && '$id' in part) return { $ref: `${part.$id}#` };
  return Object.fromEntries(Object.entries(typed(keysNamed(part))).map(([key, value]) => [key, replaced(value, true)]));
}

/** The writer of the API description knows no patternProperties and would leave the keys out: a record's are said by propertyNames. */
function keysNamed(part: object): object {
  if (!('patternProperties' in part)) return part;
  const { patternProperties, additionalProperties: _, ...record } = part as { patternProperties: object; additionalProperties?: unknown };
  const [[pattern, value] = ['', true]] = Object.entries(patternProperties);
  return { ...record, propertyNames: { type: 'string', pattern }, additionalProperties: value };
}

/** Generators of clients know the values of an enumeration by its type, which TypeBox leaves out. */
const typed = (part: object): object =>
  'enum' in part && !('type' in part) && Array.isArray(part.enum) && part.enum.every((one) => typeof one === 'string')
    ? { type: 'string', ...part }
    : part;

/** Every named shape of inputs and outputs, each once. */
export function listNamedShapes(): TSchema[] {
  const found = new Map<string, TSchema>();
  const visit = (part: unknown): void => {
    if (typeof part !== 'object' || part === null) return;
    if ('$id' in part && typeof part.$id === 'string') found.set(part.$id, part as TSchema);
    for (const value of Object.values(part)) visit(value);
  };
  for (const { output } of Object.values(operations)) visit(output);
  for (const { input } of Object.values(operations)) visit(input.properties);
  visit(Problem);
  return [...found.values()].map((schema) => withReferences(schema, false));
}
