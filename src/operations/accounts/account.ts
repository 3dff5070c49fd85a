import { Fault } from '../../fault.ts';
import type { AccountRecord } from '../../ports/accounts.ts';
import type { Account } from '../../schema/account.ts';
import type { Deps } from '../call/deps.ts';
import { requireAudit } from '../call/require-audit.ts';

/** A registered account, with all that AWS is called with. */
export type RegisteredAccount = Account & {
  /** Its organization, by import or by ORGANIZATION_ID. Null: not known. */
  organizationId: string | null;
};

export const isAccountId = (text: string) => /^\d{12}$/.test(text);

/** The account, with this service's defaults in the place of what the record leaves out. */
export function withDefaults({ memberRole }: Deps, { organizationId: _, ...record }: AccountRecord): Account {
  return {
    ...record,
    memberRoleArn:
      record.memberRoleArn ?? `arn:${record.partition}:iam::${record.accountId}:role/${memberRole.name}`,
    externalId: record.externalId ?? memberRole.externalId,
    createdAt: record.createdAt.toISOString(),
    updatedAt: record.updatedAt.toISOString(),
  };
}

/** Fault: ACCOUNT_UNKNOWN. */
function requireRegistered(deps: Deps, accountId: string, record: AccountRecord | null): RegisteredAccount {
  if (!record)
    throw new Fault(
      'ACCOUNT_UNKNOWN',
      `Account ${accountId} is not registered. Register it: PUT /v1/accounts/${accountId}.`,
    );
  return { ...withDefaults(deps, record), organizationId: record.organizationId ?? deps.organizationId };
}

/** The account as the database has it now. Faults: ACCOUNT_UNKNOWN, UNAVAILABLE. */
export const readAccount = async (deps: Deps, accountId: string): Promise<RegisteredAccount> =>
  requireRegistered(deps, accountId, await deps.accounts.get(accountId));

/**
 * The account of a read of AWS, from the record that the read was authorized by. Faults: ACCOUNT_UNKNOWN;
 * ACCOUNT_UNREACHABLE for an account that is suspended or closed.
 */
export const requireActive = (
  deps: Deps,
  accountId: string,
  record: AccountRecord | null,
): RegisteredAccount => refuseInactive(requireRegistered(deps, accountId, record));

/**
 * The account of a write, as the database has it now. Faults: as `requireActive`; AUDIT_UNAVAILABLE without a
 * database.
 */
export const readActiveAccount = async (deps: Deps, accountId: string): Promise<RegisteredAccount> =>
  refuseInactive(await requireAudit(readAccount(deps, accountId)));

function refuseInactive(account: RegisteredAccount): RegisteredAccount {
  const { accountId, status } = account;
  if (status === 'ACTIVE') return account;
  throw new Fault(
    'ACCOUNT_UNREACHABLE',
    `Account ${accountId} is ${status} according to the last import from AWS Organizations, so AWS was not called. If it is in use again, import the accounts again: POST /v1/accounts/import.`,
  );
}
