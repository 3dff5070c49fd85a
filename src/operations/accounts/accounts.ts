import Type from 'typebox';
import { Fault, tooMuchStored } from '../../fault.ts';
import type { AccountRecord } from '../../ports/accounts.ts';
import { Account, AccountInput, DeleteAccountInput, GetAccountInput, ListAccountsInput } from '../../schema/account.ts';
import { page } from '../../schema/page.ts';
import type { Deps } from '../call/deps.ts';
import { invalidInput } from '../call/input.ts';
import { defineOperation } from '../call/operation.ts';
import { decodeCursor, defaultLimit, encodeCursor } from '../call/paging.ts';
import { canSee } from '../call/permission.ts';
import { requireAudit } from '../call/refusal.ts';
import { readVisiblePage } from '../call/visible-page.ts';

/** An account that is asked about in AWS. */
export type RegisteredAccount = Account & {
  /** Its organization, by import or by ORGANIZATION_ID; null where it is not known. */
  organizationId: string | null;
};

/** How many accounts may be registered. An organization has tens of thousands at the most. */
const mostAccounts = 100_000;

/** The account with the defaults of this service filled in. */
function inForce({ memberRole }: Deps, { organizationId: _, ...record }: AccountRecord): Account {
  return {
    ...record,
    memberRoleArn: record.memberRoleArn ?? `arn:${record.partition}:iam::${record.accountId}:role/${memberRole.name}`,
    externalId: record.externalId ?? memberRole.externalId,
    createdAt: record.createdAt.toISOString(),
    updatedAt: record.updatedAt.toISOString(),
  };
}

/** Is anything to be asked of AWS there? Not of one that was suspended or closed. */
const isActive = ({ status }: Pick<AccountRecord, 'status'>): boolean => status === 'ACTIVE';

/** Fault: ACCOUNT_UNREACHABLE, before AWS is asked. */
function active(account: RegisteredAccount): RegisteredAccount {
  if (isActive(account)) return account;
  const { accountId, status } = account;
  throw new Fault(
    'ACCOUNT_UNREACHABLE',
    `Account ${accountId} is ${status} by the last import from AWS Organizations, so AWS is not asked. When it is in use again, import again: POST /v1/accounts/import.`,
  );
}

/** The account of a write. Faults: ACCOUNT_UNKNOWN, ACCOUNT_UNREACHABLE; AUDIT_UNAVAILABLE without a database, where nothing could be logged. */
export const registered = async (deps: Deps, accountId: string): Promise<RegisteredAccount> =>
  active(await requireAudit(stored(deps, accountId)));

/** The account of a read, as it was found when the read was authorized. Faults: ACCOUNT_UNKNOWN, ACCOUNT_UNREACHABLE. */
export const requireActive = (deps: Deps, accountId: string, record: AccountRecord | null): RegisteredAccount =>
  active(known(deps, accountId, record));

const stored = async (deps: Deps, accountId: string) => known(deps, accountId, await deps.accounts.get(accountId));

function known(deps: Deps, accountId: string, record: AccountRecord | null): RegisteredAccount {
  if (!record) throw new Fault('ACCOUNT_UNKNOWN', `Account ${accountId} is not registered. Register it: PUT /v1/accounts/${accountId}.`);
  return { ...inForce(deps, record), organizationId: record.organizationId ?? deps.organizationId };
}

export const account = defineOperation({
  name: 'account',
  tag: 'Accounts',
  summary: 'Gets one registered account.',
  permission: ['read'],
  concerns: 'ACCOUNT',
  kind: 'QUERY',
  input: GetAccountInput,
  output: Account,
  run: async (deps, { accountId }) => {
    const { organizationId: _, ...account } = await stored(deps, accountId);
    return account;
  },
});

