import { tooMuchStored } from '../../fault.ts';
import type { AccountRecord } from '../../ports/accounts.ts';
import { Account, AccountInput } from '../../schema/account.ts';
import type { Deps } from '../call/deps.ts';
import { invalidInput } from '../call/input.ts';
import { defineOperation } from '../call/operation.ts';
import { withDefaults } from './account.ts';

/** Maximum number of registered accounts. An organization has tens of thousands at most. */
const maxAccounts = 100_000;

export const putAccount = defineOperation({
  name: 'putAccount',
  tag: 'Accounts',
  summary: 'Registers an account, or replaces its registration.',
  permission: ['administer'],
  concerns: 'ACCOUNT',
  kind: 'MUTATION',
  input: AccountInput,
  output: Account,
  run: async (
    deps,
    { accountId, name, partition = 'aws', memberRoleArn, externalId, labels = {}, dryRun },
    caller,
  ) => {
    const prefix = `arn:${partition}:iam::${accountId}:`;
    if (memberRoleArn && !memberRoleArn.startsWith(prefix))
      throw invalidInput([
        {
          pointer: '/memberRoleArn',
          message: `must be a role of this account and partition: ${prefix}role/NAME`,
        },
      ]);
    const current = await deps.accounts.get(accountId);
    if (current === null && (await deps.accounts.count()) >= maxAccounts)
      throw tooMuchStored(`${maxAccounts} accounts are registered, which is the maximum. Delete one first.`);
    const own = current
      ? omitDefaults(deps, current, { memberRoleArn, externalId })
      : { memberRoleArn, externalId };
    const record = {
      accountId,
      name,
      partition,
      memberRoleArn: own.memberRoleArn ?? null,
      externalId: own.externalId ?? null,
      labels,
    };
    if (dryRun) {
      const now = deps.now();
      const kept = {
        organizationId: null,
        status: current?.status ?? 'ACTIVE',
        createdAt: current?.createdAt ?? now,
        updatedAt: now,
      };
      return withDefaults(deps, { ...record, ...kept });
    }
    const account = withDefaults(deps, await deps.accounts.put(record));
    // A registration decides which role is assumed. The log of changes is about execution roles alone.
    const { actor, requestId } = caller;
    deps.log.info(
      { actor, requestId, accountId, memberRoleArn: account.memberRoleArn },
      'account registered',
    );
    return account;
  },
});

/** A PUT may send what GET answered. A default that GET showed must not become the account's own value. */
function omitDefaults(
  deps: Deps,
  record: AccountRecord,
  given: { memberRoleArn: string | undefined; externalId: string | undefined },
) {
  const shown = withDefaults(deps, record);
  return {
    memberRoleArn:
      record.memberRoleArn === null && given.memberRoleArn === shown.memberRoleArn
        ? undefined
        : given.memberRoleArn,
    externalId:
      record.externalId === null && given.externalId === shown.externalId ? undefined : given.externalId,
  };
}
