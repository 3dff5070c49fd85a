import { type Refusal, refuse } from './planned.ts';

/** AWS owns the roles under these paths: service-linked roles, and those of IAM Identity Center. */
const protectedPaths = ['/aws-service-role/', '/aws-reserved/'];

/**
 * Refuses a role under a path that AWS owns, with UNMODIFIABLE_ROLE. The paths are those of the existing role
 * and of the request.
 */
export function refuseProtected(roleName: string, ...paths: (string | undefined)[]): Refusal | null {
  const found = protectedPaths.find((prefix) => paths.some((path) => path?.startsWith(prefix)));
  if (found === undefined) return null;
  return refuse(
    'UNMODIFIABLE_ROLE',
    `${roleName} is under ${found}, where only AWS can create or change roles. Use another role.`,
  );
}
