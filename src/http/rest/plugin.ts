import type { FastifyInstance, FastifyReply } from 'fastify';
import Type, { type TObject, type TSchema } from 'typebox';
import type { Deps } from '../../operations/call/deps.ts';
import type { CallerOf } from '../callers/caller-of.ts';
import type { CloseWhenExpired } from '../callers/close-when-expired.ts';
import { withReferences } from '../components.ts';
import { examples, withBodyExample, withParameterExamples } from './examples.ts';
import { auditExport } from './export.ts';
import { readInput } from './input.ts';
import { problems } from './problems.ts';
import { requireUnchanged, splitRepresentation } from './read-only.ts';
import { inHeader, placesOf, type Route, routes } from './routes.ts';
import { createStreams } from './streams.ts';
import { sweepEvents } from './sweep-events.ts';

/** REST under /v1: one route after the other calls its operation. */
export async function rest(
  app: FastifyInstance,
  { deps, callerOf, closeWhenExpired }: { deps: Deps; callerOf: CallerOf; closeWhenExpired: CloseWhenExpired },
): Promise<void> {
  // Operations judge their input, once for every face; the schemas here only describe it.
  app.setValidatorCompiler(() => () => true);
  app.setSerializerCompiler(() => JSON.stringify);
  const streams = createStreams(app, closeWhenExpired);
  for (const route of routes)
    app.route({
      method: route.method,
      url: route.url,
      schema: described(route),
      handler: async (request, reply) => {
        if (route.stream && streams.isAsked(request)) return await route.stream({ deps, streams, callerOf }, request, reply);
        const { read } = route;
        const whole = read ? splitRepresentation({ ...route, read }, request) : null;
        if (whole) request.body = whole.body;
        const { input, misplaced } = readInput(route, request);
        const caller = callerOf(request, 'REST');
        const before = read && whole ? () => requireUnchanged(whole, () => read.call(deps, request.params, caller)) : undefined;
        // The form that is meant when none is named. Any other is no field of the operation.
        if (route.stream && input.format === 'json') delete input.format;
        const onReplay = () => void reply.header('idempotency-replayed', 'true');
        const answer = await route.operation.call(deps, input, caller, misplaced, onReplay, before);
        if (route.accepted !== undefined)
          return reply
            .code(202)
            .header('location', `/v1${route.accepted}/${(answer as { id: string }).id}`)
            .send(answer);
        return answered(reply, route.status?.(answer, input) ?? 200, answer);
      },
    });
  auditExport(app, { deps, streams, callerOf });
  sweepEvents(app, { deps, streams, callerOf });
}

function answered(reply: FastifyReply, status: 200 | 201 | 202 | 204, answer: unknown): unknown {
  reply.code(status);
  const etag = etagIn(answer);
  if (etag) reply.header('etag', etag);
  return status === 204 ? reply.send() : answer;
}

/** The etag of the role that an answer is about. */
function etagIn(answer: unknown): string | null {
  if (typeof answer !== 'object' || answer === null) return null;
  if ('etag' in answer && typeof answer.etag === 'string') return answer.etag;
  return 'report' in answer ? etagIn(answer.report) : null;
}

/** What a route's URL says it is about. */
const tags = [
  ['/changes', 'changes'],
  ['/audit', 'changes'],
  ['/execution-roles', 'execution roles'],
  ['/claims', 'execution roles'],
  ['/service-tokens', 'service tokens'],
] as const;

/** The route as the API description shows it. */
function described(route: Route) {
  const { operation, shape = operation.input, status, accepted, stream, alsoInBody = [] } = route;
  const places = placesOf(route);
  const operationId = route.operationId ?? operation.name;
  const example = examples[operationId];
  const part = (place: string): { schema?: TObject } => {
    const names = Object.keys(shape.properties).filter((name) => places[name] === place || (place === 'body' && alsoInBody.includes(name)));
    if (names.length === 0) return {};
    const properties = Object.fromEntries(names.map((name) => [name, shape.properties[name] as TSchema]));
    return { schema: withReferences(Type.Object(properties, { additionalProperties: false })) as TObject };
  };
  const [path, query, body] = [part('path').schema, part('query').schema, part('body').schema];
  const headers = Object.entries(inHeader).flatMap(([name, header]) => (places[name] ? [[header, shape.properties[name] as TSchema]] : []));
  const output = withReferences(operation.output);
  const success = accepted
    ? { 202: { ...output, description: 'Accepted; Location says where to see how it goes' } }
    : route.method === 'DELETE' && status
      ? { 204: { type: 'null', description: 'Done' } }
      : accepted
        ? { 202: { ...output, description: operation.summary } }
        : { 200: stream ? inBothForms(output, operation.summary) : { ...output, description: operation.summary } };
  return {
    operationId,
    summary: operation.summary,
    tags: [tags.find(([part]) => route.url.includes(part))?.[1] ?? 'accounts'],
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
    'application/x-ndjson': { schema: { type: 'string', description: 'an item a line' } },
  },
});
/** Not made anew: a copy of a field has forgotten that it may be left out. */
const withFormat = (query: TObject): TObject => ({
  ...query,
  properties: { ...query.properties, format: Type.Enum(['json', 'ndjson'], { description: 'json or ndjson' }) },
});
