// biome-ignore-all lint/suspicious/noTemplateCurlyInString: they are CloudFormation's and Terraform's
import { execFileSync, spawnSync } from 'node:child_process';
import { cpSync, globSync, readFileSync } from 'node:fs';
import t from 'tap';
import { parse } from 'yaml';
import { originalLog } from '#dev/chaos/tamper.ts';
import { openCheckpointBucket } from '#src/aws/checkpoint-bucket.ts';
import { startS3 } from '#test/support/s3.ts';
import { clusters, managementAccountId, serviceAccountId, startService } from '#test/support/service.ts';

// The templates in deploy/ allow exactly what the code asks of AWS, and what the AWS sandbox sees when every
// operation has run.

/**
 * A statement of a policy: of CloudFormation as it is parsed, of Terraform the texts of its lists and
 * conditions.
 */
interface Statement {
  effect: string;
  actions: string[];
  notActions: string[];
  resources: unknown;
  conditions: unknown;
}
type Statements = Record<string, Statement>;
type Node = { [key: string]: Node } | Node[] | string;

const asMap = (node: Node | undefined) => (typeof node === 'object' && !Array.isArray(node) ? node : {});
const asList = (node: Node | undefined) => (Array.isArray(node) ? node : node === undefined ? [] : [node]);
/** The value of an option when its condition holds. */
const chosen = (node: Node | undefined): Node | undefined => {
  const choice = asMap(node)['Fn::If'];
  return Array.isArray(choice) ? choice[1] : node;
};

/** The statements of a role's policies, by their Sid, with every option of the template switched on. */
function cloudFormation(path: string): Statements {
  const roles = Object.values(asMap(asMap(parse(readFileSync(path, 'utf8')) as Node).Resources)).map((one) =>
    asMap(asMap(one).Properties),
  );
  const policies = roles.flatMap(({ Policies }) =>
    asList(Policies).map((one) => asMap(asMap(chosen(one)).PolicyDocument)),
  );
  const statements = policies.flatMap(({ Statement }) => asList(Statement).map(asMap));
  return Object.fromEntries(
    statements.map(({ Sid, Effect, Action, NotAction, Resource, Condition, ...rest }) => {
      if (Object.keys(rest).length > 0) throw new Error(`${path}: ${Sid} has ${Object.keys(rest)}`);
      const texts = (node: Node | undefined) => asList(chosen(node)).map(String);
      const statement = {
        effect: String(Effect),
        actions: texts(Action),
        notActions: texts(NotAction),
        resources: Resource,
      };
      return [String(Sid), { ...statement, conditions: Condition ?? null }];
    }),
  );
}

