import {
  type OrganizationsClient,
  paginateListAccounts,
  paginateListTagsForResource,
  type Account as SdkAccount,
} from '@aws-sdk/client-organizations';
import type { OrganizationAccount } from '../domain/role/organization.ts';
import { Fault } from '../fault.ts';
import type { Organizations } from '../ports/organizations.ts';
import type { Account } from '../schema/account.ts';
import type { Caller } from '../schema/caller.ts';
import { type Partition, partitions } from '../schema/primitives.ts';
import { type ClientOptions, createClients } from './clients.ts';
import type { Call } from './faults/call.ts';
import { toFault } from './faults/faults.ts';
import { createPace } from './retries/pace.ts';
import { readRetries } from './retries/retries.ts';
import { organizationPolicy } from './sessions/session-policy.ts';
import { sessionName } from './sessions/sessions.ts';

export interface OrganizationsOptions extends ClientOptions {
  /** The ARN of a role in the management account, or in the account of a delegated administrator. */
  roleArn: string;
  externalId: string | null;
  /** Maximum number of calls a second; 8 by default. */
  perSecond?: number;
}

/** Low, because all tools of a company share the quota of Organizations' one control plane. */
const defaultPerSecond = 8;
const atOnce = 8;
/** Nobody waits for an import: a throttled call is retried for half a minute, more and more slowly. */
const attempts = 8;
/** The largest page that Organizations answers. */
const pageSize = 20;
const sessionSeconds = 3600;

/**
 * `State` replaces `Status`, which was to be retired in September 2026. An account in an unknown state counts
 * as active.
 */
const statuses: Record<string, Account['status']> = {
  PENDING_ACTIVATION: 'SUSPENDED',
  SUSPENDED: 'SUSPENDED',
  PENDING_CLOSURE: 'CLOSED',
  CLOSED: 'CLOSED',
};

const isPartition = (text: string | undefined): text is Partition => partitions.some((one) => one === text);

/**
 * `arn:PARTITION:organizations::MANAGEMENT:account/ORGANIZATION/ACCOUNT`; null when a field is missing that
 * AWS always sends.
 */
const toAccount = ({
  Id,
  Arn,
  Name,
  State,
  Status,
}: SdkAccount): Omit<OrganizationAccount, 'tags'> | null => {
  const [, partition, , , , path = ''] = Arn?.split(':') ?? [];
  const [, organizationId] = path.split('/');
  if (!Id || !organizationId || !isPartition(partition)) return null;
  // An account without a name gets its ID as name.
  return {
    accountId: Id,
    organizationId,
    partition,
    name: Name || Id,
    status: statuses[State ?? Status ?? ''] ?? 'ACTIVE',
  };
};

/** AWS Organizations, read through a role. Its session policy allows these two reads only. */
export function openOrganizations({
  roleArn,
  externalId,
  perSecond = defaultPerSecond,
  ...options
}: OrganizationsOptions): Organizations {
  const clients = createClients(options);
  const retries = readRetries(
    createPace({ now: () => performance.now(), after: setTimeout, atOnce, perSecond: () => perSecond }),
    attempts,
  );
  const [, given, , , accountId = ''] = roleArn.split(':');
  const partition = isPartition(given) ? given : 'aws';
  // For the messages of faults.
  const account = { accountId, partition, memberRoleArn: roleArn, externalId } as Account;
  const callOf = (action: string): Call => ({
    action,
    account,
    write: false,
    through: 'ORGANIZATIONS_ROLE_ARN',
  });

  async function assume(caller: Caller) {
    const call = callOf('sts:AssumeRole');
    const input = {
      RoleArn: roleArn,
      RoleSessionName: sessionName(caller.actor),
      DurationSeconds: sessionSeconds,
      Policy: organizationPolicy,
      ...(externalId !== null && { ExternalId: externalId }),
    };
    const { Credentials: keys } = await clients.hot
      .assumeRole(partition, clients.sts(partition), input)
      .catch((error: unknown) => {
        throw toFault(call, error);
      });
    const {
      AccessKeyId: accessKeyId,
      SecretAccessKey: secretAccessKey,
      SessionToken: sessionToken,
      Expiration: expiration,
    } = keys ?? {};
    if (!accessKeyId || !secretAccessKey || !sessionToken || !expiration)
      throw new Fault('AWS_FAILED', 'AWS answered sts:AssumeRole without credentials.');
    return { accessKeyId, secretAccessKey, sessionToken, expiration };
  }

  /** A fault that assuming the role threw stays as it is. */
  const asFault = (action: string, error: unknown) =>
    error instanceof Fault ? error : toFault(callOf(action), error);

  async function tagsOf(
    client: OrganizationsClient,
    ResourceId: string,
  ): Promise<Record<string, string> | Fault> {
    const tags: Record<string, string> = {};
    try {
      for await (const { Tags = [] } of paginateListTagsForResource({ client }, { ResourceId }))
        for (const { Key, Value } of Tags) if (Key !== undefined) tags[Key] = Value ?? '';
      return tags;
    } catch (error) {
      return asFault('organizations:ListTagsForResource', error);
    }
  }

  return {
    roleArn,
    async *pages(caller) {
      const client = clients.organizations(partition, () => assume(caller), retries);
      const pages = paginateListAccounts({ client, pageSize }, {});
      for (;;) {
        const next = await pages.next().catch((error: unknown) => {
          throw asFault('organizations:ListAccounts', error);
        });
        if (next.done) return;
        const listed = (next.value.Accounts ?? []).map((one) => {
          const account = toAccount(one);
          if (account === null)
            throw new Fault(
              'AWS_FAILED',
              'AWS answered organizations:ListAccounts with an account without its ID or ARN.',
            );
          return account;
        });
        const tags = await Promise.all(listed.map(({ accountId }) => tagsOf(client, accountId)));
        yield {
          accounts: listed.map((one, i) => {
            const found = tags[i];
            return { ...one, tags: found === undefined || found instanceof Fault ? null : found };
          }),
          untagged: tags.find((found) => found instanceof Fault) ?? null,
        };
      }
    },
    close: () => clients.close(),
  };
}
