import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import t from 'tap';
import { createSigningKey } from '#src/audit/checkpoint.ts';
import { ConfigError, loadConfig } from '#src/config.ts';

const oidc = { AUTH: 'oidc', OIDC_ISSUER: 'https://id.example/realms/x', OIDC_AUDIENCE: 'api://rolewright' };
const good = { AUTH: 'none', DATABASE_URL: 'postgresql://user:secret@db/rolewright' };

const secretOf = (bytes: number) => `whsec_${Buffer.alloc(bytes, 1).toString('base64')}`;

t.test('omitted and empty settings have their defaults', async (t) => {
  const expected = {
    HOST: '127.0.0.1',
    PORT: 8080,
    DATABASE_POOL_SIZE: 20,
    MEMBER_ROLE_NAME: 'RolewrightMember',
    LOG_LEVEL: 'info',
    AUDIT_CHECKPOINT_SECONDS: 10,
    STS_ASSUMPTIONS_PER_SECOND: 550,
    IAM_STALE_SECONDS: 60,
    DATABASE_WAIT_SECONDS: 120,
    OIDC_GROUPS_CLAIM: 'groups',
    CONSOLE_SCOPE: 'openid offline_access',
    OIDC_CLOCK_SKEW_SECONDS: 60,
    RATE_LIMIT_PER_MINUTE: 1200,
    SWEEP_CONCURRENCY: 64,
    HSTS_SECONDS: 0,
    METRICS_HOST: '127.0.0.1',
    ...good,
  };
  t.same(loadConfig(good), expected);
  t.same(
    loadConfig({ ...good, HOST: '', PORT: '', LOG_LEVEL: '', MEMBER_EXTERNAL_ID: '', PATH: '/bin' }),
    expected,
  );
  t.ok(Object.isFrozen(loadConfig(good)));
});

t.test('valid settings', async (t) => {
  for (const settings of [
    { HOST: 'localhost' },
    { METRICS_PORT: '9464', METRICS_HOST: '0.0.0.0' },
    { METRICS_PORT: '0', PORT: '0' },
    { HOST: '::1' },
    { HOST: '127.0.0.2' },
    { PORT: '0' },
    { DATABASE_POOL_SIZE: '8' },
    { PORT: '65535' },
    { DATABASE_URL: 'embedded' },
    { DATABASE_URL: 'postgres://db' },
    { MIGRATION_DATABASE_URL: 'postgresql://owner:x@db/rolewright' },
    { MEMBER_ROLE_NAME: 'Other' },
    { MEMBER_EXTERNAL_ID: 'a:b/c' },
    { LOG_LEVEL: 'silent' },
    { NODE_ENV: 'production' },
    { NODE_ENV: 'whatever' },
    { IAM_STALE_SECONDS: '5' },
    { DATABASE_WAIT_SECONDS: '0' },
    { ...oidc },
    { ...oidc, HOST: '0.0.0.0', OIDC_GROUPS_CLAIM: 'https://x.example/groups', OIDC_CLOCK_SKEW_SECONDS: '0' },
    { ...oidc, OIDC_ISSUER: 'http://localhost:8082/realms/x/' },
    { ...oidc, OIDC_ISSUER: 'http://[::1]:8082' },
    { ...oidc, CONSOLE_CLIENT_ID: '0oa1b2c3', CONSOLE_SCOPE: 'openid api://rolewright/.default' },
    { RATE_LIMIT_PER_MINUTE: '0' },
    { TRUSTED_PROXIES: '10.0.0.0/8,fd00::/8,192.0.2.1' },
    { STS_ASSUMPTIONS_PER_SECOND: '1' },
    { CORS_ORIGINS: 'https://portal.example' },
    { CORS_ORIGINS: 'https://portal.example:8443,http://localhost:3000,http://[::1]:3000' },
    { HSTS_SECONDS: '31536000' },
    { ROLE_NAME_PATTERN: 'AmazonEKS*,team-?,*' },
    { STS_SOURCE_IDENTITY: 'true' },
    { ORGANIZATION_ID: 'o-a1b2c3d4e5', EXTRA_REGIONS: 'us-west-9,cn-south-1' },
    { EKS_REGIONS: 'us-west-2,eu-central-1,us-west-9', EXTRA_REGIONS: 'us-west-9' },
    {
      ORGANIZATIONS_ROLE_ARN: 'arn:aws-us-gov:iam::111122223333:role/path/Reader',
      ORGANIZATIONS_EXTERNAL_ID: 'a:b/c',
    },
    { ROLE_PATH_PATTERN: '/' },
    { ROLE_PATH_PATTERN: '/eks/*,/,*/fargate/' },
    { REQUIRED_PERMISSIONS_BOUNDARY: 'arn:{partition}:iam::{accountId}:policy/ops/Boundary' },
    { REQUIRED_PERMISSIONS_BOUNDARY: 'arn:aws:iam::aws:policy/PowerUserAccess' },
    { ALLOWED_POLICY_ARNS: '*' },
    {
      ALLOWED_POLICY_ARNS:
        'arn:aws:iam::aws:policy/CloudWatchLogsFullAccess,arn:*:iam::111122223333:policy/eks/logging-?*',
    },
    { WEBHOOK_URL: 'https://hooks.example:8443/a?b=c', WEBHOOK_SECRET: `${secretOf(24)},${secretOf(64)}` },
    { WEBHOOK_URL: 'http://127.0.0.1:9000/', WEBHOOK_SECRET: secretOf(32) },
    { WEBHOOK_URL: 'http://[::1]/', WEBHOOK_SECRET: secretOf(32) },
  ])
    t.doesNotThrow(() => loadConfig({ ...good, ...settings }), JSON.stringify(settings));
});

