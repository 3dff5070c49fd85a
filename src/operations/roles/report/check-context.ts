import { defaultKind } from '../../../domain/kinds/kinds.ts';
import type { CheckContext } from '../../../domain/role/check-context.ts';
import type { Account } from '../../../schema/account.ts';
import type { RegisteredAccount } from '../../accounts/account.ts';
import type { Deps } from '../../call/deps.ts';

/** IAM's default for "Role trust policy length". An account can only have more. */
const defaultQuota = 2048;

/** The account's quota for a trust policy, as far as it is known. A read never asks AWS for it. */
export const knownQuota = ({ roles }: Deps, account: Account): number =>
  roles.knownQuotas(account)?.trustPolicySize ?? defaultQuota;

/** The context of a check: all that it knows besides the role. */
export const createCheckContext = (
  { now, extraRegions }: Pick<Deps, 'now' | 'extraRegions'>,
  { accountId, partition, organizationId }: RegisteredAccount,
): CheckContext => ({ accountId, partition, organizationId, kind: defaultKind, now: now(), extraRegions });
