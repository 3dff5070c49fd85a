import {
  CloseAccountCommand,
  CreateAccountCommand,
  CreateOrganizationCommand,
  OrganizationsClient,
  RemoveAccountFromOrganizationCommand,
  UntagResourceCommand,
} from '@aws-sdk/client-organizations';
import { STSClient } from '@aws-sdk/client-sts';
import t from 'tap';
import { loadConfig } from '#src/config.ts';
import { wire } from '#src/wire.ts';
import { assumeRole } from '#test/support/assume-role.ts';
import { freshDatabase } from '#test/support/postgres.ts';
import { useOwnCredentials } from '#test/support/scripted-aws.ts';

// The import against moto's Organizations, which we did not write: its names, its pages, its ARNs.

const { MOTO_URL: moto } = process.env;
const management = '505050505050';

if (!moto) t.pass('npm run test:moto runs this: it needs moto', { skip: true });
else
  t.test('an organization of four accounts', async (t) => {
    useOwnCredentials();
    process.env.AWS_ENDPOINT_URL = moto;
    const { url } = await freshDatabase(t);
    const { app, close } = await wire(
      loadConfig({
        AUTH: 'none',
        LOG_LEVEL: 'silent',
        DATABASE_URL: url,
        ORGANIZATIONS_ROLE_ARN: `arn:aws:iam::${management}:role/RolewrightOrganizations`,
        ORGANIZATIONS_EXTERNAL_ID: 'ext-1',
        // The test asks for the progress of an import without a pause.
        RATE_LIMIT_PER_MINUTE: '0',
      }),
      { awsTimeoutMs: 30_000 },
    );
    t.teardown(close);
    const get = async (path: string) => (await app.inject({ method: 'GET', url: path })).json();
    const importing = async (query = '') => {
      const { statusCode, headers } = await app.inject({
        method: 'POST',
        url: `/v1/accounts/import${query}`,
      });
      t.equal(statusCode, 202);
      let found = await get(String(headers.location));
      while (found.state === 'RUNNING') found = await get(String(headers.location));
      return found;
    };

    const sts = new STSClient({ region: 'us-east-1' });
    const credentials = await assumeRole(sts, { RoleArn: `arn:aws:iam::${management}:role/Owner` });
    const owner = new OrganizationsClient({ region: 'us-east-1', credentials });
    t.teardown(() => {
      sts.destroy();
      owner.destroy();
    });

    t.match(
      await importing(),
      { state: 'FAILED', error: { code: 'AWS_FAILED', detail: /listed no account/ } },
      'moto lists no accounts without an organization',
    );
    const { Organization } = await owner.send(new CreateOrganizationCommand({ FeatureSet: 'ALL' }));
    t.equal(Organization?.MasterAccountId, management);
    const ids: string[] = [];
    // Only a few, because moto takes seconds for each new account.
    for (let i = 0; i < 3; i += 1) {
      const { CreateAccountStatus } = await owner.send(
        new CreateAccountCommand({
          AccountName: `n${i}`,
          Email: `n${i}@example.com`,
          Tags: [{ Key: 'n', Value: String(i) }],
        }),
      );
      ids.push(CreateAccountStatus?.AccountId ?? '');
    }
    const [first = '', second = '', third = ''] = ids;

    t.match(await importing('?dryRun=true'), { state: 'DONE', error: null, total: 4, added: 4 });
    t.match(await importing(), { state: 'DONE', total: 4, added: 4, untagged: 0, error: null });
    t.match(await get(`/v1/accounts/${first}`), {
      name: 'n0',
      partition: 'aws',
      status: 'ACTIVE',
      labels: { n: '0' },
    });
    t.match((await get('/v1/accounts?label=n=2')).items, [{ accountId: third }]);

    await owner.send(new CloseAccountCommand({ AccountId: first }));
    await owner.send(new RemoveAccountFromOrganizationCommand({ AccountId: second }));
    await owner.send(new UntagResourceCommand({ ResourceId: third, TagKeys: ['n'] }));
    t.match(await importing(), { state: 'DONE', total: 3, added: 0, changed: 2, closed: 1, unchanged: 1 });
    t.match(await get(`/v1/accounts/${first}`), { status: 'SUSPENDED' }, 'the same as in moto');
    t.match(await get(`/v1/accounts/${second}`), { status: 'CLOSED', labels: { n: '1' } });
    t.strictSame((await get(`/v1/accounts/${third}`)).labels, {});
  });
