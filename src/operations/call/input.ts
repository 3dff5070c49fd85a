import type { Static, TObject, TSchema } from 'typebox';
import { Compile, type Validator } from 'typebox/compile';
import { Settings } from 'typebox/system';
import { Fault, type FieldError } from '../../fault.ts';

// A caller is told of every fault at once; the library stops at eight unless told otherwise.
Settings.Set({ maxErrors: 200 });

const validators = new WeakMap<TSchema, Validator>();

function validatorOf(schema: TSchema): Validator {
  const known = validators.get(schema) ?? Compile(schema);
  validators.set(schema, known);
  return known;
}

/** One entry per fault of `value`, in words that complete "FIELD …"; none when it has the shape. */
export function faultsIn(schema: TObject, value: unknown): FieldError[] {
  const validator = validatorOf(schema);
  if (validator.Check(value)) return [];
  const found = validator.Errors(value).flatMap((error): FieldError[] => {
    const at = error.instancePath;
    const part = partOf(schema, error.schemaPath);
    if (error.keyword === 'required')
      return error.params.requiredProperties.map((name) => ({
        pointer: `${at}/${name}`,
        message: `is required: it must be ${described(part.properties?.[name])}`,
      }));
    if (error.keyword === 'additionalProperties')
      return error.params.additionalProperties.map((name) => ({ pointer: `${at}/${escaped(name)}`, message: strange(part) }));
    // The library names an unknown field twice: once as this.
    if (error.keyword === 'boolean') return [];
    return [{ pointer: at, message: `must be ${described(part)}` }];
  });
  return found.filter((one, i) => found.findIndex((other) => other.pointer === one.pointer && other.message === one.message) === i);
}

/** The input as the operation wants it. Fault: INVALID_INPUT with one entry per fault, those that the face found among them. */
export function checked<I extends TObject>(schema: I, value: unknown, misplaced: FieldError[] = []): Static<I> {
  const errors = [...misplaced, ...faultsIn(schema, value)];
  if (errors.length === 0) errors.push(...unstorable(value));
  if (errors.length > 0) throw invalidInput(errors);
  return value as Static<I>;
}

/** PostgreSQL keeps no NUL, and UTF-8 has no half of a surrogate pair. */
function unstorable(value: unknown, pointer = ''): FieldError[] {
  if (typeof value === 'string')
    return value.includes('\0') || !value.isWellFormed() ? [{ pointer, message: 'must be Unicode text without the character NUL' }] : [];
  if (typeof value !== 'object' || value === null) return [];
  return Object.entries(value).flatMap(([key, part]) => unstorable(part, `${pointer}/${escaped(key)}`));
}

export const invalidInput = (errors: FieldError[]) =>
  new Fault('INVALID_INPUT', errors.map(({ pointer, message }) => `${pointer} ${message}`.trim()).join('; '), { errors });

interface Part {
  type?: string;
  description?: string;
  enum?: unknown[];
  properties?: Record<string, Part>;
  patternProperties?: Record<string, Part>;
}

/** The part of a schema that an error is about: `schemaPath` is a pointer into it. */
function partOf(schema: TSchema, schemaPath: string): Part {
  let part: unknown = schema;
  for (const segment of schemaPath.split('/').slice(1)) {
    const key = decodeURIComponent(segment).replaceAll('~1', '/').replaceAll('~0', '~');
    part = typeof part === 'object' && part !== null ? (part as Record<string, unknown>)[key] : undefined;
  }
  return (part ?? {}) as Part;
}

export const escaped = (name: string) => name.replaceAll('~', '~0').replaceAll('/', '~1');
const described = (part: Part | undefined) =>
  part?.description ?? part?.enum?.join(', ').replace(/, ([^,]*)$/, ' or $1') ?? `of type ${part?.type ?? 'another kind'}`;
const strange = (part: Part) =>
  part.properties
    ? `is not a field here; the fields are ${Object.keys(part.properties).join(', ')}`
    : `is not an allowed key: there may be ${part.description ?? 'other keys'}`;
