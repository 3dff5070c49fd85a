import { STSClient } from '@aws-sdk/client-sts';
import t from 'tap';
import { runBound } from '#dev/sandbox/spawn-bound.ts';
import { loadConfig } from '#src/config.ts';
import { wire } from '#src/wire.ts';
import { assumeRole } from '#test/support/assume-role.ts';
import { freshDatabase } from '#test/support/postgres.ts';
import { useOwnCredentials } from '#test/support/scripted-aws.ts';

// The whole service against moto, an emulator that we did not write, with the aws CLI as the witness.

const { MOTO_URL: moto, AWS_CLI: cli } = process.env;
const members = [
  { accountId: '101010101010', partition: 'aws', region: 'us-west-2' },
  { accountId: '202020202020', partition: 'aws', region: 'eu-west-1' },
  { accountId: '303030303030', partition: 'aws-cn', region: 'cn-north-1' },
];
const roleName = 'AmazonEKSFargatePodExecutionRole';

if (!moto || !cli) t.pass('npm run test:moto runs this: it needs moto and the aws CLI', { skip: true });
else
  t.test('three accounts in two partitions, by REST and by GraphQL', async (t) => {
    useOwnCredentials();
    process.env.AWS_ENDPOINT_URL = moto;
    const { url } = await freshDatabase(t);
    // moto reads every managed policy for each new account, which takes it seconds.
    const { app, close } = await wire(loadConfig({ AUTH: 'none', LOG_LEVEL: 'silent', DATABASE_URL: url }), {
      awsTimeoutMs: 30_000,
    });
    t.teardown(close);

    const rest = async (method: 'GET' | 'POST' | 'PUT' | 'DELETE', path: string, payload?: object) => {
      const answer = await app.inject({ method, url: `/v1${path}`, ...(payload && { payload }) });
      return { status: answer.statusCode, body: answer.body ? answer.json() : null };
    };
    const graphql = async (query: string, input: object) =>
      (
        await app.inject({ method: 'POST', url: '/graphql', payload: { query, variables: { input } } })
      ).json();
    const roles = (accountId: string) => `/accounts/${accountId}/execution-roles`;

    for (const { accountId, partition, region } of members) {
      const cluster = (name: string) => ({ region, name });
      const line = (name: string) => `arn:${partition}:eks:${region}:${accountId}:fargateprofile/${name}/*`;
      const policy = `arn:${partition}:iam::aws:policy/AmazonEKSFargatePodExecutionRolePolicy`;
      await t.test(`${accountId} in ${partition}`, async (t) => {
        t.equal((await rest('PUT', `/accounts/${accountId}`, { name: accountId, partition })).status, 201);
        t.equal(
          (await rest('POST', `${roles(accountId)}/${roleName}/check`, { clusters: [cluster('one')] })).body
            .verdict,
          'MISSING',
        );

        const created = await rest('POST', roles(accountId), {
          clusters: [cluster('one')],
          tags: { team: 'core' },
          description: 'for Fargate',
          reason: 'acceptance',
        });
        t.equal(created.status, 201);
        t.equal(created.body.report.verdict, 'COMPLIANT');
        const extended = await graphql(
          'mutation ($input: ExtendExecutionRoleInput!) { extendExecutionRole(input: $input) { change { outcome } report { verdict } } }',
          {
            accountId,
            roleName,
            clusters: [cluster('two'), cluster('three')],
          },
        );
        t.same(extended.data?.extendExecutionRole, {
          change: { outcome: 'SUCCEEDED' },
          report: { verdict: 'COMPLIANT' },
        });
        t.equal((await rest('DELETE', `${roles(accountId)}/${roleName}/clusters/${region}/two`)).status, 200);

        const { body: found } = await rest('GET', roles(accountId));
        t.match(found, {
          items: [{ roleName, verdict: 'COMPLIANT', clusters: [cluster('one'), cluster('three')] }],
          nextCursor: null,
        });
        t.equal(found.items.length, 1);

        const aws = await awsCli(accountId, partition, region);
        const { Role: role } = await aws('get-role', '--role-name', roleName);
        t.match(role, {
          Arn: `arn:${partition}:iam::${accountId}:role/${roleName}`,
          Description: 'for Fargate',
          Tags: [{ Key: 'team', Value: 'core' }],
        });
        t.same(
          role.AssumeRolePolicyDocument,
          {
            Version: '2012-10-17',
            Statement: [
              {
                Effect: 'Allow',
                Principal: { Service: 'eks-fargate-pods.amazonaws.com' },
                Action: 'sts:AssumeRole',
                Condition: { ArnLike: { 'aws:SourceArn': [line('one'), line('three')] } },
              },
            ],
          },
          'the aws CLI shows the trust policy exactly as asked',
        );
        const { AttachedPolicies: attached } = await aws(
          'list-attached-role-policies',
          '--role-name',
          roleName,
        );
        t.same(attached, [{ PolicyName: 'AmazonEKSFargatePodExecutionRolePolicy', PolicyArn: policy }]);

        const { body: history } = await rest('GET', `/changes?accountId=${accountId}`);
        t.same(
          history.items.map((change: { kind: string; outcome: string; via: string }) => [
            change.kind,
            change.outcome,
            change.via,
          ]),
          [
            ['RETRACT', 'SUCCEEDED', 'REST'],
            ['EXTEND', 'SUCCEEDED', 'GRAPHQL'],
            ['CREATE', 'SUCCEEDED', 'REST'],
          ],
        );
      });
    }
  });

/** `aws iam …` in one account, as its member role. */
async function awsCli(accountId: string, partition: string, region: string) {
  const sts = new STSClient({ region });
  const RoleArn = `arn:${partition}:iam::${accountId}:role/Witness`;
  const session = await assumeRole(sts, { RoleArn }).finally(() => sts.destroy());
  const env = {
    ...process.env,
    AWS_ACCESS_KEY_ID: session.accessKeyId,
    AWS_SECRET_ACCESS_KEY: session.secretAccessKey,
    AWS_SESSION_TOKEN: session.sessionToken,
    AWS_DEFAULT_REGION: region,
  };
  return async (...args: string[]) => {
    const { stdout } = await runBound(
      cli as string,
      ['iam', ...args, '--endpoint-url', moto as string, '--output', 'json'],
      {
        env,
      },
    );
    return JSON.parse(stdout);
  };
}
