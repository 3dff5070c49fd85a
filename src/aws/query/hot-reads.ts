import { GetAccountSummaryCommand, IAMClient, type Role, type RoleDetail } from '@aws-sdk/client-iam';
import {
  AssumeRoleCommand,
  type AssumeRoleCommandInput,
  type AssumeRoleCommandOutput,
  STSClient,
} from '@aws-sdk/client-sts';
import type { Observer } from '../../ports/observer.ts';
import type { Partition } from '../../schema/primitives.ts';
import { iamRegion, stsRegion } from '../partitions.ts';
import type { Retries } from '../retries/retries.ts';
import { createQueryClient, type QueryCall } from './client.ts';
import { type Endpoint, endpointOf } from './endpoint.ts';
import type { Credentials } from './sign.ts';
import { child, membersOf, type Node, textOf } from './xml.ts';

/**
 * The calls of a check and of a sweep, with answers and errors in the SDK's shapes, as far as they are used.
 */
export interface HotReads {
  /** With the service's own credentials, which `sts` has. */
  assumeRole(partition: Partition, sts: STSClient, input: AssumeRoleCommandInput): Promise<Assumed>;
  /** GetAccountAuthorizationDetails of roles. */
  accountPage(partition: Partition, session: Session, page: Page): Promise<AccountPage>;
  /** GetRole. */
  role(
    partition: Partition,
    session: Session,
    RoleName: string,
  ): Promise<{ Role: Partial<Role> | undefined }>;
  /** ListAttachedRolePolicies. */
  attachedPolicies(
    partition: Partition,
    session: Session,
    RoleName: string,
    Marker: string | undefined,
  ): Promise<PolicyPage>;
  close(): void;
}

interface Session {
  credentials: Credentials;
  retries: Retries;
}
type Assumed = Pick<AssumeRoleCommandOutput, 'Credentials' | 'AssumedRoleUser'>;
interface Page {
  MaxItems: number;
  Marker: string | undefined;
}
interface AccountPage {
  RoleDetailList: RoleDetail[] | undefined;
  IsTruncated: boolean;
  Marker: string | undefined;
}

interface PolicyPage {
  AttachedPolicies: { PolicyArn: string | undefined }[];
  IsTruncated: boolean;
  Marker: string | undefined;
}

const versions = { sts: '2011-06-15', iam: '2010-05-08' };

export function createHotReads({
  userAgent,
  timeoutMs,
  connections,
  retries,
  endpoint,
  observer,
}: {
  userAgent: string;
  timeoutMs: number;
  connections: number;
  /** For STS. */
  retries: Retries;
  endpoint: { endpoint?: string };
  observer: Observer;
}): HotReads {
  const client = createQueryClient({ userAgent, timeoutMs, connections, observer });
  const nobody = { accessKeyId: 'nobody', secretAccessKey: 'nobody' };
  const places = {
    sts: (partition: Partition) =>
      endpointOf((requestHandler) =>
        new STSClient({
          ...endpoint,
          region: stsRegion(partition, process.env.AWS_REGION),
          credentials: nobody,
          requestHandler,
        }).send(new AssumeRoleCommand({ RoleArn: '', RoleSessionName: '' })),
      ),
    iam: (partition: Partition) =>
      endpointOf((requestHandler) =>
        new IAMClient({
          ...endpoint,
          region: iamRegion(partition),
          credentials: nobody,
          requestHandler,
        }).send(new GetAccountSummaryCommand({})),
      ),
  };
  const known = {
    sts: new Map<Partition, Promise<Endpoint>>(),
    iam: new Map<Partition, Promise<Endpoint>>(),
  };
  const placeOf = (service: 'sts' | 'iam', partition: Partition) => {
    const place = known[service].get(partition) ?? places[service](partition);
    known[service].set(partition, place);
    // A failure, as when the configuration cannot be read, is not cached.
    place.catch(() => known[service].delete(partition));
    return place;
  };

  const iam = async (
    action: string,
    partition: Partition,
    { credentials, retries }: Session,
    parameters: QueryCall['parameters'],
  ) =>
    client.send({
      endpoint: await placeOf('iam', partition),
      action,
      version: versions.iam,
      credentials,
      retries,
      parameters,
    });

  return {
    async assumeRole(
      partition,
      sts,
      { Tags = [], DurationSeconds, RoleArn, RoleSessionName, Policy, ExternalId, SourceIdentity },
    ) {
      const answer = await client.send({
        endpoint: await placeOf('sts', partition),
        action: 'AssumeRole',
        version: versions.sts,
        credentials: await sts.config.credentials(),
        retries,
        parameters: {
          RoleArn,
          RoleSessionName,
          Policy,
          ExternalId,
          SourceIdentity,
          DurationSeconds: DurationSeconds?.toString(),
          ...Object.fromEntries(
            Tags.flatMap(({ Key, Value }, i) => [
              [`Tags.member.${i + 1}.Key`, Key],
              [`Tags.member.${i + 1}.Value`, Value],
            ]),
          ),
        },
      });
      return toAssumed(answer);
    },
    async accountPage(partition, session, { MaxItems, Marker }) {
      const parameters = { 'Filter.member.1': 'Role', MaxItems: String(MaxItems), Marker };
      return toPage(await iam('GetAccountAuthorizationDetails', partition, session, parameters));
    },
    async role(partition, session, RoleName) {
      const role = child(await iam('GetRole', partition, session, { RoleName }), 'Role');
      return {
        Role: role === '' ? undefined : { ...toRole(role), Description: textOf(role, 'Description') },
      };
    },
    async attachedPolicies(partition, session, RoleName, Marker) {
      const answer = await iam('ListAttachedRolePolicies', partition, session, { RoleName, Marker });
      return { AttachedPolicies: membersOf(answer, 'AttachedPolicies').map(toPolicy), ...nextOf(answer) };
    },
    close: () => client.close(),
  };
}

