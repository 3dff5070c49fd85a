import type { Test } from 'tap';
import { startAwsSandbox } from '#dev/sandbox/aws/server.ts';
import type { Account } from '#src/schema/account.ts';
import { type ClusterWorld, motoWorld, sandboxWorld } from './cluster-world.ts';
import { useOwnCredentials } from './scripted-aws.ts';

/**
 * An emulator to test the adapter against. `add` creates the account, with a member role that this service
 * may assume.
 */
export interface AwsTarget {
  name: 'sandbox' | 'moto';
  url: string;
  add(account: Account): void;
  /** Roles and clusters in these accounts. */
  world: ClusterWorld;
}

const hub = '999999999999';

/** The sandbox, and moto if `npm run test:moto` has started it. */
export const awsTargets = async (t: Test): Promise<AwsTarget[]> => {
  useOwnCredentials();
  const sandbox = await startAwsSandbox();
  t.teardown(() => sandbox.close());
  const {
    AWS_ACCESS_KEY_ID: accessKeyId = '',
    AWS_SECRET_ACCESS_KEY: secretAccessKey = '',
    MOTO_URL: motoUrl,
  } = process.env;
  sandbox.world.putAccount({ accountId: hub, accessKeys: [{ accessKeyId, secretAccessKey }] });

  const add = ({ accountId, partition, memberRoleArn, externalId }: Account) => {
    sandbox.world.putAccount({ accountId, partition });
    const trust = {
      Version: '2012-10-17',
      Statement: {
        Effect: 'Allow',
        Principal: { AWS: `arn:aws:iam::${hub}:root` },
        Action: 'sts:AssumeRole',
        ...(externalId === null ? {} : { Condition: { StringEquals: { 'sts:ExternalId': externalId } } }),
      },
    };
    sandbox.world.putRole({
      accountId,
      roleName: memberRoleArn.split('/').at(-1) ?? '',
      trustText: JSON.stringify(trust),
    });
  };

  // moto creates accounts and member roles on demand.
  const moto: AwsTarget[] =
    motoUrl === undefined
      ? []
      : [{ name: 'moto', url: motoUrl, add: () => undefined, world: motoWorld(motoUrl) }];
  return [{ name: 'sandbox', url: sandbox.url, add, world: sandboxWorld(sandbox.world) }, ...moto];
};
