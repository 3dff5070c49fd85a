import { runSql } from '#test/support/postgres.ts';
import {
  clusters,
  roleName,
  statementOf,
  type TestAccount,
  type TestService,
} from '#test/support/service.ts';
import type { Input } from './case.ts';

// Preparations for a request.

/** A key for this account only, because all these tests have the same caller. */
export const withKey = (account: TestAccount, more: Input = {}) => ({
  ...more,
  accountId: account.accountId,
  idempotencyKey: `key ${account.accountId}`,
});
/** The key has been used already, for another account. */
export const useKey = (account: TestAccount, { rest }: TestService) =>
  rest(
    'PUT',
    `/v1/accounts/8${account.accountId.slice(1)}`,
    { name: 'used' },
    { 'idempotency-key': String(withKey(account).idempotencyKey) },
  );

/** The ID of an import that was a dry run, of an organization with two accounts that are not registered. */
export const rehearseImport = async (
  _: TestAccount,
  { organization, rest, settled }: TestService,
): Promise<string> => {
  organization([
    { accountId: '700000000001', name: 'one', tags: { team: 'a' } },
    { accountId: '700000000002', name: 'two', state: 'SUSPENDED' },
  ]);
  const { json } = await rest('POST', '/v1/accounts/import?dryRun=true');
  await settled();
  return json.id;
};

export const a = clusters('a');
export const seedRole = (account: TestAccount) => account.seed(['a', 'b']);
export const seedOwnedRole = (account: TestAccount) =>
  account.seed(['a', 'b'], { tags: { ManagedBy: 'Terraform' } });
/** A role whose first line an active Fargate profile needs. */
export const seedProfile = (account: TestAccount, { world }: TestService) => {
  seedRole(account);
  const { accountId } = account;
  world.putCluster({ accountId, region: 'us-west-2', name: 'a', profiles: [{ name: 'default' }] });
};
/** A role that the service has extended by z. Answers the result. */
export const extendRole = (
  account: TestAccount,
  { rest }: TestService,
  differences: Parameters<TestAccount['seed']>[1] = {},
) => {
  account.seed(['a', 'b'], differences);
  return rest('POST', `${account.role}/extend?override=MANAGED_ELSEWHERE`, { clusters: clusters('z') });
};
/** Its role has two lines, and `claimant` claims the first; answers the ID of the claim. */
export const claimAs =
  (claimant: string) =>
  async (account: TestAccount, { rest }: TestService): Promise<string> => {
    seedRole(account);
    await rest('PUT', `${account.role}/clusters/us-west-2/a?claimant=${claimant}`);
    return (await rest('GET', `/v1/claims?accountId=${account.accountId}`)).json.items[0].id;
  };
/** Its role has lines for `a` and for `b`, which EKS has shown and does not show now. */
export const seedGone =
  (differences?: Parameters<TestAccount['seed']>[1]) =>
  async (account: TestAccount, { rest, world }: TestService): Promise<void> => {
    const { accountId } = account;
    const gone = { accountId, region: 'us-west-2', name: 'b' };
    account.seed(['a', 'b'], differences);
    world.putCluster(gone);
    for (const isThere of [true, false]) {
      if (!isThere) world.deleteCluster(accountId, gone.region, gone.name);
      await rest('GET', `/v1/accounts/${accountId}/clusters/us-west-2/b/fargate-readiness`);
    }
  };
export const overriding = { override: ['MANAGED_ELSEWHERE', 'CLUSTER_CLAIMED'] };
export const open = (account: TestAccount) =>
  account.seed([], {
    trustText: JSON.stringify({
      Version: '2012-10-17',
      Statement: [{ ...statementOf([]), Condition: undefined }],
    }),
  });
export const unknown = () => ({ accountId: '999999999998', roleName });
export const inDays = (days: number) => new Date(Date.now() + days * 86_400_000).toISOString();
/** A service token of the account's own name. */
export const newToken = ({ accountId }: TestAccount, more: Input = {}): Input => ({
  name: `t-${accountId}`,
  groups: ['rolewright-viewers'],
  expiresAt: inDays(30),
  ...more,
});
/** Creates it, and answers its ID. */
export const createToken = async (account: TestAccount, { rest }: TestService): Promise<string> =>
  (await rest('POST', '/v1/service-tokens', newToken(account))).json.serviceToken.id;
export const boundary = 'arn:aws:iam::aws:policy/PowerUserAccess';

export const ids = ({ accountId }: TestAccount) => ({ accountIds: [accountId] });
export const checking = (account: TestAccount) => ({ operation: 'CHECK', select: ids(account) });
/** A finished sweep of the one account. Answers its ID. */
export async function runSweep(
  account: TestAccount,
  { rest, app }: TestService,
  input: Input = checking(account),
): Promise<string> {
  if (input.operation === 'CHECK') seedRole(account);
  const { id } = (await rest('POST', '/v1/sweeps', input)).json;
  await app.inject(`/v1/sweeps/${id}/events`);
  return id;
}
export const nightly = (account: TestAccount, more: Input = {}) => ({
  name: `of-${account.accountId}`,
  cron: '0 3 * * *',
  sweep: { select: ids(account), roleName, clusters: clusters('a') },
  ...more,
});
export const storeSchedule = (account: TestAccount, { rest }: TestService) => {
  const { name, ...body } = nightly(account);
  return rest('PUT', `/v1/schedules/${name}`, body);
};
/** A dead letter. Answers its ID. */
export async function createDeadLetter(
  { accountId }: TestAccount,
  { databaseUrl }: TestService,
): Promise<string> {
  const id = `event-${accountId}`;
  const data = {
    accountId,
    roleName,
    before: 'COMPLIANT',
    after: 'MISSING',
    findings: ['ROLE_MISSING'],
    sweepId: 'sweep_1',
  };
  const type = 'io.rolewright.verdict.changed';
  const envelope = {
    specversion: '1.0',
    id,
    source: 'urn:rolewright',
    type,
    subject: `${accountId}/${roleName}`,
  };
  const body = JSON.stringify({
    ...envelope,
    time: '2026-11-24T12:00:00.000Z',
    datacontenttype: 'application/json',
    data,
  });
  await runSql(
    databaseUrl,
    `INSERT INTO verdict_event (id, account_id, role_key, body, attempts, last_error, dead_at)
     VALUES ('${id}', '${accountId}', 'role', '${body}', 30, 'it answered 500', now())`,
  );
  return id;
}
