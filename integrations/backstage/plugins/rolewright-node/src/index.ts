export { isProblem, RolewrightError, toRolewrightError } from './error.ts';
export type { OpenRequest, OpenRole } from './open-role.ts';
export { clusterList, verdictSentence } from './sentences.ts';
export { type RolewrightService, rolewrightServiceRef } from './service.ts';
export { createRole, extendRole, toChange, type WriteRequest } from './writes.ts';
