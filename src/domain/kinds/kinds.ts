import { fargate } from './fargate.ts';
import type { RoleKind } from './role-kind.ts';

/** The kind of a role when the request does not name one. It is the only kind so far. */
export const defaultKind: RoleKind = fargate;
