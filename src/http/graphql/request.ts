import type { FastifyRequest } from 'fastify';
import { type DocumentNode, GraphQLError, getOperationAST, Kind } from 'graphql';
import { Fault } from '../../fault.ts';
import { invalidInput } from '../../operations/call/input.ts';

/** What a GraphQL request asks for. */
export interface GraphqlRequest {
  text: string;
  variables: Record<string, unknown>;
  operationName: string | null;
}

const mediaTypes = ['application/json', 'application/graphql'];

/**
 * Refuses what a page of another site can have a browser send in its reader's name: simple requests, GET too, which never have these content
 * types. Fault: UNSUPPORTED_MEDIA_TYPE.
 */
export async function requireMediaType({ headers, ws }: FastifyRequest): Promise<void> {
  // A handshake has an Origin, by which foreign pages are refused.
  if (ws) return;
  const type = headers['content-type']?.split(';')[0]?.trim().toLowerCase() ?? '';
  if (mediaTypes.includes(type)) return;
  throw new Fault(
    'UNSUPPORTED_MEDIA_TYPE',
    'Send the request with Content-Type: application/json, also by GET. Pages of other sites cannot set it.',
  );
}

/** Reads a request: of POST its body, else its query string. Fault: INVALID_INPUT. */
export function readRequest({ method, body, query }: FastifyRequest): GraphqlRequest {
  const given = ((method === 'POST' ? body : query) ?? {}) as { query?: unknown; variables?: unknown; operationName?: unknown };
  const { query: text, operationName = null } = given;
  const variables = method === 'POST' ? (given.variables ?? {}) : parseVariables(given.variables);
  if (typeof text !== 'string' || text.trim() === '') throw refused('must be a GraphQL document, as text', '/query');
  if (!isObject(variables) || (operationName !== null && typeof operationName !== 'string')) throw refused(members);
  return { text, variables, operationName };
}

function parseVariables(text: unknown): unknown {
  if (text === undefined || text === '') return {};
  try {
    return JSON.parse(String(text));
  } catch {
    throw refused(members);
  }
}

const isObject = (value: unknown): value is Record<string, unknown> => typeof value === 'object' && value !== null && !Array.isArray(value);

/** By GET, and by HEAD, which is GET to all in between, nothing is changed. Subscriptions need a WebSocket. Fault: INVALID_INPUT. */
export function requireAnswerable(document: DocumentNode, method: string, operationName: string | null): void {
  // The one of several that is not named would be run as a query, once.
  if (document.definitions.some((one) => one.kind === Kind.OPERATION_DEFINITION && one.operation === 'subscription'))
    throw refused('has a subscription. Use a WebSocket with graphql-transport-ws at /graphql', '/query');
  if (method === 'POST') return;
  const operation = getOperationAST(document, operationName);
  if (!operation) throw refused('must be the name of an operation of the document', '/operationName');
  if (operation.operation === 'mutation') throw refused('Send mutations by POST.');
}

/** The document with the operation of this name alone, and its fragments. Throws a GraphQLError where there is no such operation, or no name. */
export function selectOperation(document: DocumentNode, name: string | null): DocumentNode {
  const operation = getOperationAST(document, name);
  if (!operation)
    throw new GraphQLError(
      name === null ? 'Must provide operation name if query contains multiple operations.' : `Unknown operation named "${name}".`,
    );
  const others = document.definitions.filter((one) => one.kind === Kind.OPERATION_DEFINITION && one !== operation);
  return others.length === 0 ? document : { ...document, definitions: document.definitions.filter((one) => !others.includes(one)) };
}

const members = 'A GraphQL request consists of query (text), variables (an object, optional) and operationName (text, optional).';

const refused = (message: string, pointer?: string) =>
  pointer === undefined
    ? new Fault('INVALID_INPUT', message, { errors: [{ pointer: '', message }] })
    : invalidInput([{ pointer, message }]);
