/**
 * The AWS of the fleet bench, in a process of its own:
 * `node dev/bench/support/fleet-aws.ts ACCOUNTS LATENCY_MS [CLUSTERS PROFILES]`. It prints its URL, and ends
 * when its standard input ends.
 */
import { startAwsSandbox } from '../../sandbox/aws/server.ts';
import { accountIdOf, hub, member } from './fleet.ts';

const [accounts = 100, latencyMs = 50, clusters = 0, profiles = 0] = process.argv.slice(2).map(Number);
const numbered = (prefix: string, count: number) => Array.from({ length: count }, (_, i) => `${prefix}${i}`);
const { url, world } = await startAwsSandbox();
const allow = (Principal: object, Condition: object) =>
  JSON.stringify({
    Version: '2012-10-17',
    Statement: [{ Effect: 'Allow', Principal, Action: 'sts:AssumeRole', Condition }],
  });
const { accountId: hubId, ...key } = hub;
world.putAccount({ accountId: hubId, accessKeys: [{ ...key, userName: 'bench' }] });
const memberTrust = allow(
  { AWS: `arn:aws:iam::${hubId}:root` },
  { StringEquals: { 'sts:ExternalId': member.externalId } },
);
for (let i = 0; i < accounts; i += 1) {
  const accountId = accountIdOf(i);
  const lines = ['main', ...numbered('c', clusters)].map(
    (name) => `arn:aws:eks:us-west-2:${accountId}:fargateprofile/${name}/*`,
  );
  world.putAccount({ accountId });
  world.putRole({ accountId, roleName: member.name, trustText: memberTrust });
  world.putRole({
    accountId,
    roleName: 'AmazonEKSFargatePodExecutionRole',
    attached: ['arn:aws:iam::aws:policy/AmazonEKSFargatePodExecutionRolePolicy'],
    trustText: allow({ Service: 'eks-fargate-pods.amazonaws.com' }, { ArnLike: { 'aws:SourceArn': lines } }),
  });
  for (const name of numbered('c', clusters))
    world.putCluster({
      accountId,
      region: 'us-west-2',
      name,
      profiles: numbered('p', profiles).map((profile) => ({ name: profile })),
    });
}
if (latencyMs > 0) world.addFaults({ latency: [{ ms: latencyMs }] });
console.log(url);
process.stdin.resume().on('end', () => process.exit());
