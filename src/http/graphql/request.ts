import type { FastifyRequest } from 'fastify';
import { type DocumentNode, GraphQLError, getOperationAST, Kind } from 'graphql';
import { Fault } from '../../fault.ts';
import { invalidInput } from '../../operations/call/input.ts';

/** A GraphQL request. */
export interface GraphqlRequest {
  text: string;
  variables: Record<string, unknown>;
  operationName: string | null;
}

const mediaTypes = ['application/json', 'application/graphql'];

/**
 * Refuses simple requests, which pages of other sites can send in the name of a user. They cannot have these
 * content types, also not by GET. Fault: UNSUPPORTED_MEDIA_TYPE.
 */
export async function requireMediaType({ headers, ws }: FastifyRequest): Promise<void> {
  // A handshake has an Origin. Pages of other sites are refused by it.
  if (ws) return;
  const type = headers['content-type']?.split(';')[0]?.trim().toLowerCase() ?? '';
  if (mediaTypes.includes(type)) return;
  throw new Fault(
    'UNSUPPORTED_MEDIA_TYPE',
    'Send the request with Content-Type: application/json, also by GET. Pages of other sites cannot set it.',
  );
}

/** Reads a request from the body of POST, or from the query string. Fault: INVALID_INPUT. */
export function readRequest({ method, body, query }: FastifyRequest): GraphqlRequest {
  const given = ((method === 'POST' ? body : query) ?? {}) as {
    query?: unknown;
    variables?: unknown;
    operationName?: unknown;
  };
  const { query: text, operationName = null } = given;
  const variables = method === 'POST' ? (given.variables ?? {}) : parseVariables(given.variables);
  if (typeof text !== 'string' || text.trim() === '')
    throw invalidRequest('must be a GraphQL document, as text', '/query');
  if (!isObject(variables) || (operationName !== null && typeof operationName !== 'string'))
    throw invalidRequest(members);
  return { text, variables, operationName };
}

function parseVariables(text: unknown): unknown {
  if (text === undefined || text === '') return {};
  try {
    return JSON.parse(String(text));
  } catch {
    throw invalidRequest(members);
  }
}

const isObject = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

/** Refuses mutations by GET and HEAD, and subscriptions without a WebSocket. Fault: INVALID_INPUT. */
export function requireAnswerable(
  document: DocumentNode,
  method: string,
  operationName: string | null,
): void {
  // Also if another operation is selected: without a name the subscription would be run once, as a query.
  if (
    document.definitions.some(
      (one) => one.kind === Kind.OPERATION_DEFINITION && one.operation === 'subscription',
    )
  )
    throw invalidRequest(
      'has a subscription. Use a WebSocket with graphql-transport-ws at /graphql',
      '/query',
    );
  if (method === 'POST') return;
  const operation = getOperationAST(document, operationName);
  if (!operation) throw invalidRequest('must be the name of an operation of the document', '/operationName');
  if (operation.operation === 'mutation') throw invalidRequest('Send mutations by POST.');
}

/**
 * Reduces a document to the operation of this name, with all fragments. Throws a GraphQLError if the name is
 * missing or unknown.
 */
export function selectOperation(document: DocumentNode, name: string | null): DocumentNode {
  const operation = getOperationAST(document, name);
  if (!operation)
    throw new GraphQLError(
      name === null
        ? 'Must provide operation name if query contains multiple operations.'
        : `Unknown operation named "${name}".`,
    );
  const others = document.definitions.filter(
    (one) => one.kind === Kind.OPERATION_DEFINITION && one !== operation,
  );
  return others.length === 0
    ? document
    : { ...document, definitions: document.definitions.filter((one) => !others.includes(one)) };
}

const members =
  'A GraphQL request consists of query (text), variables (an object, optional) and operationName (text, optional).';

const invalidRequest = (message: string, pointer?: string) =>
  pointer === undefined
    ? new Fault('INVALID_INPUT', message, { errors: [{ pointer: '', message }] })
    : invalidInput([{ pointer, message }]);
