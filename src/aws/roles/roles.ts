import {
  GetAccountSummaryCommand,
  type IAMClient,
  paginateListRolePolicies,
  type Role,
  type RoleDetail,
} from '@aws-sdk/client-iam';
import type { RoleAddress } from '../../domain/role/role-arn.ts';
import type { RoleState } from '../../domain/role/role-state.ts';
import { Fault } from '../../fault.ts';
import type { Quotas, Roles } from '../../ports/roles.ts';
import type { Account } from '../../schema/account.ts';
import type { Caller } from '../../schema/caller.ts';
import type { Clients } from '../clients.ts';
import type { Call } from '../faults/call.ts';
import { stsRegion } from '../partitions.ts';
import type { Calls } from '../sessions/calls.ts';
import { askOwnRole } from '../sessions/own-role.ts';
import { type Session, type Sessions, sessionName } from '../sessions/sessions.ts';
import { createSharedCache } from '../sessions/shared-cache.ts';
import { sendStep } from './write.ts';

interface RolesOptions {
  now: () => Date;
  clients: Clients;
  sessions: Sessions;
  calls: Calls;
}

const quotasFreshMs = 3_600_000;
/** The largest page that IAM answers. */
const maxItems = 1000;
/** Pages with at most this many roles are not copied. */
const fewRoles = 50;
const maxAccounts = 10_000;
const maxPartitions = 10;
const quotasKey = ({ partition, accountId }: Account) => `${partition}/${accountId}`;

