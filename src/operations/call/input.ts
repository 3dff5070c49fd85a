import type { Static, TObject, TSchema } from 'typebox';
import { Compile, type Validator } from 'typebox/compile';
import { Settings } from 'typebox/system';
import { Fault, type FieldError } from '../../fault.ts';

// A caller gets every error at once. The library stops at eight by default.
Settings.Set({ maxErrors: 200 });

const validators = new WeakMap<TSchema, Validator>();

function getValidator(schema: TSchema): Validator {
  const validator = validators.get(schema) ?? Compile(schema);
  validators.set(schema, validator);
  return validator;
}

/** The errors of `value`, none when it has the shape. A message completes the sentence "FIELD …". */
export function validateInput(schema: TObject, value: unknown): FieldError[] {
  const validator = getValidator(schema);
  if (validator.Check(value)) return [];
  const errors = validator.Errors(value).flatMap((error): FieldError[] => {
    const at = error.instancePath;
    const part = partOf(schema, error.schemaPath);
    if (error.keyword === 'required')
      return error.params.requiredProperties.map((name) => ({
        pointer: `${at}/${name}`,
        message: `is required: it must be ${describePart(part.properties?.[name])}`,
      }));
    if (error.keyword === 'additionalProperties')
      return error.params.additionalProperties.map((name) => ({
        pointer: `${at}/${escapePointer(name)}`,
        message: describeUnknown(part),
      }));
    // The library reports an unknown field twice, once as this.
    if (error.keyword === 'boolean') return [];
    return [{ pointer: at, message: `must be ${describePart(part)}` }];
  });
  return errors.filter(
    (one, i) =>
      errors.findIndex((other) => other.pointer === one.pointer && other.message === one.message) === i,
  );
}

/** The input of an operation. Fault: INVALID_INPUT with every error, those that the face found included. */
export function parseInput<I extends TObject>(
  schema: I,
  value: unknown,
  misplaced: FieldError[] = [],
): Static<I> {
  const errors = [...misplaced, ...validateInput(schema, value)];
  if (errors.length === 0) errors.push(...findUnstorable(value));
  if (errors.length > 0) throw invalidInput(errors);
  return value as Static<I>;
}

/** PostgreSQL cannot store NUL, and UTF-8 cannot encode half of a surrogate pair. */
function findUnstorable(value: unknown, pointer = ''): FieldError[] {
  if (typeof value === 'string')
    return value.includes('\0') || !value.isWellFormed()
      ? [{ pointer, message: 'must be Unicode text without the character NUL' }]
      : [];
  if (typeof value !== 'object' || value === null) return [];
  return Object.entries(value).flatMap(([key, part]) =>
    findUnstorable(part, `${pointer}/${escapePointer(key)}`),
  );
}

export const invalidInput = (errors: FieldError[]) =>
  new Fault(
    'INVALID_INPUT',
    errors.map(({ pointer, message }) => `${pointer} ${message}`.trim()).join('; '),
    { errors },
  );

interface Part {
  type?: string;
  description?: string;
  enum?: unknown[];
  properties?: Record<string, Part>;
  patternProperties?: Record<string, Part>;
}

/** The part of a schema that an error is about. `schemaPath` is a JSON pointer into the schema. */
function partOf(schema: TSchema, schemaPath: string): Part {
  let part: unknown = schema;
  for (const segment of schemaPath.split('/').slice(1)) {
    const key = decodeURIComponent(segment).replaceAll('~1', '/').replaceAll('~0', '~');
    part = typeof part === 'object' && part !== null ? (part as Record<string, unknown>)[key] : undefined;
  }
  return (part ?? {}) as Part;
}

/** A name as a segment of a JSON pointer (RFC 6901). */
export const escapePointer = (name: string) => name.replaceAll('~', '~0').replaceAll('/', '~1');
const describePart = (part: Part | undefined) =>
  part?.description ??
  part?.enum?.join(', ').replace(/, ([^,]*)$/, ' or $1') ??
  `of type ${part?.type ?? 'another kind'}`;
const describeUnknown = (part: Part) =>
  part.properties
    ? `is not a field here; the fields are ${Object.keys(part.properties).join(', ')}`
    : `is not an allowed key: the keys are ${part.description ?? 'others'}`;
