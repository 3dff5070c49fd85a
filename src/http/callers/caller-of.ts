import type { FastifyReply, FastifyRequest } from 'fastify';
import type { Caller } from '../../schema/caller.ts';

/** Who is calling, with one request through one face. */
export type CallerOf = (request: FastifyRequest, via: Caller['via']) => Caller;

/**
 * Takes so many off the requests that a caller may still send, for one request that asks for as much as several; `reply` then tells
 * what is left. Fault: RATE_LIMITED.
 */
export type ConsumeRateLimit = (request: FastifyRequest, count: number, reply?: FastifyReply) => Promise<void>;

/**
 * Asks anew who calls, by the credential that a request came with: it may have ended while its connection has not. That identity
 * holds for the request from then on. Faults: UNAUTHENTICATED, UNAVAILABLE.
 */
export type Reauthenticate = (request: FastifyRequest) => Promise<void>;
