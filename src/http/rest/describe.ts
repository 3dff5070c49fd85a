import Type, { type TObject, type TSchema } from 'typebox';
import { withReferences } from '../components.ts';
import { answers } from './examples/answers.ts';
import { examples, withBodyExample, withParameterExamples } from './examples/requests.ts';
import { inHeader, placesOf } from './parameter-locations.ts';
import { problems } from './problems.ts';
import type { Route } from './routes.ts';

/** Describes a route for OpenAPI, as @fastify/swagger takes it. */
export function describeRoute(route: Route) {
  const {
    operation,
    operationId,
    shape = operation.input,
    status,
    accepted,
    stream,
    alsoInBody = [],
  } = route;
  const places = placesOf(route);
  const example = examples[operationId];
  const pickPart = (place: string): TObject | undefined => {
    const names = Object.keys(shape.properties).filter(
      (name) => places[name] === place || (place === 'body' && alsoInBody.includes(name)),
    );
    if (names.length === 0) return undefined;
    const properties = Object.fromEntries(names.map((name) => [name, shape.properties[name] as TSchema]));
    return withReferences(Type.Object(properties, { additionalProperties: false })) as TObject;
  };
  const [path, query, body] = [pickPart('path'), pickPart('query'), pickPart('body')];
  const headers = Object.entries(inHeader).flatMap(([name, header]) =>
    places[name] ? [[header, shape.properties[name] as TSchema]] : [],
  );
  const schema = withReferences(operation.output);
  const answer = (description: string) => ({
    description,
    content: {
      'application/json': { schema, example: answers[operationId] },
      ...(stream && { 'application/x-ndjson': lines }),
    },
  });
  const success = accepted
    ? { 202: answer('Accepted. The Location header leads to the progress.') }
    : route.method === 'DELETE' && status
      ? { 204: { type: 'null', description: 'Done' } }
      : { 200: answer('Done') };
  return {
    operationId,
    ...summaryOf(operation.summary),
    tags: [operation.tag],
    ...(path && { params: withParameterExamples(path, example) }),
    ...(query && { querystring: withParameterExamples(stream ? withFormat(query) : query, example) }),
    ...(body && { body: withBodyExample(body, example, places) }),
    ...(headers.length > 0 && { headers: Type.Object(Object.fromEntries(headers)) }),
    response: {
      ...success,
      ...(status && route.method !== 'DELETE' && { 201: answer('Created') }),
      ...problems,
    },
  };
}

const lines = { schema: { type: 'string', description: 'One item a line' } };

/** The first sentence is the summary, and the whole text the description. */
export const summaryOf = (text: string) => ({
  summary: text.split('. ')[0]?.replace(/\.$/, ''),
  description: text,
});

/**
 * Adds the parameter `format`. It keeps the fields of the query, because a copy of a field is no longer
 * marked as optional.
 */
const withFormat = (query: TObject): TObject => ({
  ...query,
  properties: {
    ...query.properties,
    format: Type.Enum(['json', 'ndjson'], { type: 'string', description: 'json or ndjson' }),
  },
});
