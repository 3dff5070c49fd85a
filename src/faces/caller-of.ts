import type { FastifyRequest } from 'fastify';
import type { Caller } from '../usecases/operation.ts';

/** Who is calling, with one request through one face. */
export type CallerOf = (request: FastifyRequest, via: Caller['via']) => Caller;
