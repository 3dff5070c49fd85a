import Type, { type TObject, type TSchema } from 'typebox';
import { withReferences } from '../components.ts';
import { examples, withBodyExample, withParameterExamples } from './examples.ts';
import { inHeader, placesOf } from './places.ts';
import { problems } from './problems.ts';
import type { Route } from './routes.ts';

/** Describes a route for OpenAPI, as @fastify/swagger takes it. */
export function describeRoute(route: Route) {
  const { operation, operationId, shape = operation.input, status, accepted, stream, alsoInBody = [] } = route;
  const places = placesOf(route);
  const example = examples[operationId];
  const pickPart = (place: string): TObject | undefined => {
    const names = Object.keys(shape.properties).filter((name) => places[name] === place || (place === 'body' && alsoInBody.includes(name)));
    if (names.length === 0) return undefined;
    const properties = Object.fromEntries(names.map((name) => [name, shape.properties[name] as TSchema]));
    return withReferences(Type.Object(properties, { additionalProperties: false })) as TObject;
  };
  const [path, query, body] = [pickPart('path'), pickPart('query'), pickPart('body')];
  const headers = Object.entries(inHeader).flatMap(([name, header]) => (places[name] ? [[header, shape.properties[name] as TSchema]] : []));
  const output = withReferences(operation.output);
  const success = accepted
    ? { 202: { ...output, description: 'Accepted. The Location header leads to the progress.' } }
    : route.method === 'DELETE' && status
      ? { 204: { type: 'null', description: 'Done' } }
      : { 200: stream ? inBothForms(output, operation.summary) : { ...output, description: operation.summary } };
  return {
    operationId,
    summary: operation.summary,
    tags: [operation.tag],
    ...(path && { params: withParameterExamples(path, example) }),
    ...(query && { querystring: withParameterExamples(stream ? withFormat(query) : query, example) }),
    ...(body && { body: withBodyExample(body, example, places) }),
    ...(headers.length > 0 && { headers: Type.Object(Object.fromEntries(headers)) }),
    response: {
      ...success,
      ...(status && route.method !== 'DELETE' && { 201: { ...output, description: 'Created' } }),
      ...problems,
    },
  };
}

const inBothForms = (output: TSchema, description: string) => ({
  description,
  content: {
    'application/json': { schema: output },
    'application/x-ndjson': { schema: { type: 'string', description: 'One item a line' } },
  },
});

/** Adds the parameter `format`. The query is not made anew: a copy of a field has forgotten that it is optional. */
const withFormat = (query: TObject): TObject => ({
  ...query,
  properties: { ...query.properties, format: Type.Enum(['json', 'ndjson'], { description: 'json or ndjson' }) },
});
