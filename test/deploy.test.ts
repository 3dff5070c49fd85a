import { execFileSync, spawnSync } from 'node:child_process';
import { cpSync, globSync, readFileSync } from 'node:fs';
import t from 'tap';
import { clusters, managementAccountId, startService } from '#test/support/service.ts';

// The templates in deploy/ allow exactly what the code asks of AWS, and what the AWS sandbox sees when every operation has run.

/** Actions, but for what is denied by pattern, and for the keys of conditions, which look the same. */
const actionsIn = (path: string): string[] => {
  const keys = new Set(['iam:PermissionsBoundary', 'iam:PolicyARN', 'sts:ExternalId']);
  const found = readFileSync(path, 'utf8').matchAll(/\b(?:iam|sts|s3|organizations):[A-Z]\w*\b(?!\*)/g);
  return [...new Set([...found].map(([action]) => action))].filter((action) => !keys.has(action)).sort();
};

/** The SDK's commands and paginators in a file, as actions. */
const commandsIn = (pattern: string, service: string): string[] => {
  const names = globSync(pattern).flatMap((path) =>
    [...readFileSync(path, 'utf8').matchAll(/\bnew ([A-Z]\w*)Command\(|\bpaginate([A-Z]\w*)\(/g)].map(
      ([, command, pages]) => command ?? pages,
    ),
  );
  return [...new Set(names)].map((name) => `${service}:${name === 'ListObjectsV2' ? 'ListBucket' : name}`).sort();
};

const member = ['deploy/member-role.cfn.yaml', 'deploy/terraform/member-role/main.tf'];
const organization = ['deploy/organizations-role.cfn.yaml', 'deploy/terraform/organizations-role/main.tf'];
const hub = ['deploy/hub-role.cfn.yaml', 'deploy/terraform/hub-role/main.tf'];
/** Those that are asked for without the SDK. */
const hotReads = (service: string): string[] =>
  [
    ...readFileSync('src/aws/hot-reads.ts', 'utf8').matchAll(
      service === 'iam' ? /\biam\('(\w+)', /g : /action: '(\w+)',\s+version: versions\.sts/g,
    ),
  ].map(([, action]) => `${service}:${action}`);
const iam = [...commandsIn('src/aws/{roles,write}.ts', 'iam'), ...hotReads('iam')].sort();
const sts = hotReads('sts');
/** What AssumeRole takes besides, where STS_SOURCE_IDENTITY is on: an option of the templates. */
const traced = ['sts:SetSourceIdentity', 'sts:TagSession'];
const organizations = commandsIn('src/aws/organizations.ts', 'organizations');
const s3 = commandsIn('src/aws/checkpoint-bucket.ts', 's3');

t.test('the templates against the code', (t) => {
  t.equal(iam.length, 13);
  t.same([...sts, ...s3], ['sts:AssumeRole', 's3:GetObject', 's3:ListBucket', 's3:PutObject']);
  // The hot reads of IAM are no commands.
  t.same(
    commandsIn('src/**/*.ts', 'x').length,
    iam.length - hotReads('iam').length + sts.length + s3.length + organizations.length,
    'AWS is called in these files alone',
  );
  // Trust policies say sts:AssumeRole: of the member role to the hub, and of the hub to what it runs on.
  for (const path of member) t.same(actionsIn(path), [...iam, ...sts, ...traced].sort(), path);
  for (const path of hub) t.same(actionsIn(path), [...sts, ...s3, ...traced].sort(), path);
  t.same(organizations, ['organizations:ListAccounts', 'organizations:ListTagsForResource']);
  for (const path of organization) t.same(actionsIn(path), [...organizations, ...sts].sort(), path);
  t.same(
    [...actionsIn('src/aws/session-policy.ts')].filter((action) => action.startsWith('organizations:')),
    organizations,
    'the session',
  );
  t.end();
});

t.test('they attach what the service may, and say so by the same name', (t) => {
  for (const path of member) {
    const text = readFileSync(path, 'utf8');
    const [attach = ''] = /Attach\b[\s\S]*?(?=Create\b)/.exec(text) ?? [];
    t.match(attach, /iam:AttachRolePolicy[\s\S]*StringLike[\s\S]*iam:PolicyARN[\s\S]*AmazonEKSFargatePodExecutionRolePolicy/, path);
    t.equal(text.split('iam:AttachRolePolicy').length, 2, 'in no other statement');
    t.match(text, 'ALLOWED_POLICY_ARNS');
  }
  t.end();
});

t.test('the templates against what the AWS sandbox saw', async (t) => {
  const { rest, account, world } = await startService(t);
  const { accountId, role, roles, calls } = await account();
  world.putAccount({ accountId, policies: [{ policyName: 'Boundary' }] });
  const permissionsBoundary = `arn:aws:iam::${accountId}:policy/Boundary`;
  const additionalPolicyArns = ['arn:aws:iam::aws:policy/CloudWatchLogsFullAccess'];
  const made = [
    await rest('POST', roles, { clusters: clusters('a'), tags: { team: 'x' } }),
    await rest('POST', `${role}/check`, { clusters: clusters('a') }),
    await rest('GET', role),
    await rest('GET', roles),
    await rest('POST', `${role}/extend`, { clusters: clusters('b') }),
    await rest('DELETE', `${role}/clusters/us-west-2/b`),
    await rest('PUT', role, { clusters: clusters('c'), description: 'd', tags: { owner: 'y' }, permissionsBoundary, additionalPolicyArns }),
  ];
  made.push(await rest('POST', `/v1/changes/${made.at(-1)?.json.change.id}/revert`, {}));
  for (const { status, json } of made) t.ok(status < 300, json.detail);
  const seen = Object.keys(calls()).sort();
  for (const path of member) t.same(actionsIn(path), [...seen, ...traced].sort(), path);
});

t.test('the template of the organization against what the AWS sandbox saw', async (t) => {
  const { rest, organization: put, settled, world } = await startService(t);
  put([{ accountId: '200000000001', name: 'one' }]);
  const { headers } = await rest('POST', '/v1/accounts/import');
  await settled();
  t.match((await rest('GET', headers.location as string)).json, { state: 'DONE' });
  const seen = Object.keys(world.calls(managementAccountId)[managementAccountId] ?? {}).sort();
  for (const path of organization) t.same(actionsIn(path), seen, path);
});

const terraform = spawnSync('terraform', ['version'], { encoding: 'utf8' });
const without = terraform.error ? 'there is no terraform on this machine' : false;

t.test('terraform reads them, as it would write them', { skip: without }, (t) => {
  t.doesNotThrow(() => execFileSync('terraform', ['fmt', '-check', '-recursive', 'deploy'], { stdio: 'pipe' }));
  t.end();
});

// Its provider is half a gigabyte, and a test does not download it.
const { TERRAFORM_PROVIDERS: providers } = process.env;
const unprovided = without || (providers === undefined ? 'TERRAFORM_PROVIDERS names no directory with the AWS provider' : false);

t.test('terraform validate', { skip: unprovided }, (t) => {
  for (const module of ['member-role', 'hub-role', 'organizations-role']) {
    const cwd = t.testdir();
    cpSync(`deploy/terraform/${module}`, cwd, { recursive: true });
    const run = (...args: string[]) => execFileSync('terraform', args, { cwd, stdio: 'pipe' });
    t.doesNotThrow(() => run('init', '-backend=false', `-plugin-dir=${providers}`), module);
    t.doesNotThrow(() => run('validate'), module);
  }
  t.end();
});

t.test('the container tells V8 what `npm start` does', async (t) => {
  const { scripts } = JSON.parse(readFileSync('package.json', 'utf8')) as { scripts: { start: string } };
  const command = /^CMD (\[.*\])$/m.exec(readFileSync('Dockerfile', 'utf8'))?.[1] ?? '[]';
  const flags = (JSON.parse(command) as string[]).slice(1);
  t.match(flags, [/^--max-semi-space-size=\d+$/, /^--heap-growing-percent=\d+$/, 'src/main.ts']);
  t.ok(scripts.start.endsWith(`node ${flags.join(' ')}`), scripts.start);
});
