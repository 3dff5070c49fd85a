import type { TSchema } from 'typebox';
import { operations } from '../operations/index.ts';
import { Problem } from '../schema/problem.ts';

/**
 * Copies a schema and replaces every named part by a reference to it, also the whole if `outermost` is true.
 */
export function withReferences(schema: TSchema, outermost = true): TSchema {
  return replaceNamed(schema, outermost) as TSchema;
}

function replaceNamed(part: unknown, byReference: boolean): unknown {
  if (Array.isArray(part)) return part.map((one) => replaceNamed(one, true));
  if (typeof part !== 'object' || part === null) return part;
  if (byReference && '$id' in part) return { $ref: `${part.$id}#` };
  const readable = withType(withPropertyNames(part));
  return Object.fromEntries(Object.entries(readable).map(([key, value]) => [key, replaceNamed(value, true)]));
}

/**
 * Expresses the keys of a record as propertyNames: @fastify/swagger ignores patternProperties and would leave
 * them out.
 */
function withPropertyNames(part: object): object {
  if (!('patternProperties' in part)) return part;
  const {
    patternProperties,
    additionalProperties: _,
    ...record
  } = part as { patternProperties: object; additionalProperties?: unknown };
  const [[pattern, value] = ['', true]] = Object.entries(patternProperties);
  return { ...record, propertyNames: { type: 'string', pattern }, additionalProperties: value };
}

/** Adds the type of an enumeration, which TypeBox leaves out and client generators need. */
const withType = (part: object): object =>
  'enum' in part &&
  !('type' in part) &&
  Array.isArray(part.enum) &&
  part.enum.every((one) => typeof one === 'string')
    ? { type: 'string', ...part }
    : part;

/** Lists every named shape of inputs and outputs, each once. */
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