/** AWS percent-encodes the document. moto does not always, so a plain document is accepted too. */
export const decodeDocument = (document: string): string => {
  if (/^\s*\{/.test(document)) return document;
  try {
    return decodeURIComponent(document);
  } catch (error) {
    if (error instanceof URIError) return document;
    throw error;
  }
};

const incomplete = ({ action, account }: Call) =>
  new Fault(
    'AWS_FAILED',
    `AWS answered ${action} in account ${account.accountId} without what was asked for.`,
  );

const toState = (
  call: Call,
  role: Partial<Role> | undefined,
  attached: string[],
  inline: string[] | null,
): RoleState => {
  if (!role?.RoleName || !role.Arn || !role.RoleId || !role.Path || !role.AssumeRolePolicyDocument)
    throw incomplete(call);
  return {
    roleName: role.RoleName,
    roleArn: role.Arn,
    roleId: role.RoleId,
    createdAt: role.CreateDate ?? null,
    path: role.Path,
    description: role.Description || null,
    permissionsBoundary: role.PermissionsBoundary?.PermissionsBoundaryArn ?? null,
    trustText: decodeDocument(role.AssumeRolePolicyDocument),
    attached: attached.sort(),
    inline: inline?.sort() ?? null,
    tags: Object.fromEntries((role.Tags ?? []).map(({ Key = '', Value = '' }) => [Key, Value])),
  };
};

const detailToState = (call: Call, role: RoleDetail): RoleState => {
  const attached = (role.AttachedManagedPolicies ?? []).flatMap(({ PolicyArn }) => PolicyArn ?? []);
  const inline = (role.RolePolicyList ?? []).flatMap(({ PolicyName }) => PolicyName ?? []);
  return toState(call, role, attached, inline);
};

const listInline = async (client: IAMClient, RoleName: string): Promise<string[]> => {
  const names: string[] = [];
  for await (const page of paginateListRolePolicies({ client }, { RoleName }))
    names.push(...(page.PolicyNames ?? []));
  return names;
};

/** IAM in every registered account. */
export const createRoles = ({ now, clients, sessions, calls }: RolesOptions): Roles => {
  const quotas = createSharedCache<Quotas>({
    now,
    max: maxAccounts,
    freshUntil: () => now().getTime() + quotasFreshMs,
  });

  // By partition: credentials belong to one partition. The role does not change while the process lives.
  const own = createSharedCache<RoleAddress | null>({
    now,
    max: maxPartitions,
    freshUntil: () => Number.POSITIVE_INFINITY,
  });
  const listAttached = async (
    { partition }: Account,
    session: Session,
    roleName: string,
  ): Promise<string[]> => {
    const arns: string[] = [];
    let marker: string | undefined;
    do {
      const page = await clients.hot.attachedPolicies(partition, session, roleName, marker);
      arns.push(...page.AttachedPolicies.flatMap(({ PolicyArn }) => PolicyArn ?? []));
      marker = page.IsTruncated ? page.Marker : undefined;
    } while (marker !== undefined);
    return arns;
  };

  /** Null when there is no such role. */
  const find = <T>(call: Call, caller: Caller, run: (session: Session) => Promise<T>): Promise<T | null> =>
    calls.find(call, caller, run, 'NoSuchEntity');

  const readRole = async (
    account: Account,
    roleName: string,
    caller: Caller,
    withInline: boolean,
  ): Promise<RoleState | null> => {
    const call = (action: string): Call => ({ action, account, roleName, write: false });
    const [got, attached, inline] = await Promise.all([
      find(call('iam:GetRole'), caller, (session) => clients.hot.role(account.partition, session, roleName)),
      find(call('iam:ListAttachedRolePolicies'), caller, (session) =>
        listAttached(account, session, roleName),
      ),
      withInline ? find(call('iam:ListRolePolicies'), caller, ({ iam }) => listInline(iam, roleName)) : [],
    ]);
    // If one of the calls does not find the role, it was created or deleted between them, so it counts as
    // missing.
    if (got === null || attached === null || inline === null) return null;
    return toState(call('iam:GetRole'), got.Role, attached, withInline ? inline : null);
  };

  const listAll = async (
    account: Account,
    caller: Caller,
    isWanted: (role: RoleState) => boolean,
  ): Promise<RoleState[]> => {
    const call: Call = { action: 'iam:GetAccountAuthorizationDetails', account, write: false };
    const found: RoleState[] = [];
    let marker: string | undefined;
    do {
      const page = { MaxItems: maxItems, Marker: marker };
      // One page at a time through `calls.ask`: if the session expires between two pages, only one call is
      // repeated.
      marker = await calls.ask(call, caller, async (session) => {
        const { RoleDetailList, IsTruncated, Marker } = await clients.hot.accountPage(
          account.partition,
          session,
          page,
        );
        // A list that was cut short must not be taken for the whole.
        if (!RoleDetailList || (IsTruncated && !Marker)) throw incomplete(call);
        // The strings are slices of the page, so V8 keeps the whole page, some megabytes. A copy releases it.
        const copied = RoleDetailList.length > fewRoles ? structuredClone : <T>(value: T) => value;
        for (const detail of RoleDetailList) {
          const role = detailToState(call, detail);
          if (isWanted(role)) found.push(copied(role));
        }
        return copied(IsTruncated ? Marker : undefined);
      });
    } while (marker !== undefined);
    return found;
  };

  const readQuotas = async (account: Account, caller: Caller): Promise<Quotas> => {
    const call: Call = { action: 'iam:GetAccountSummary', account, write: false };
    const { SummaryMap = {} } = await calls.ask(call, caller, ({ iam }) =>
      iam.send(new GetAccountSummaryCommand({})),
    );
    const { AssumeRolePolicySizeQuota, AttachedPoliciesPerRoleQuota } = SummaryMap;
    if (AssumeRolePolicySizeQuota === undefined || AttachedPoliciesPerRoleQuota === undefined)
      throw incomplete(call);
    return { trustPolicySize: AssumeRolePolicySizeQuota, policiesPerRole: AttachedPoliciesPerRoleQuota };
  };

  return {
    read: (account, roleName, caller) => readRole(account, roleName, caller, false),
    readWhole: (account, roleName, caller) => readRole(account, roleName, caller, true),
    listAll,
    quotas: (account, caller, fresh = false) =>
      quotas[fresh ? 'renew' : 'get'](quotasKey(account), () => readQuotas(account, caller)),
    ownRole: (partition) =>
      own.get(partition, () =>
        askOwnRole(clients.sts(partition), stsRegion(partition, process.env.AWS_REGION)),
      ),
    sessionName: ({ actor }) => sessionName(actor),
    knownQuotas: (account) => quotas.peek(quotasKey(account)),
    async readTrust(account, roleName, caller) {
      const call: Call = { action: 'iam:GetRole', account, roleName, write: false };
      const got = await find(call, caller, (session) =>
        clients.hot.role(account.partition, session, roleName),
      );
      return got && toState(call, got.Role, [], null).trustText;
    },
    async openWriting(intent, account, caller) {
      await sessions.get(account, caller, intent);
    },
    async write(intent, account, step, caller, confirm) {
      const { roleName } = step.detail;
      if (intent.accountId !== account.accountId || intent.roleName !== roleName) {
        throw new Error(
          `the intent is for ${intent.accountId}/${intent.roleName}, the write for ${account.accountId}/${roleName}`,
        );
      }
      const policyArn =
        'policyArn' in step.detail
          ? step.detail.policyArn
          : 'permissionsBoundary' in step.detail
            ? step.detail.permissionsBoundary
            : null;
      const call: Call = { action: step.action, account, roleName, policyArn, write: true };
      const answer = await calls.ask(call, caller, ({ iam }) => sendStep(iam, step, confirm), intent);
      return { awsRequestId: answer.$metadata.requestId ?? null };
    },
  };
};
