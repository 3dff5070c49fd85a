import type { TObject } from 'typebox';

export type Input = Record<string, unknown>;

/** The part of a route that says how its input is read. */
export interface InputRoute {
  method: 'GET' | 'POST' | 'PUT' | 'DELETE';
  url: string;
  operation: { input: TObject };
  /** The shape of the request, where REST differs from the operation. */
  shape?: TObject;
  /** Converts a request of that shape into the operation's input. */
  translate?: (input: Input) => Input;
  /** Query parameters that may be sent in the body instead. */
  alsoInBody?: string[];
}

/** Fields of a write that are query parameters, also where there is a body. */
const inQuery = ['dryRun', 'override', 'claimant', 'wait'];

/** Fields that are headers, with the header's name. */
export const inHeader: Record<string, string> = { ifMatch: 'if-match', idempotencyKey: 'idempotency-key' };

/** Says for each field of a route's input whether it is in the path, the query, the body or a header. */
export function placesOf({
  method,
  url,
  operation,
  shape = operation.input,
}: InputRoute): Record<string, 'path' | 'query' | 'body' | 'header'> {
  const inPath = new Set([...url.matchAll(/:(\w+)/g)].map(([, name]) => name));
  const hasBody = method === 'POST' || method === 'PUT';
  return Object.fromEntries(
    Object.keys(shape.properties).map((name) => [
      name,
      inPath.has(name)
        ? 'path'
        : inHeader[name]
          ? 'header'
          : hasBody && !inQuery.includes(name)
            ? 'body'
            : 'query',
    ]),
  );
}
