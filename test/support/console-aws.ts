import { randomInt } from 'node:crypto';
import { GetRoleCommand, IAMClient, ListAttachedRolePoliciesCommand } from '@aws-sdk/client-iam';
import { STSClient } from '@aws-sdk/client-sts';
import { externalId, hub } from '#dev/sandbox/fleet.ts';
import { memberPolicy } from '#dev/sandbox/member-policy.ts';
import { assumeRole } from './assume-role.ts';
import { service } from './console.ts';

// The sandbox's AWS, for the tests of the console.

const { CONSOLE_AWS: endpoint = '' } = process.env;

/** The trust policy of a role that these lines confine. */
export const trustOf = (...lines: string[]) => ({
  Version: '2012-10-17',
  Statement: [
    {
      Effect: 'Allow',
      Principal: { Service: 'eks-fargate-pods.amazonaws.com' },
      Action: 'sts:AssumeRole',
      Condition: { ArnLike: { 'aws:SourceArn': lines } },
    },
  ],
});

/** Puts a role into IAM, or in the place of another, as somebody else would. */
export async function seedRole({
  trust,
  ...role
}: {
  accountId: string;
  roleName: string;
  trust: object;
  tags?: Record<string, string>;
}): Promise<void> {
  const attached = ['arn:aws:iam::aws:policy/AmazonEKSFargatePodExecutionRolePolicy'];
  await post('roles', { attached, ...role, trustText: JSON.stringify(trust) });
}

async function post(what: string, seed: object): Promise<void> {
  const answer = await fetch(`${endpoint}/_sandbox/${what}`, { method: 'POST', body: JSON.stringify(seed) });
  if (!answer.ok) throw new Error(await answer.text());
}

/**
 * Opens an account that the service can reach, and answers its ID. It is another account each time, so that tests do
 * not meet, and may run again in the same sandbox.
 */
export async function seedAccount({
  roles = {},
  labels = {},
  isRegistered = true,
}: {
  /** By name, the clusters in us-west-2 that each has a line for. */
  roles?: Record<string, string[]>;
  labels?: Record<string, string>;
  isRegistered?: boolean;
} = {}): Promise<string> {
  const accountId = `7${String(randomInt(1e11)).padStart(11, '0')}`;
  await post('accounts', { accountId });
  const trust = {
    Effect: 'Allow',
    Principal: { AWS: `arn:aws:iam::${hub.accountId}:root` },
    Action: 'sts:AssumeRole',
    Condition: { StringEquals: { 'sts:ExternalId': externalId } },
  };
  await post('roles', {
    accountId,
    roleName: 'RolewrightMember',
    trustText: JSON.stringify({ Version: '2012-10-17', Statement: [trust] }),
    inline: { rolewright: memberPolicy },
  });
  for (const [roleName, clusters] of Object.entries(roles)) {
    const lines = clusters.map((cluster) => lineOf(accountId, cluster));
    await seedRole({ accountId, roleName, trust: trustOf(...lines) });
  }
  if (isRegistered) await service().putAccount({ accountId, name: `account-${accountId}`, labels });
  return accountId;
}

/** The line of a cluster in a trust policy. */
export const lineOf = (accountId: string, cluster: string, region = 'us-west-2') =>
  `arn:aws:eks:${region}:${accountId}:fargateprofile/${cluster}/*`;

/** What IAM holds of a role: the judge of what the console did. */
export async function readRole(accountId: string, roleName: string, partition = 'aws') {
  const region = partition === 'aws' ? 'us-east-1' : 'cn-north-1';
  const { accessKeyId, secretAccessKey } = hub;
  const sts = new STSClient({ endpoint, region, credentials: { accessKeyId, secretAccessKey } });
  const credentials = await assumeRole(sts, {
    RoleArn: `arn:${partition}:iam::${accountId}:role/RolewrightMember`,
    ExternalId: externalId,
  });
  const iam = new IAMClient({ endpoint, region, credentials });
  const [{ Role }, { AttachedPolicies = [] }] = await Promise.all([
    iam.send(new GetRoleCommand({ RoleName: roleName })),
    iam.send(new ListAttachedRolePoliciesCommand({ RoleName: roleName })),
  ]);
  const trust = JSON.parse(decodeURIComponent(Role?.AssumeRolePolicyDocument ?? 'null')) as unknown;
  return { trust, policies: AttachedPolicies.map(({ PolicyArn }) => PolicyArn) };
}

/** Lets each call to an account take so long. Other accounts, and so other tests, are as fast as before. */
export const slowDown = (accountId: string, ms: number) => post('faults', { latency: [{ accountId, ms }] });
