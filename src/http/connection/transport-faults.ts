import { Fault } from '../../fault.ts';

/** Faults for requests that Fastify refuses before a handler runs, by its error code. */
const faultsByCode: Record<string, () => Fault> = {
  FST_ERR_CTP_INVALID_JSON_BODY: () => invalidBody('must be JSON'),
  FST_ERR_CTP_BODY_TOO_LARGE: () =>
    new Fault('PAYLOAD_TOO_LARGE', 'The body is larger than 256 KiB. Send fewer clusters or tags.'),
  FST_ERR_CTP_INVALID_MEDIA_TYPE: () =>
    new Fault('UNSUPPORTED_MEDIA_TYPE', 'Send the body as application/json.'),
  FST_STATIC_FORBIDDEN_PATH: () =>
    new Fault('ROUTE_NOT_FOUND', 'File not found. GET /docs lists the routes.'),
  FST_ERR_BAD_URL: () =>
    new Fault('INVALID_INPUT', 'The path is not a valid URL. Percent-encode it.', {
      errors: [{ pointer: '', message: 'must be a valid URL path' }],
    }),
};

const invalidRequest = (message: string) =>
  new Fault('INVALID_INPUT', message, { errors: [{ pointer: '', message }] });
const invalidBody = (message: string) =>
  new Fault('INVALID_INPUT', `The body ${message}.`, {
    errors: [{ pointer: '', message: `the body ${message}` }],
  });

/** Translates an error that Fastify blames on the request. Any other error is returned as it is. */
export function translateTransportError(error: unknown): unknown {
  if (!(error instanceof Error) || error instanceof Fault) return error;
  const code = 'code' in error && typeof error.code === 'string' ? error.code : '';
  const known = faultsByCode[code]?.();
  if (known) return known;
  // Fastify's own messages are about the request alone. ECONNRESET: the caller closed the connection.
  const isCallers =
    'statusCode' in error &&
    typeof error.statusCode === 'number' &&
    error.statusCode >= 400 &&
    error.statusCode < 500;
  return isCallers && (code.startsWith('FST_ERR_') || code === 'ECONNRESET')
    ? invalidRequest(error.message)
    : error;
}
