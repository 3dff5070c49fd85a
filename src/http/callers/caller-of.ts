import type { FastifyReply, FastifyRequest } from 'fastify';
import type { Caller } from '../../schema/caller.ts';

/** Reads who made a request, and through which interface. */
export type CallerOf = (request: FastifyRequest, via: Caller['via']) => Caller;

/**
 * Counts a request that asks for as much as `count` requests. `reply` gets the headers of the rate limit.
 * Fault: RATE_LIMITED.
 */
export type ConsumeRateLimit = (
  request: FastifyRequest,
  count: number,
  reply?: FastifyReply,
) => Promise<void>;

/**
 * Authenticates a request again by its own credential, which may have expired or been revoked while its
 * connection is open. The request gets the new identity. Faults: UNAUTHENTICATED, UNAVAILABLE.
 */
export type Reauthenticate = (request: FastifyRequest) => Promise<void>;
