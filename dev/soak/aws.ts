import { parentPort } from 'node:worker_threads';
import { roleName, trustOf } from '../chaos/stage.ts';
import { startAwsSandbox } from '../sandbox/aws/server.ts';
import { externalId, hub } from '../sandbox/fleet.ts';
import { accountIdAt, reachableAccounts } from './accounts.ts';

// AWS in a thread of its own, so that its work does not delay the callers.

/** The latency of an AWS call, in ms. */
const latencyMs = 50;

const { url, world } = await startAwsSandbox();
const { accountId: hubId, ...keys } = hub;
world.putAccount({ accountId: hubId, accessKeys: [{ ...keys, userName: 'rolewright' }] });
const member = {
  Effect: 'Allow',
  Principal: { AWS: `arn:aws:iam::${hubId}:root` },
  Action: 'sts:AssumeRole',
  Condition: { StringEquals: { 'sts:ExternalId': externalId } },
};
for (let i = 0; i < reachableAccounts; i += 1) {
  const accountId = accountIdAt(i);
  world.putAccount({ accountId });
  const trustText = JSON.stringify({ Version: '2012-10-17', Statement: member });
  world.putRole({ accountId, roleName: 'RolewrightMember', trustText });
  const attached = ['arn:aws:iam::aws:policy/AmazonEKSFargatePodExecutionRolePolicy'];
  world.putRole({ accountId, roleName, trustText: JSON.stringify(trustOf(accountId, ['main'])), attached });
}
world.addFaults({ latency: [{ ms: latencyMs }] });
parentPort?.postMessage(url);
