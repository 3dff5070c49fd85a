import { parseRoleArn } from '../../domain/role/role-arn.ts';
import type { Observed, RoleState } from '../../domain/role/role-state.ts';
import type { Shown } from '../../ports/clusters.ts';
import type { Caller } from '../../schema/caller.ts';
import type { RegisteredAccount } from '../accounts/account.ts';
import type { Deps } from '../call/deps.ts';
import { canSee } from '../call/permission.ts';
import { isChangedSince } from '../roles/report/changed-since.ts';
import { observe, readRole } from '../roles/report/read-role.ts';

/** A role of a profile, as far as it can be read. */
export interface RoleRead {
  observed: Observed;
  /** Our history says that the role was changed under two minutes ago. */
  isPropagating: boolean;
}

/** What all clusters of an account share. Each is asked for once, and only when it is needed. */
export interface AccountReads {
  role(roleArn: string): Promise<Shown<RoleRead>>;
  oidcProviders(): Promise<Shown<string[]>>;
}

/** How long EKS may refuse a role after a change. */
const propagationMs = 120_000;

/** `listed`: roles that were read already, and are not read again. */
export function createAccountReads(
  deps: Deps,
  account: RegisteredAccount,
  caller: Caller,
  listed: readonly RoleState[] = [],
): AccountReads {
  const known = new Map(listed.map((role) => [withoutPath(role.roleArn), role]));
  const roles = new Map<string, Promise<Shown<RoleRead>>>();
  let providers: Promise<Shown<string[]>> | null = null;
  return {
    role(roleArn) {
      // IAM knows a role by its name alone.
      const key = withoutPath(roleArn);
      const reading =
        roles.get(key) ?? readProfileRole(deps, account, roleArn, known.get(key) ?? null, caller);
      roles.set(key, reading);
      return reading;
    },
    oidcProviders() {
      providers ??= deps.clusters.oidcProviders(account, caller);
      return providers;
    },
  };
}

async function readProfileRole(
  deps: Deps,
  account: RegisteredAccount,
  roleArn: string,
  known: RoleState | null,
  caller: Caller,
): Promise<Shown<RoleRead>> {
  const { accountId } = account;
  const action = 'iam:GetRole';
  const { accountId: owner, roleName } = parseRoleArn(roleArn);
  if (owner !== accountId)
    return {
      hidden: { action, reason: 'ELSEWHERE', message: `The role ${roleArn} is not in account ${accountId}.` },
    };
  if (!canSee(deps, caller, 'checkExecutionRole', accountId, account, roleName))
    return {
      hidden: { action, reason: 'FORBIDDEN', message: `You may not check the role ${roleName}.` },
    };
  const since = new Date(deps.now().getTime() - propagationMs);
  const [observed, isPropagating] = await Promise.all([
    known ? observe(deps, account, roleName, known) : readRole(deps, account, roleName, caller),
    isChangedSince(deps, accountId, roleName, since),
  ]);
  return { value: { observed, isPropagating } };
}

const withoutPath = (roleArn: string): string => roleArn.replace(/:role\/.*\//, ':role/');