/** The same for the attached policy document; the trust policy has no Sid. */
function terraformed(path: string): Statements {
  const text = readFileSync(path, 'utf8');
  const assume = textsIn(/\bassume\s*= .*/.exec(text)?.[0] ?? '');
  const blocks = text.split(/^ {2}(?:dynamic "statement"|statement) \{$/m).slice(1);
  return Object.fromEntries(
    blocks.flatMap((given): [string, Statement][] => {
      const block = given.slice(0, given.search(/^ {2}\}$/m));
      const listOf = (name: string) =>
        new RegExp(`\\b(?<!_)${name}\\s*=\\s*(\\[[^\\]]*\\]|\\S+)`).exec(block)?.[1]?.replace(/\s+/g, ' ') ??
        '';
      const sid = /\bsid\s*=\s*"(\w+)"/.exec(block)?.[1];
      if (sid === undefined) return [];
      const effect = /\beffect\s*=\s*"(\w+)"/.exec(block)?.[1] ?? 'Allow';
      const actions =
        listOf('actions') === 'local.assume' ? [...new Set(assume)] : textsIn(listOf('actions'));
      const conditions =
        /(?:dynamic "condition"|condition) \{[\s\S]*/.exec(block)?.[0].replace(/\s+/g, ' ').trim() ?? null;
      return [
        [
          sid,
          {
            effect,
            actions,
            notActions: textsIn(listOf('not_actions')),
            resources: listOf('resources'),
            conditions,
          },
        ],
      ];
    }),
  );
}
const textsIn = (list: string) => [...list.matchAll(/"([^"]*)"/g)].map(([, text = '']) => text);

const member = {
  cfn: cloudFormation('deploy/member-role.cfn.yaml'),
  tf: terraformed('deploy/terraform/member-role/main.tf'),
};
const organization = {
  cfn: cloudFormation('deploy/organizations-role.cfn.yaml'),
  tf: terraformed('deploy/terraform/organizations-role/main.tf'),
};
const hub = {
  cfn: cloudFormation('deploy/hub-role.cfn.yaml'),
  tf: terraformed('deploy/terraform/hub-role/main.tf'),
};
const templates = Object.entries({ member, organization, hub });

/** The actions that a role is allowed. */
const allowedIn = (statements: Statements) => [
  ...new Set(
    Object.values(statements)
      .filter(({ effect }) => effect === 'Allow')
      .flatMap(({ actions }) => actions)
      .sort(),
  ),
];

/** The SDK's commands and paginators in a file, as actions. */
const commandsIn = (pattern: string, service: string): string[] => {
  const names = globSync(pattern).flatMap((path) =>
    [...readFileSync(path, 'utf8').matchAll(/\bnew ([A-Z]\w*)Command\(|\bpaginate([A-Z]\w*)\(/g)].map(
      ([, command, pages]) => command ?? pages,
    ),
  );
  return [...new Set(names)]
    .map((name) => `${service}:${name === 'ListObjectsV2' ? 'ListBucket' : name}`)
    .sort();
};
/** Actions that are called without the SDK. */
const hotReads = (service: string): string[] =>
  [
    ...readFileSync('src/aws/query/hot-reads.ts', 'utf8').matchAll(
      service === 'iam' ? /\biam\('(\w+)', /g : /action: '(\w+)',\s+version: versions\.sts/g,
    ),
  ].map(([, action]) => `${service}:${action}`);
const listProviders = 'iam:ListOpenIDConnectProviders';
/**
 * A member role allows it with the other reads of EKS, so that it need not be changed again. An access entry is
 * asked for by its role.
 */
const notYetUsed = 'eks:ListAccessEntries';
/** AWS answers this to every caller. */
const needsNone = 'sts:GetCallerIdentity';
/** Further actions of AssumeRole when STS_SOURCE_IDENTITY is on: an option of the templates. */
const traced = ['sts:SetSourceIdentity', 'sts:TagSession'];

t.test('CloudFormation and Terraform say the same', (t) => {
  for (const [name, { cfn, tf }] of templates) {
    const shown = (statements: Statements) =>
      Object.fromEntries(
        Object.entries(statements).map(([sid, { effect, actions, notActions }]) => [
          sid,
          { effect, actions, notActions },
        ]),
      );
    t.same(shown(tf), shown(cfn), name);
  }
  t.end();
});

t.test('every statement confines what it allows', (t) => {
  const arn = 'arn:${AWS::Partition}:iam::${AWS::AccountId}';
  const written = { 'Fn::Sub': `${arn}:role/\${Roles}` };
  const needed = 'arn:${AWS::Partition}:iam::aws:policy/AmazonEKSFargatePodExecutionRolePolicy';
  const attached = {
    'Fn::If': ['HasPolicies', { 'Fn::Sub': `${needed},\${AllowedPolicyArns}` }, { 'Fn::Sub': needed }],
  };
  const bucket = 'arn:${AWS::Partition}:s3:::${CheckpointBucket}';
  const boundary = { 'iam:PermissionsBoundary': { 'Fn::Sub': `${arn}:policy/\${PermissionsBoundary}` } };
  const roles = '["${local.iam}:role/${var.roles}"]';
  // Sid, effect, then resources and conditions as CloudFormation and as Terraform has them.
  const expected: Record<
    string,
    [sid: string, effect: string, cfn: [unknown, unknown], tf: [string, RegExp | null]][]
  > = {
    member: [
      ['Read', 'Allow', ['*', null], ['["*"]', null]],
      ['Write', 'Allow', [written, null], [roles, null]],
      [
        'Attach',
        'Allow',
        [written, { StringLike: { 'iam:PolicyARN': { 'Fn::Split': [',', attached] } } }],
        [
          roles,
          /^condition \{ test = "StringLike" variable = "iam:PolicyARN" values = concat\( \["arn:\$\{data.aws_partition.this.partition\}:iam::aws:policy\/AmazonEKSFargatePodExecutionRolePolicy"\], var.allowed_policy_arns, \) \}$/,
        ],
      ],
      [
        'Create',
        'Allow',
        [written, { 'Fn::If': ['HasBoundary', { StringEquals: boundary }, { Ref: 'AWS::NoValue' }] }],
        [
          roles,
          /^dynamic "condition" \{ for_each = var.permissions_boundary == "" \? \[\] : \[var.permissions_boundary\] content \{ test = "StringEquals" variable = "iam:PermissionsBoundary" values = \["\$\{local.iam\}:policy\/\$\{condition.value\}"\] \} \}$/,
        ],
      ],
      [
        'NeverItself',
        'Deny',
        [[{ 'Fn::Sub': `${arn}:role/\${RoleName}` }, { Ref: 'HubRoleArn' }], null],
        ['["${local.iam}:role/${var.role_name}", var.hub_role_arn]', null],
      ],
    ],
    organization: [['ReadAccounts', 'Allow', ['*', null], ['["*"]', null]]],
    hub: [
      [
        'AssumeMembers',
        'Allow',
        [{ 'Fn::Sub': 'arn:*:iam::*:role/${MemberRoleName}' }, null],
        ['["arn:*:iam::*:role/${var.member_role_name}"]', null],
      ],
      [
        'AssumeOrganizationsRole',
        'Allow',
        [{ Ref: 'OrganizationsRoleArn' }, null],
        ['[statement.value]', null],
      ],
      [
        'Checkpoints',
        'Allow',
        [{ 'Fn::Sub': `${bucket}/\${CheckpointPrefix}*` }, null],
        ['["${statement.value}/${var.checkpoint_prefix}*"]', null],
      ],
      ['ListCheckpoints', 'Allow', [{ 'Fn::Sub': bucket }, null], ['[statement.value]', null]],
    ],
  };
  for (const [name, { cfn, tf }] of templates) {
    const statements = expected[name] ?? [];
    for (const one of [cfn, tf])
      t.same(
        Object.keys(one),
        statements.map(([sid]) => sid),
        `${name}: no other`,
      );
    for (const [sid, effect, [resources, conditions], [tfResources, tfConditions]] of statements) {
      const { effect: found, ...rest } = cfn[sid] as Statement;
      t.same(
        { effect: found, resources: rest.resources, conditions: rest.conditions },
        { effect, resources, conditions },
        `${name} ${sid}`,
      );
      t.match(
        tf[sid],
        { effect, resources: tfResources, conditions: tfConditions },
        `${name} ${sid}, Terraform`,
      );
    }
  }
  t.same(member.cfn.NeverItself?.notActions, ['iam:Get*', 'iam:List*']);
  t.same(member.cfn.NeverItself?.actions, []);
  t.same(member.cfn.Attach?.actions, ['iam:AttachRolePolicy']);
  t.same(member.cfn.Create?.actions, ['iam:CreateRole', 'iam:PutRolePermissionsBoundary']);
  for (const path of ['deploy/member-role.cfn.yaml', 'deploy/terraform/member-role/main.tf'])
    t.match(readFileSync(path, 'utf8'), 'ALLOWED_POLICY_ARNS', 'the service has the same by that name');
  t.end();
});

t.test('the templates against the code', (t) => {
  const iam = [
    ...commandsIn('src/aws/roles/{roles,write}.ts', 'iam'),
    ...hotReads('iam'),
    listProviders,
  ].sort();
  const eks = commandsIn('src/aws/clusters/clusters.ts', 'eks').map((one) =>
    one === 'eks:ListOpenIDConnectProviders' ? listProviders : one,
  );
  const sts = hotReads('sts');
  const organizations = commandsIn('src/aws/organizations.ts', 'organizations');
  const s3 = commandsIn('src/aws/checkpoint-bucket.ts', 's3');
  t.equal(iam.length, 14);
  t.equal(eks.length, 8);
  t.same(commandsIn('src/aws/sessions/own-role.ts', 'sts'), [needsNone]);
  // The hot reads of IAM are not SDK commands.
  t.same(
    commandsIn('src/**/*.ts', 'x').length,
    iam.length - hotReads('iam').length + eks.length - 1 + sts.length + s3.length + organizations.length + 1,
    'AWS is called in these files alone',
  );
  for (const one of Object.values(member))
    t.same(allowedIn(one), [...new Set([...eks, ...iam, notYetUsed])].sort());
  for (const one of Object.values(organization)) t.same(allowedIn(one), organizations);
  for (const one of Object.values(hub)) t.same(allowedIn(one), [...s3, ...sts, ...traced].sort());
  t.end();
});

for (const sourceIdentity of [false, true])
  t.test(
    `the templates against what the AWS sandbox saw, ${sourceIdentity ? 'with' : 'without'} a source identity`,
    async (t) => {
      const { rest, account, world, organization: put, settled } = await startService(t, { sourceIdentity });
      const { accountId, role, roles } = await account();
      world.putAccount({ accountId, policies: [{ policyName: 'Boundary' }] });
      const permissionsBoundary = `arn:aws:iam::${accountId}:policy/Boundary`;
      const additionalPolicyArns = ['arn:aws:iam::aws:policy/CloudWatchLogsFullAccess'];
      put([{ accountId: '200000000001', name: 'one' }]);
      const cluster = { region: 'us-west-2', name: 'a' };
      world.putCluster({ accountId, ...cluster, profiles: [{ name: 'p' }], nodegroups: [{ name: 'n' }] });
      const made = [
        await rest('POST', roles, { clusters: clusters('a'), tags: { team: 'x' } }),
        await rest('POST', `${role}/check`, { clusters: clusters('a') }),
        await rest('GET', role),
        await rest('GET', `/v1/accounts/${accountId}/clusters/us-west-2/a/fargate-readiness`),
        await rest('GET', roles),
        await rest('POST', `${role}/extend`, { clusters: clusters('b') }),
        await rest('DELETE', `${role}/clusters/us-west-2/b`),
        await rest('PUT', role, {
          clusters: clusters('c'),
          description: 'd',
          tags: { owner: 'y' },
          permissionsBoundary,
          additionalPolicyArns,
        }),
      ];
      made.push(
        await rest('POST', `/v1/changes/${made.at(-1)?.json.change.id}/revert`, {}),
        await rest('POST', '/v1/accounts/import'),
      );
      for (const { status, json } of made) t.ok(status < 300, json.detail);
      await settled();
      t.match((await rest('GET', made.at(-1)?.headers.location as string)).json, { state: 'DONE' });

      const { endpoint, calls } = await startS3(t);
      const sink = openCheckpointBucket('s3://bucket/prefix', { endpoint });
      const { checkpoints } = originalLog(1, 200);
      for (const checkpoint of checkpoints) await sink.publish(checkpoint);
      await openCheckpointBucket('s3://bucket/prefix', { endpoint }).latest();
      const ofS3 = calls.map(({ method, query }) =>
        method === 'PUT' ? 's3:PutObject' : query.has('list-type') ? 's3:ListBucket' : 's3:GetObject',
      );

      for (const one of Object.values(member))
        t.same(
          world.judged(accountId),
          // A sweep lists the clusters.
          allowedIn(one).filter((action) => action !== notYetUsed && action !== 'eks:ListClusters'),
          'the member role',
        );
      for (const one of Object.values(organization))
        t.same(world.judged(managementAccountId), allowedIn(one), 'the organization’s role');
      const asked = world.judged(serviceAccountId);
      t.ok(asked.includes(needsNone));
      for (const one of Object.values(hub))
        t.same(
          [...new Set([...asked.filter((action) => action !== needsNone), ...ofS3])].sort(),
          allowedIn(one).filter((action) => sourceIdentity || !traced.includes(action)),
          'the hub',
        );
    },
  );

const terraform = spawnSync('terraform', ['version'], { encoding: 'utf8' });
const without = terraform.error ? 'there is no terraform on this machine' : false;

t.test('terraform reads them, as it would write them', { skip: without }, (t) => {
  t.doesNotThrow(() =>
    execFileSync('terraform', ['fmt', '-check', '-recursive', 'deploy'], { stdio: 'pipe' }),
  );
  t.end();
});

// Its provider is half a gigabyte, and a test does not download it.
const { TERRAFORM_PROVIDERS: providers } = process.env;
const unprovided =
  without ||
  (providers === undefined ? 'TERRAFORM_PROVIDERS names no directory with the AWS provider' : false);

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
