export type { Client } from './client.ts';
export { createClient } from './client.ts';
export type { ClientOptions, TokenSource } from './connection.ts';
export { operations } from './generated/operations.ts';
export type * from './generated/schema.ts';
export type { Answer, Input, OperationId } from './methods.ts';
export type { Pages } from './pages.ts';
export { ConnectionError, Problem, type ProblemCode, type ProblemDocument } from './problem.ts';
export type { CallOptions } from './send.ts';
