import type { FastifyBaseLogger } from 'fastify';

const quieter = ['fatal', 'error', 'warn'];

/**
 * The log of operations: it says who registered which account, made which token and was refused what, for which there is no other
 * place, so that no LOG_LEVEL but silent leaves that out.
 */
export const operationsLog = (log: FastifyBaseLogger): FastifyBaseLogger =>
  quieter.includes(log.level) ? log.child({}, { level: 'info' }) : log;
