import { randomUUID } from 'node:crypto';
import { STATUS_CODES } from 'node:http';
import type { Socket } from 'node:net';
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { Fault } from '../fault.ts';
import { problemOf, toFault } from '../problem.ts';
import { unauthenticated } from './callers/authentication.ts';
import { safeHeaders } from './connection/headers.ts';
import { translateTransportError } from './connection/transport-faults.ts';
import type { LogSampler } from './log/log-sampler.ts';
import type { LogOf } from './log/request-log.ts';

/** Creates the error handler: it answers with a problem, and logs what the problem does not show. */
export const createProblemSender =
  (logOf: LogOf) =>
  (given: Error, request: FastifyRequest, reply: FastifyReply): FastifyReply => {
    const error = translateTransportError(given);
    const { cause } = toFault(error);
    const problem = problemOf(error, request.url.split('?')[0] ?? '', request.id);
    if (problem.code === 'INTERNAL') request.log.error({ err: error }, 'request failed');
    else if (cause) logOf(request).warn({ err: cause, code: problem.code }, problem.detail);
    // A request in progress and a short outage pass in seconds. A longer outage should not be hammered
    // either.
    if (problem.status === 503 || problem.code === 'IDEMPOTENCY_IN_FLIGHT') reply.header('retry-after', '2');
    // The rate limit has set the header. Other limits wait for something to end, such as a sweep.
    else if (problem.code === 'RATE_LIMITED' && problem.retryable && !reply.hasHeader('retry-after'))
      reply.header('retry-after', '30');
    return reply
      .code(problem.status)
      .header('x-request-id', request.id)
      .type('application/problem+json')
      .send(JSON.stringify(problem));
  };

/**
 * Creates the handler of what Node's HTTP parser refuses. There is no request yet, so the answer is written
 * to the socket. Headers that are too long may hold a credential of any length: with authentication the
 * answer is then UNAUTHENTICATED.
 */
export const createConnectionRefuser = (isAuthenticated: boolean, sampler: LogSampler) =>
  function refuse(this: FastifyInstance, error: Error & { code?: string }, socket: Socket): void {
    if (sampler.admit(`connection ${error.code}`))
      this.log.info({ err: error }, 'a connection sent invalid HTTP');
    if (!socket.writable || error.code === 'ECONNRESET') {
      socket.destroy();
      return;
    }
    const isTooLong = error.code === 'HPE_HEADER_OVERFLOW';
    const message = isTooLong ? 'the headers are too long' : 'the request is not valid HTTP';
    const isUnauthenticated = isTooLong && isAuthenticated;
    const fault = isUnauthenticated
      ? new Fault('UNAUTHENTICATED', unauthenticated)
      : new Fault('INVALID_INPUT', message, { errors: [{ pointer: '', message }] });
    const problem = problemOf(fault, '/', randomUUID());
    const body = JSON.stringify(problem);
    const headers = {
      'Content-Type': 'application/problem+json; charset=utf-8',
      'X-Request-Id': problem.requestId,
      'Content-Length': Buffer.byteLength(body),
      ...safeHeaders,
      ...(isUnauthenticated && { 'WWW-Authenticate': 'Bearer' }),
      Connection: 'close',
    };
    const lines = Object.entries(headers).map(([name, value]) => `${name}: ${value}\r\n`);
    socket.end(`HTTP/1.1 ${problem.status} ${STATUS_CODES[problem.status]}\r\n${lines.join('')}\r\n${body}`);
  };
