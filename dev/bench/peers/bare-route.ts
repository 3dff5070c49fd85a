/**
 * A bare Fastify route that makes the calls of a check with the SDK, and evaluates nothing. Argument: the URL
 * of AWS. Prints its own URL.
 */
import { GetRoleCommand, IAMClient, ListAttachedRolePoliciesCommand } from '@aws-sdk/client-iam';
import { AssumeRoleCommand, STSClient } from '@aws-sdk/client-sts';
import fastify from 'fastify';
import { hub, member } from '../support/fleet.ts';

const endpoint = process.argv[2] ?? '';
const region = 'us-east-1';
const credentials = { accessKeyId: hub.accessKeyId, secretAccessKey: hub.secretAccessKey };
const sts = new STSClient({ endpoint, region, credentials });
const clients = new Map<string, Promise<IAMClient>>();
async function clientOf(accountId: string): Promise<IAMClient> {
  const { Credentials } = await sts.send(
    new AssumeRoleCommand({
      RoleArn: `arn:aws:iam::${accountId}:role/${member.name}`,
      RoleSessionName: 'bare',
      ExternalId: member.externalId,
    }),
  );
  const { AccessKeyId = '', SecretAccessKey = '', SessionToken = '' } = Credentials ?? {};
  return new IAMClient({
    endpoint,
    region,
    credentials: { accessKeyId: AccessKeyId, secretAccessKey: SecretAccessKey, sessionToken: SessionToken },
  });
}

const app = fastify({ logger: true });
app.post<{ Params: { accountId: string; RoleName: string } }>(
  '/accounts/:accountId/execution-roles/:RoleName/check',
  async ({ params }) => {
    const { accountId, RoleName } = params;
    const client = clients.get(accountId) ?? clientOf(accountId);
    clients.set(accountId, client);
    const iam = await client;
    const [role, policies] = await Promise.all([
      iam.send(new GetRoleCommand({ RoleName })),
      iam.send(new ListAttachedRolePoliciesCommand({ RoleName })),
    ]);
    return { role: role.Role, policies: policies.AttachedPolicies };
  },
);
console.log(`Server listening at ${await app.listen({ host: '127.0.0.1', port: 0 })}`);
process.stdin.resume().on('end', () => process.exit());
