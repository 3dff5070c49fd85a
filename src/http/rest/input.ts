import type { FastifyRequest } from 'fastify';
import type { FieldError } from '../../fault.ts';
import { invalidInput, validateInput } from '../../operations/call/input.ts';
import { type InputRoute, inHeader, placesOf } from './places.ts';

export interface RequestInput {
  input: Record<string, unknown>;
  misplaced: FieldError[];
}

/**
 * The one flat input of a request, from path, query, headers and body. Texts of the query become numbers and truth
 * values where the field is one; judging is left to the operation. A field in the wrong place is reported, as what
 * stands in the path must not be overwritten by a body.
 */
export function readInput(route: InputRoute, request: FastifyRequest): RequestInput {
  const shape = route.shape ?? route.operation.input;
  const places = placesOf(route);
  const misplaced: FieldError[] = [];
  // Without a prototype: `__proto__` is a field like any other, and as such refused.
  const flat: Record<string, unknown> = Object.assign(Object.create(null), request.params);
  const take = (place: 'query' | 'body', given: object) => {
    for (const [name, value] of Object.entries(given)) {
      const belongs = Object.hasOwn(places, name) ? places[name] : undefined;
      const isBoth = place === 'body' && route.alsoInBody?.includes(name);
      if (isBoth && name in flat && flat[name] !== value)
        misplaced.push({ pointer: `/${name}`, message: 'must have the same value in the body and in the query' });
      else if (belongs !== undefined && belongs !== place && !isBoth)
        misplaced.push({ pointer: `/${name}`, message: `must be in the ${belongs}, not in the ${place}` });
      else flat[name] = place === 'query' ? converted(belongs && shape.properties[name], value) : value;
    }
  };
  take('query', request.query as object);
  const body = request.body ?? {};
  if (typeof body !== 'object' || Array.isArray(body)) misplaced.push({ pointer: '', message: 'the body must be a JSON object' });
  else take('body', body);
  for (const [name, header] of Object.entries(inHeader))
    if (places[name] && request.headers[header] !== undefined) flat[name] = request.headers[header];
  if (!route.translate) return { input: flat, misplaced };
  // Faults in the face's own words are told in these words; there is then no translation to judge.
  const errors = [...misplaced, ...validateInput(shape, flat)];
  if (errors.length > 0) throw invalidInput(errors);
  return { input: route.translate(flat), misplaced };
}

/** A text of the query as its field wants it; one value where a list may stand is a list of it. */
function converted(schema: unknown, value: unknown): unknown {
  if (typeof schema !== 'object' || schema === null) return value;
  if ('type' in schema && schema.type === 'array') return Array.isArray(value) ? value : [value];
  if ('type' in schema && schema.type === 'integer' && typeof value === 'string' && /^\d{1,15}$/.test(value)) return Number(value);
  if ('type' in schema && schema.type === 'boolean' && (value === 'true' || value === 'false')) return value === 'true';
  return value;
}
