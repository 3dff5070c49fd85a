import { readFileSync } from 'node:fs';
import { CreateFargateProfileCommand, EKSClient } from '@aws-sdk/client-eks';
import t from 'tap';
import { roleName, startService, statementOf, type TestAccount, trustOf } from '#test/support/service.ts';

// EKS has one message for different mistakes in the role of a new Fargate profile. Readiness names the mistake,
// and docs/findings.md has the same table.

const service = await startService(t);
const { world, rest, awsUrl } = service;
const cluster = { region: 'us-west-2', name: 'shop' };

const json = (...Statement: object[]) => JSON.stringify({ Version: '2012-10-17', Statement });
const lines = (...values: string[]) => JSON.stringify(trustOf(values));

/** The cause as docs/findings.md has it, the role, and what a check of it finds. */
const causes: [cause: string, code: string, seed: (account: TestAccount) => void][] = [
  ['There is no such role', 'ROLE_MISSING', () => {}],
  [
    'The trust policy does not name the service',
    'SERVICE_NOT_TRUSTED',
    (a) =>
      a.seed([], {
        trustText: json({
          Effect: 'Allow',
          Principal: { Service: 'ec2.amazonaws.com' },
          Action: 'sts:AssumeRole',
        }),
      }),
  ],
  ['No line covers the cluster', 'CLUSTER_NOT_LISTED', (a) => a.seed(['other'])],
  [
    'The line is of another Region',
    'CLUSTER_NOT_LISTED',
    (a) => a.seed([], { trustText: lines(a.line('shop', 'us-east-1')) }),
  ],
  [
    'The line is of another account',
    'SOURCE_ARN_FOREIGN',
    (a) => a.seed([], { trustText: lines(a.line('shop').replace(a.accountId, '999999999998')) }),
  ],
  [
    "The line is the cluster's ARN, not that of its profiles",
    'SOURCE_ARN_DEAD',
    (a) => a.seed([], { trustText: lines(`arn:aws:eks:us-west-2:${a.accountId}:cluster/shop`) }),
  ],
  [
    'The line has the ARN of another partition',
    'SOURCE_ARN_DEAD',
    (a) => a.seed([], { trustText: lines(a.line('shop').replace('arn:aws:', 'arn:aws-cn:')) }),
  ],
  [
    'A Deny statement keeps the profile out',
    'DENIED',
    (a) =>
      a.seed([], {
        trustText: json(statementOf([a.line('shop')]), {
          Effect: 'Deny',
          Principal: '*',
          Action: 'sts:AssumeRole',
          Condition: { ArnLike: { 'aws:SourceArn': a.line('shop') } },
        }),
      }),
  ],
];

const table = readFileSync('docs/findings.md', 'utf8');

for (const [cause, code, seed] of causes)
  t.test(cause, async (t) => {
    const account = await startAccount(seed);
    const { accountId, role } = account;
    await t.rejects(
      createProfile(account),
      { message: /Misconfigured PodExecutionRole Trust Policy/ },
      'EKS does not say which',
    );
    const url = `/v1/accounts/${accountId}/clusters/us-west-2/shop/fargate-readiness?roleName=${roleName}`;
    const { json: readiness } = await rest('GET', url);
    t.match(readiness, { verdict: 'NOT_READY', findings: [{ code: 'ROLE_NOT_READY' }] });
    const { pointer } = readiness.findings[0];
    t.equal(pointer, `${role}/check?cluster=us-west-2/shop`);
    const { findings } = (await rest('GET', pointer)).json;
    t.ok(
      findings.some((one: { code: string }) => one.code === code),
      JSON.stringify(findings),
    );
    t.match(table, new RegExp(`\\| ${cause} \\| .*\\[${code}\\]`), 'the table of docs/findings.md');
  });

t.test('a role that was changed just now', async (t) => {
  const account = await startAccount((a) => a.seed(['other']));
  const { accountId, role } = account;
  await rest('POST', `${role}/extend`, { clusters: [cluster] });
  await t.resolves(createProfile(account), 'where EKS has seen the change');
  const url = `/v1/accounts/${accountId}/clusters/us-west-2/shop/fargate-readiness?roleName=${roleName}`;
  t.match((await rest('GET', url)).json, { verdict: 'READY', findings: [{ code: 'PROPAGATING' }] });
  t.match(table, /\| The role was changed just now \| .*\[PROPAGATING\]/);
});

async function startAccount(seed: (account: TestAccount) => void): Promise<TestAccount> {
  const account = await service.account();
  const { accountId } = account;
  world.putAccount({ accountId, accessKeys: [ownerKey(accountId)] });
  seed(account);
  world.putCluster({ accountId, ...cluster });
  return account;
}

/** A key of somebody who may do everything in the account. */
const ownerKey = (accountId: string) => ({ accessKeyId: `AKIA${accountId}`, secretAccessKey: 'secret' });

async function createProfile({ accountId }: TestAccount): Promise<unknown> {
  const eks = new EKSClient({
    endpoint: awsUrl,
    region: cluster.region,
    credentials: ownerKey(accountId),
    maxAttempts: 1,
  });
  try {
    return await eks.send(
      new CreateFargateProfileCommand({
        clusterName: cluster.name,
        fargateProfileName: 'default',
        podExecutionRoleArn: `arn:aws:iam::${accountId}:role/${roleName}`,
        selectors: [{ namespace: 'default' }],
      }),
    );
  } finally {
    eks.destroy();
  }
}
