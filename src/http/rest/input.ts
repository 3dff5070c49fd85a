import type { FastifyRequest } from 'fastify';
import type { FieldError } from '../../fault.ts';
import { invalidInput, validateInput } from '../../operations/call/input.ts';
import { type InputRoute, inHeader, placesOf } from './parameter-locations.ts';

export interface RequestInput {
  input: Record<string, unknown>;
  misplaced: FieldError[];
}

/**
 * Reads path, query, headers and body of a request into one flat input. Texts of the query become numbers and
 * booleans where the field is one. The operation validates the input. A field in the wrong place is reported:
 * a body must not overwrite the path.
 */
export function readInput(route: InputRoute, request: FastifyRequest): RequestInput {
  const shape = route.shape ?? route.operation.input;
  const places = placesOf(route);
  const misplaced: FieldError[] = [];
  // Without a prototype, so that `__proto__` is refused like any unknown field.
  const flat: Record<string, unknown> = Object.assign(Object.create(null), request.params);
  const take = (place: 'query' | 'body', given: object) => {
    for (const [name, value] of Object.entries(given)) {
      const belongs = Object.hasOwn(places, name) ? places[name] : undefined;
      const isBoth = place === 'body' && route.alsoInBody?.includes(name);
      if (isBoth && name in flat && flat[name] !== value)
        misplaced.push({
          pointer: `/${name}`,
          message: 'must have the same value in the body and in the query',
        });
      else if (belongs !== undefined && belongs !== place && !isBoth)
        misplaced.push({ pointer: `/${name}`, message: `must be in the ${belongs}, not in the ${place}` });
      else flat[name] = place === 'query' ? convertText(belongs && shape.properties[name], value) : value;
    }
  };
  take('query', request.query as object);
  const body = request.body ?? {};
  if (typeof body !== 'object' || Array.isArray(body))
    misplaced.push({ pointer: '', message: 'the body must be a JSON object' });
  else take('body', body);
  for (const [name, header] of Object.entries(inHeader))
    if (places[name] && request.headers[header] !== undefined) flat[name] = request.headers[header];
  if (!route.translate) return { input: flat, misplaced };
  // Faults of REST's own shape are reported in its own terms, before it is translated.
  const errors = [...misplaced, ...validateInput(shape, flat)];
  if (errors.length > 0) throw invalidInput(errors);
  return { input: route.translate(flat), misplaced };
}

/** Converts a text of the query to the type of its field. A single value for a list becomes a list. */
function convertText(schema: unknown, value: unknown): unknown {
  if (typeof schema !== 'object' || schema === null) return value;
  if ('type' in schema && schema.type === 'array') return Array.isArray(value) ? value : [value];
  if ('type' in schema && schema.type === 'integer' && typeof value === 'string' && /^\d{1,15}$/.test(value))
    return Number(value);
  if ('type' in schema && schema.type === 'boolean' && (value === 'true' || value === 'false'))
    return value === 'true';
  return value;
}