function dateOf(node: Node, name: string): Date | undefined {
  const time = Date.parse(textOf(node, name) ?? '');
  return Number.isNaN(time) ? undefined : new Date(time);
}

function toAssumed(answer: Node): Assumed {
  const [credentials, user] = [child(answer, 'Credentials'), child(answer, 'AssumedRoleUser')];
  return {
    Credentials: {
      AccessKeyId: textOf(credentials, 'AccessKeyId'),
      SecretAccessKey: textOf(credentials, 'SecretAccessKey'),
      SessionToken: textOf(credentials, 'SessionToken'),
      Expiration: dateOf(credentials, 'Expiration'),
    },
    AssumedRoleUser: { Arn: textOf(user, 'Arn'), AssumedRoleId: textOf(user, 'AssumedRoleId') },
  };
}

const toPage = (answer: Node): AccountPage => ({
  RoleDetailList:
    child(answer, 'RoleDetailList') === '' && textOf(answer, 'RoleDetailList') === undefined
      ? undefined
      : membersOf(answer, 'RoleDetailList').map(toRole),
  ...nextOf(answer),
});

const nextOf = (answer: Node) => ({
  IsTruncated: textOf(answer, 'IsTruncated') === 'true',
  Marker: textOf(answer, 'Marker'),
});
const toPolicy = (policy: Node) => ({ PolicyArn: textOf(policy, 'PolicyArn') });

const toRole = (role: Node): RoleDetail => ({
  Path: textOf(role, 'Path'),
  RoleName: textOf(role, 'RoleName'),
  RoleId: textOf(role, 'RoleId'),
  CreateDate: dateOf(role, 'CreateDate'),
  Arn: textOf(role, 'Arn'),
  AssumeRolePolicyDocument: textOf(role, 'AssumeRolePolicyDocument'),
  RolePolicyList: membersOf(role, 'RolePolicyList').map((policy) => ({
    PolicyName: textOf(policy, 'PolicyName'),
  })),
  AttachedManagedPolicies: membersOf(role, 'AttachedManagedPolicies').map(toPolicy),
  PermissionsBoundary: {
    PermissionsBoundaryArn: textOf(child(role, 'PermissionsBoundary'), 'PermissionsBoundaryArn'),
  },
  Tags: membersOf(role, 'Tags').map((tag) => ({ Key: textOf(tag, 'Key'), Value: textOf(tag, 'Value') })),
});