export const accounts = defineOperation({
  name: 'accounts',
  tag: 'Accounts',
  summary: 'Lists the registered accounts that the caller may see, by ID.',
  permission: ['read'],
  concerns: 'ACCOUNTS',
  kind: 'QUERY',
  input: ListAccountsInput,
  output: page('AccountPage', Account),
  run: async (deps, { labels = {}, limit = defaultLimit, cursor }, caller) => {
    const after = cursor === undefined ? null : decodeCursor(cursor, (key) => /^\d{12}$/.test(key));
    const { items, next } = await readVisiblePage(
      { limit, from: after, hasPrivatePlaces: true },
      (after, limit) => deps.accounts.list({ labels, after, limit }),
      ({ accountId }) => accountId,
      (records) => records.filter((record) => canSee(deps, caller, 'account', record.accountId, record)),
    );
    return { items: items.map((record) => inForce(deps, record)), nextCursor: next === null ? null : encodeCursor(next) };
  },
});

/** A PUT of what GET answered: a default that GET showed does not become the account's own. */
function ownOf(deps: Deps, record: AccountRecord, given: { memberRoleArn: string | undefined; externalId: string | undefined }) {
  const shown = inForce(deps, record);
  return {
    memberRoleArn: record.memberRoleArn === null && given.memberRoleArn === shown.memberRoleArn ? undefined : given.memberRoleArn,
    externalId: record.externalId === null && given.externalId === shown.externalId ? undefined : given.externalId,
  };
}

export const putAccount = defineOperation({
  name: 'putAccount',
  tag: 'Accounts',
  summary: 'Registers an account, or replaces its registration.',
  permission: ['administer'],
  concerns: 'ACCOUNT',
  kind: 'MUTATION',
  input: AccountInput,
  output: Account,
  run: async (deps, { accountId, name, partition = 'aws', memberRoleArn, externalId, labels = {}, dryRun }, caller) => {
    if (memberRoleArn && !memberRoleArn.startsWith(`arn:${partition}:iam::${accountId}:`))
      throw invalidInput([
        {
          pointer: '/memberRoleArn',
          message: `must be a role of this account and partition: arn:${partition}:iam::${accountId}:role/NAME`,
        },
      ]);
    const known = await deps.accounts.get(accountId);
    if (known === null && (await deps.accounts.count()) >= mostAccounts)
      throw tooMuchStored(`${mostAccounts} accounts are registered, and there may be no more. Take one away first.`);
    const own = known ? ownOf(deps, known, { memberRoleArn, externalId }) : { memberRoleArn, externalId };
    const record = { accountId, name, partition, memberRoleArn: own.memberRoleArn ?? null, externalId: own.externalId ?? null, labels };
    if (!dryRun) {
      const account = inForce(deps, await deps.accounts.put(record));
      // Which role is assumed where is decided here; the log of changes is about execution roles alone.
      deps.log.info(
        { actor: caller.actor, requestId: caller.requestId, accountId, memberRoleArn: account.memberRoleArn },
        'account registered',
      );
      return account;
    }
    const now = deps.now();
    const kept = { organizationId: null, status: known?.status ?? 'ACTIVE', createdAt: known?.createdAt ?? now, updatedAt: now };
    return inForce(deps, { ...record, ...kept });
  },
});

export const deleteAccount = defineOperation({
  name: 'deleteAccount',
  tag: 'Accounts',
  summary: 'Removes an account from the registry. Nothing changes in AWS, and the history of the account is kept.',
  permission: ['administer'],
  concerns: 'ACCOUNT',
  kind: 'MUTATION',
  input: DeleteAccountInput,
  output: Type.Boolean(),
  run: async (deps, { accountId, dryRun }, caller) => {
    await stored(deps, accountId);
    if (dryRun) return true;
    const isDeleted = await deps.accounts.delete(accountId);
    if (isDeleted) deps.log.info({ actor: caller.actor, requestId: caller.requestId, accountId }, 'account deleted from the registry');
    return isDeleted;
  },
});