t.test('invalid settings', async (t) => {
  const cases: [Record<string, string | undefined>, RegExp][] = [
    [{ METRICS_PORT: 'x' }, /^METRICS_PORT must be a port from 0 to 65535, or left out, not "x"\.$/],
    [{ METRICS_PORT: '8080' }, /^METRICS_PORT must be another port than PORT: .*\.$/],
    [
      { WEBHOOK_URL: 'http://hooks.example/', WEBHOOK_SECRET: secretOf(24) },
      /^WEBHOOK_URL must be an https URL [^,]+, without a user or a fragment\.$/,
    ],
    [
      { WEBHOOK_URL: 'https://user:pass@hooks.example/', WEBHOOK_SECRET: secretOf(24) },
      /^WEBHOOK_URL must be/,
    ],
    [{ WEBHOOK_URL: 'https://', WEBHOOK_SECRET: secretOf(24) }, /^WEBHOOK_URL must be/],
    [{ WEBHOOK_URL: 'ftp://hooks.example/', WEBHOOK_SECRET: secretOf(24) }, /^WEBHOOK_URL must be/],
    [
      { WEBHOOK_URL: 'https://hooks.example/', WEBHOOK_SECRET: secretOf(23) },
      /^WEBHOOK_SECRET must be whsec_[^;]+; several secrets, separated by commas, all sign\.$/,
    ],
    [{ WEBHOOK_URL: 'https://hooks.example/' }, /^WEBHOOK_URL and WEBHOOK_SECRET need each other/],
    [{ WEBHOOK_SECRET: secretOf(24) }, /^WEBHOOK_URL and WEBHOOK_SECRET need each other/],
    [{ PORT: 'http' }, /^PORT must be a port from 0 to 65535, not "http"\.$/],
    [{ PORT: '65536' }, /^PORT must be/],
    [{ PORT: '-1' }, /^PORT must be/],
    [{ PORT: '80.5' }, /^PORT must be/],
    [{ PORT: 'true' }, /^PORT must be/],
    [{ DATABASE_URL: 'postgresql://[' }, /^DATABASE_URL must be a PostgreSQL URL/],
    [{ DATABASE_URL: undefined }, /^DATABASE_URL is missing: it must be a PostgreSQL URL/],
    [
      { DATABASE_URL: 'mysql://user:secret@db/x' },
      /^DATABASE_URL must be a PostgreSQL URL[^,]*, or the word embedded\.$/,
    ],
    [
      { MIGRATION_DATABASE_URL: 'postgresql://[secret' },
      /^MIGRATION_DATABASE_URL must be a PostgreSQL URL(?!.*secret)/,
    ],
    [{ MIGRATION_DATABASE_URL: 'embedded' }, /^MIGRATION_DATABASE_URL must be a PostgreSQL URL/],
    [
      { DATABASE_URL: 'embedded', MIGRATION_DATABASE_URL: 'postgres://db' },
      /^MIGRATION_DATABASE_URL must be left out/,
    ],
    [{ MEMBER_ROLE_NAME: 'a/b' }, /^MEMBER_ROLE_NAME must be an IAM role name.*, not "a\/b"\.$/],
    [
      { ORGANIZATION_ID: 'rolewright' },
      /^ORGANIZATION_ID must be the ID of an AWS organization, such as o-a1b2c3d4e5, not "rolewright"\.$/,
    ],
    [
      { EXTRA_REGIONS: 'us-west-9, *' },
      /^EXTRA_REGIONS must be names of AWS Regions, separated by commas, not /,
    ],
    [
      { EKS_REGIONS: 'us-west-2,*' },
      /^EKS_REGIONS must be names of AWS Regions, separated by commas, not [^\n]*$/,
    ],
    [
      { EKS_REGIONS: 'us-wset-2,eu-west-1,eu-west-9' },
      /^EKS_REGIONS [^\n]* us-wset-2 is none\. Did you mean us-west-2\?[^\n]*\nEKS_REGIONS [^\n]* eu-west-9 is none[^\n]*$/,
    ],
    [
      { ORGANIZATIONS_ROLE_ARN: 'Reader' },
      /^ORGANIZATIONS_ROLE_ARN must be the ARN of a role .*, not "Reader"\.$/,
    ],
    [
      { ORGANIZATIONS_EXTERNAL_ID: 'secret' },
      /^ORGANIZATIONS_EXTERNAL_ID needs ORGANIZATIONS_ROLE_ARN(?!.*secret)/,
    ],
    [{ MEMBER_EXTERNAL_ID: 'no secret!' }, /^MEMBER_EXTERNAL_ID must be an STS external ID[^!]*$/],
    ...[
      '*',
      'null',
      'portal.example',
      'https://portal.example/',
      'https://a.example, https://b.example',
      'https://A.example',
    ].map((CORS_ORIGINS): [Record<string, string>, RegExp] => [
      { CORS_ORIGINS },
      /^CORS_ORIGINS must be origins as browsers write them/,
    ]),
    [{ HSTS_SECONDS: '-1' }, /^HSTS_SECONDS must be a number of seconds/],
    [
      { LOG_LEVEL: 'loud' },
      /^LOG_LEVEL must be fatal, error, warn, info, debug, trace, silent, not "loud"\.$/,
    ],
    [{ STS_SOURCE_IDENTITY: 'yes' }, /^STS_SOURCE_IDENTITY must be true or false/],
    [{ ROLE_NAME_PATTERN: '/eks/*' }, /^ROLE_NAME_PATTERN must be role names with \* and \?/],
    [{ ROLE_PATH_PATTERN: 'eks' }, /^ROLE_PATH_PATTERN must be role paths such as/],
    [{ ROLE_PATH_PATTERN: '/eks' }, /^ROLE_PATH_PATTERN must be/],
    [{ ROLE_PATH_PATTERN: '/eks/,' }, /^ROLE_PATH_PATTERN must be/],
    [
      { REQUIRED_PERMISSIONS_BOUNDARY: 'Boundary' },
      /^REQUIRED_PERMISSIONS_BOUNDARY must be the ARN of a policy/,
    ],
    [
      { REQUIRED_PERMISSIONS_BOUNDARY: 'arn:aws:iam::{account}:policy/B' },
      /^REQUIRED_PERMISSIONS_BOUNDARY must be/,
    ],
    ...[
      'CloudWatchLogsFullAccess',
      '*,',
      'arn:aws:iam::aws:role/x',
      'arn:aws:iam::aws:policy/$x',
      `arn:aws:iam::aws:policy/${'x'.repeat(500)}`,
    ].map((ALLOWED_POLICY_ARNS): [Record<string, string>, RegExp] => [
      { ALLOWED_POLICY_ARNS },
      /^ALLOWED_POLICY_ARNS must be policy ARNs/,
    ]),
    [{ AUTH: 'basic' }, /^AUTH must be oidc or none, not "basic"\.$/],
    [
      { AUTH: undefined },
      /^OIDC_ISSUER is missing: AUTH=oidc \(the default\) needs it\..*AUTH=none.*\nOIDC_AUDIENCE is missing[^\n]*$/,
    ],
    [{ ...oidc, OIDC_AUDIENCE: undefined }, /^OIDC_AUDIENCE is missing[^\n]*$/],
    ...[
      'id.example',
      'https://',
      'https://id.example/?x=1',
      'https://id.example/#x',
      'https://u:p@id.example',
      'ftp://id.example',
    ].map((OIDC_ISSUER): [Record<string, string>, RegExp] => [
      { ...oidc, OIDC_ISSUER },
      /^OIDC_ISSUER must be the issuer's URL/,
    ]),
    ...['http://id.example', 'http://127.0.0.1.example', 'http://10.0.0.1'].map(
      (OIDC_ISSUER): [Record<string, string>, RegExp] => [
        { ...oidc, OIDC_ISSUER },
        /^OIDC_ISSUER must be https:\/\/ unless it is on a loopback host, not "http:/,
      ],
    ),
    [{ ...oidc, OIDC_AUDIENCE: 'a b' }, /^OIDC_AUDIENCE must be/],
    [{ ...oidc, CONSOLE_CLIENT_ID: 'a b' }, /^CONSOLE_CLIENT_ID must be/],
    [{ ...oidc, CONSOLE_SCOPE: 'openid  email' }, /^CONSOLE_SCOPE must be/],
    [{ ...oidc, OIDC_CLOCK_SKEW_SECONDS: '301' }, /^OIDC_CLOCK_SKEW_SECONDS must be/],
    [{ ...oidc, OIDC_GROUPS_CLAIM: 'a b' }, /^OIDC_GROUPS_CLAIM must be/],
    [{ RATE_LIMIT_PER_MINUTE: '-1' }, /^RATE_LIMIT_PER_MINUTE must be/],
    ...['proxy', '0.0.0.0/0', '10.0.0.0/8, 10.1.0.0/16', '10.0.0.0/33'].map(
      (TRUSTED_PROXIES): [Record<string, string>, RegExp] => [
        { TRUSTED_PROXIES },
        /^TRUSTED_PROXIES must be the networks of proxies as CIDR blocks/,
      ],
    ),
    [{ DATABASE_WAIT_SECONDS: '3601' }, /^DATABASE_WAIT_SECONDS must be a number of seconds from 0 to 3600/],
    ...['0.0.0.0', '::', 'example.com', '10.0.0.1', '127.0.0.1.example.com', '127.1', 'localhost.'].map(
      (HOST): [Record<string, string>, RegExp] => [
        { HOST },
        /^AUTH=none lets everyone in, so HOST must be a loopback address/,
      ],
    ),
  ];
  for (const [settings, message] of cases)
    t.throws(
      () => loadConfig({ ...good, ...settings }),
      { constructor: ConfigError, message },
      JSON.stringify(settings),
    );
});

