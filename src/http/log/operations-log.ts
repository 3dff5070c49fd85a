import type { FastifyBaseLogger } from 'fastify';

const quieter = ['fatal', 'error', 'warn'];

/**
 * Creates the log of operations. It is the only record of who registered an account, created a token or was
 * denied permission, so every LOG_LEVEL but silent includes it.
 */
export const operationsLog = (log: FastifyBaseLogger): FastifyBaseLogger =>
  quieter.includes(log.level) ? log.child({}, { level: 'info' }) : log;
