import { type Refusal, refuse } from './planned.ts';

/** Roles under these paths are AWS's own: service-linked roles, and those of IAM Identity Center. */
const protectedPaths = ['/aws-service-role/', '/aws-reserved/'];

/** UNMODIFIABLE_ROLE, where one of the paths (of the role as it is, or as it is asked for) is AWS's own. */
export function refuseProtected(roleName: string, ...paths: (string | undefined)[]): Refusal | null {
  const found = protectedPaths.find((prefix) => paths.some((path) => path?.startsWith(prefix)));
  if (found === undefined) return null;
  return refuse('UNMODIFIABLE_ROLE', `${roleName} is under ${found}, where only AWS can create or change roles. Use another role.`);
}
