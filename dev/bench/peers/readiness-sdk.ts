/**
 * The calls of readiness by the AWS SDK alone, as a good engineer writes them: connections are shared, and
 * what can go side by side does. Nothing is judged. Arguments: CONCURRENCY ACCOUNTS URL. Prints the
 * milliseconds that it took, and the processor time.
 */
import { Agent } from 'node:http';
import {
  DescribeAccessEntryCommand,
  DescribeClusterCommand,
  DescribeFargateProfileCommand,
  EKSClient,
  ListClustersCommand,
  ListFargateProfilesCommand,
  ListNodegroupsCommand,
} from '@aws-sdk/client-eks';
import {
  GetAccountAuthorizationDetailsCommand,
  IAMClient,
  ListOpenIDConnectProvidersCommand,
} from '@aws-sdk/client-iam';
import { AssumeRoleCommand, STSClient } from '@aws-sdk/client-sts';
import { NodeHttpHandler } from '@smithy/node-http-handler';
import { hub, inTurn, member } from '../support/fleet.ts';

const [concurrency = 64, accounts = 100] = process.argv.slice(2, 4).map(Number);
const endpoint = process.argv[4] ?? '';
const requestHandler = new NodeHttpHandler({ httpAgent: new Agent({ keepAlive: true, maxSockets: 512 }) });
const shared = { requestHandler, endpoint, region: 'us-west-2' };
const sts = new STSClient({ ...shared, credentials: hub });

async function ask(accountId: string): Promise<number> {
  const { Credentials: keys } = await sts.send(
    new AssumeRoleCommand({
      RoleArn: `arn:aws:iam::${accountId}:role/${member.name}`,
      RoleSessionName: 'peer',
      ExternalId: member.externalId,
    }),
  );
  const credentials = {
    accessKeyId: keys?.AccessKeyId ?? '',
    secretAccessKey: keys?.SecretAccessKey ?? '',
    sessionToken: keys?.SessionToken ?? '',
  };
  const iam = new IAMClient({ ...shared, credentials });
  const eks = new EKSClient({ ...shared, credentials });
  const roles = await iam.send(
    new GetAccountAuthorizationDetailsCommand({ Filter: ['Role'], MaxItems: 1000 }),
  );
  if (!roles.RoleDetailList?.some(({ AssumeRolePolicyDocument: text }) => text?.includes('us-west-2')))
    return 0;
  const { clusters = [] } = await eks.send(new ListClustersCommand({ maxResults: 100 }));
  const providers = iam.send(new ListOpenIDConnectProvidersCommand({}));
  const ready = await Promise.all(
    clusters.map(async (clusterName) => {
      const { cluster } = await eks.send(new DescribeClusterCommand({ name: clusterName }));
      const { fargateProfileNames: names = [] } = await eks.send(
        new ListFargateProfilesCommand({ clusterName, maxResults: 100 }),
      );
      const profiles = await Promise.all(
        names.map((fargateProfileName) =>
          eks.send(new DescribeFargateProfileCommand({ clusterName, fargateProfileName })),
        ),
      );
      const arns = new Set(profiles.map(({ fargateProfile }) => fargateProfile?.podExecutionRoleArn ?? ''));
      const [, ...entries] = await Promise.all([
        eks.send(new ListNodegroupsCommand({ clusterName, maxResults: 100 })),
        ...[...arns].map((principalArn) =>
          eks.send(new DescribeAccessEntryCommand({ clusterName, principalArn })),
        ),
      ]);
      const { OpenIDConnectProviderList: issuers = [] } = await providers;
      return cluster !== undefined && entries.length > 0 && issuers.length > 0;
    }),
  );
  return ready.filter(Boolean).length;
}

console.log(JSON.stringify(await inTurn(concurrency, accounts, ask)));
requestHandler.destroy();