t.test('all errors are reported at once, one a line, without secrets', async (t) => {
  const wrong = {
    PORT: 'x',
    DATABASE_URL: 'secret-1',
    MEMBER_ROLE_NAME: '',
    MEMBER_EXTERNAL_ID: 'secret 2',
    LOG_LEVEL: 'y',
    AUTH: 'none',
    HOST: '0.0.0.0',
  };
  t.throws(() => loadConfig(wrong), {
    message: /^PORT.*\nDATABASE_URL.*\nMEMBER_EXTERNAL_ID.*\nLOG_LEVEL.*\nAUTH=none.*$/,
  });
  t.throws(() => loadConfig(wrong), { message: /^(?!.*secret)/s });
});

t.test('the keys of the audit log, in the setting or in a file', async (t) => {
  const { privateKey, publicKey } = createSigningKey();
  const [path, publicPath] = ['key.pem', 'key.pem.pub'].map((name) => join(t.testdir(), name)) as [
    string,
    string,
  ];
  writeFileSync(path, privateKey);
  writeFileSync(publicPath, publicKey);
  for (const AUDIT_SIGNING_KEY of [privateKey, privateKey.replaceAll('\n', '\\n'), path])
    t.equal(loadConfig({ ...good, AUDIT_SIGNING_KEY }).AUDIT_SIGNING_KEY?.trim(), privateKey.trim());
  t.equal(loadConfig({ ...good, AUDIT_PUBLIC_KEYS: publicPath }).AUDIT_PUBLIC_KEYS, publicKey);
  for (const AUDIT_CHECKPOINT_SINK of [
    'file:///var/log/checkpoints.ndjson',
    's3://audit-log',
    's3://audit-log/prod/eu',
  ])
    t.doesNotThrow(() =>
      loadConfig({ ...good, AUDIT_SIGNING_KEY: path, AUDIT_CHECKPOINT_SINK, AUDIT_CHECKPOINT_SECONDS: '60' }),
    );

  const cases: [Record<string, string>, RegExp][] = [
    [
      { AUDIT_SIGNING_KEY: 'secret' },
      /^AUDIT_SIGNING_KEY cannot be used: the file cannot be read \(ENOENT\)\.$/,
    ],
    [
      { AUDIT_SIGNING_KEY: publicPath },
      /^AUDIT_SIGNING_KEY cannot be used: it is not an Ed25519 private key/,
    ],
    [
      { AUDIT_SIGNING_KEY: '-----BEGIN PRIVATE KEY-----secret' },
      /^AUDIT_SIGNING_KEY cannot be used: it is not an Ed25519 private key[^!]*$/,
    ],
    [{ AUDIT_PUBLIC_KEYS: path }, /^AUDIT_PUBLIC_KEYS cannot be used: it contains no public key/],
    [{ AUDIT_CHECKPOINT_SINK: 's3://audit-log' }, /^AUDIT_CHECKPOINT_SINK needs AUDIT_SIGNING_KEY/],
    [{ AUDIT_CHECKPOINT_SINK: 'https://x', AUDIT_SIGNING_KEY: path }, /^AUDIT_CHECKPOINT_SINK must be file:/],
    [{ AUDIT_CHECKPOINT_SECONDS: '0' }, /^AUDIT_CHECKPOINT_SECONDS must be a number of seconds/],
  ];
  for (const [settings, message] of cases) {
    t.throws(
      () => loadConfig({ ...good, ...settings }),
      { constructor: ConfigError, message },
      JSON.stringify(settings),
    );
    t.throws(() => loadConfig({ ...good, ...settings }), { message: /^(?!.*secret)/s });
  }
});
