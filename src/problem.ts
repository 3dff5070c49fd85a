import { Fault, faults } from './fault.ts';
import type { Problem } from './schema/problem.ts';

/** A fault as RFC 9457 has it. What is no Fault is INTERNAL, and none of it is shown. */
export function problemOf(error: unknown, instance: string, requestId: string): Problem {
  const fault = toFault(error);
  const { status, title } = faults[fault.code];
  const { errors = [], ...members } = fault.details;
  const standard = {
    type: `urn:rolewright:problem:${fault.code}`,
    title,
    status,
    detail: fault.message,
    instance,
    code: fault.code,
    errors,
    requestId,
    retryable: fault.retryable,
  };
  // In the order of the RFC, and no member of a fault takes the place of a standard one.
  return { ...standard, ...members, ...standard };
}

export const toFault = (error: unknown): Fault =>
  error instanceof Fault
    ? error
    : (transportFault(error) ??
      new Fault('INTERNAL', 'Internal error. Give the request ID to the operator of the service, whose log has the cause.'));

/** What Fastify refuses before a handler runs, by its error code. */
const transport: Record<string, () => Fault> = {
  FST_ERR_CTP_INVALID_JSON_BODY: () => badBody('must be JSON'),
  FST_ERR_CTP_BODY_TOO_LARGE: () => new Fault('PAYLOAD_TOO_LARGE', 'The body is larger than 256 KiB. Send fewer clusters or tags.'),
  FST_ERR_CTP_INVALID_MEDIA_TYPE: () => new Fault('UNSUPPORTED_MEDIA_TYPE', 'Send the body as application/json.'),
  FST_STATIC_FORBIDDEN_PATH: () => new Fault('ROUTE_NOT_FOUND', 'File not found. GET /docs lists the routes.'),
  FST_ERR_BAD_URL: () =>
    new Fault('INVALID_INPUT', 'The path is not a valid URL. Percent-encode it.', {
      errors: [{ pointer: '', message: 'must be a valid URL path' }],
    }),
};

const refused = (message: string) => new Fault('INVALID_INPUT', message, { errors: [{ pointer: '', message }] });
const badBody = (message: string) =>
  new Fault('INVALID_INPUT', `The body ${message}.`, { errors: [{ pointer: '', message: `the body ${message}` }] });

function transportFault(error: unknown): Fault | null {
  if (!(error instanceof Error)) return null;
  const code = 'code' in error && typeof error.code === 'string' ? error.code : '';
  const known = transport[code]?.();
  if (known) return known;
  // Whatever else Fastify blames on the request, in its words: they are about nothing else. ECONNRESET: the caller hung up.
  const isCallers = 'statusCode' in error && typeof error.statusCode === 'number' && error.statusCode >= 400 && error.statusCode < 500;
  return isCallers && (code.startsWith('FST_ERR_') || code === 'ECONNRESET') ? refused(error.message) : null;
}
