import Type, { type TProperties } from 'typebox';
import { ExternalId, MemberRoleArn } from './schema/account.ts';
import { RoleName } from './schema/primitives.ts';

const logLevels = ['fatal', 'error', 'warn', 'info', 'debug', 'trace', 'silent'] as const;

/** Printable ASCII without the comma. */
const pathPattern = '[/*](?:[!-+\\--~]*[/*])?';

/** A policy ARN with * and ?. A comma in a name is written as ?. */
const policyPattern = '(?:\\*|arn:[\\w*?-]+:iam::[\\w*?]+:policy/[\\w+=.@/*?-]+)';

/** A Region as schema/primitives.ts has it, without `*`. */
const regionName = '[a-z]{2,4}(-[a-z]{1,10}){1,3}-\\d{1,2}';

/** Every setting, with its default. Its description completes the sentence "SETTING must be …". */
export const settings = {
  HOST: Type.String({
    default: '127.0.0.1',
    minLength: 1,
    description: 'a host name or an address to listen on',
  }),
  PORT: Type.Integer({ default: 8080, minimum: 0, maximum: 65535, description: 'a port from 0 to 65535' }),
  DATABASE_URL: Type.String({
    pattern: '^(embedded|postgres(ql)?://.+)$',
    description: 'a PostgreSQL URL such as postgresql://user:password@host/database, or the word embedded',
  }),
  MIGRATION_DATABASE_URL: Type.Optional(
    Type.String({
      pattern: '^postgres(ql)?://.+$',
      description: 'a PostgreSQL URL that names the owner of the tables, or left out',
    }),
  ),
  DATABASE_POOL_SIZE: Type.Integer({
    default: 20,
    minimum: 8,
    maximum: 500,
    description: 'a number of connections from 8 to 500',
  }),
  DATABASE_WAIT_SECONDS: Type.Integer({
    default: 120,
    minimum: 0,
    maximum: 3600,
    description: 'a number of seconds from 0 to 3600',
  }),
  MEMBER_ROLE_NAME: Type.String({ ...RoleName, default: 'RolewrightMember' }),
  MEMBER_EXTERNAL_ID: Type.Optional(ExternalId),
  ROLE_NAME_PATTERN: Type.Optional(
    Type.String({ pattern: '^[\\w+=,.@*?-]+$', description: 'role names with * and ?, separated by commas' }),
  ),
  ROLE_PATH_PATTERN: Type.Optional(
    Type.String({
      pattern: `^${pathPattern}(,${pathPattern})*$`,
      description: 'role paths such as /eks/*, separated by commas; each begins and ends with / or *',
    }),
  ),
  REQUIRED_PERMISSIONS_BOUNDARY: Type.Optional(
    Type.String({
      pattern: '^arn:(aws[a-z-]*|\\{partition\\}):iam::(\\d{12}|aws|\\{accountId\\}):policy/[\\w+=,.@/-]+$',
      description: 'the ARN of a policy; {partition} and {accountId} in it stand for those of the account',
    }),
  ),
  ALLOWED_POLICY_ARNS: Type.Optional(
    Type.String({
      pattern: `^${policyPattern}(,${policyPattern})*$`,
      // They are part of session policies, whose size AWS limits.
      maxLength: 512,
      description: 'policy ARNs with * and ?, separated by commas, at most 512 characters',
    }),
  ),
  ORGANIZATIONS_ROLE_ARN: Type.Optional(
    Type.String({
      ...MemberRoleArn,
      description:
        "the ARN of a role in the organization's management account: arn:PARTITION:iam::ACCOUNT:role/NAME",
    }),
  ),
  ORGANIZATIONS_EXTERNAL_ID: Type.Optional(ExternalId),
  ORGANIZATION_ID: Type.Optional(
    Type.String({
      pattern: '^o-[a-z0-9]{10,32}$',
      description: 'the ID of an AWS organization, such as o-a1b2c3d4e5',
    }),
  ),
  EXTRA_REGIONS: Type.Optional(
    Type.String({
      pattern: `^${regionName}(,${regionName})*$`,
      description: 'names of AWS Regions, separated by commas',
    }),
  ),
  EKS_REGIONS: Type.Optional(
    Type.String({
      pattern: `^${regionName}(,${regionName})*$`,
      description: 'names of AWS Regions, separated by commas',
    }),
  ),
  STS_SOURCE_IDENTITY: Type.Optional(Type.Enum(['true', 'false'], { description: 'true or false' })),
  // STS accepts 600 calls a second from an account by default, and other programs use the same account.
  STS_ASSUMPTIONS_PER_SECOND: Type.Integer({
    default: 550,
    minimum: 1,
    maximum: 100_000,
    description: 'a number from 1 to 100000',
  }),
  IAM_STALE_SECONDS: Type.Integer({
    default: 60,
    minimum: 1,
    maximum: 3600,
    description: 'a number of seconds from 1 to 3600',
  }),
  SWEEP_CONCURRENCY: Type.Integer({
    default: 64,
    minimum: 1,
    maximum: 512,
    description: 'a number of accounts from 1 to 512',
  }),
  WEBHOOK_URL: Type.Optional(
    Type.String({
      pattern: '^https?://[^@#]+$',
      description: 'an https URL (http on a loopback address alone), without a user or a fragment',
    }),
  ),
  WEBHOOK_SECRET: Type.Optional(
    Type.String({
      description: 'whsec_ and 24 to 64 bytes in base64; several secrets, separated by commas, all sign',
    }),
  ),
  AUTH: Type.Enum(['oidc', 'none'], { default: 'oidc', description: 'oidc or none' }),
  CONSOLE_CLIENT_ID: Type.Optional(
    Type.String({
      pattern: '^[!-~]{1,256}$',
      description: 'the client ID of the console at the issuer: 1 to 256 printable characters',
    }),
  ),
  CONSOLE_SCOPE: Type.String({
    default: 'openid offline_access',
    pattern: '^[!#-\\[\\]-~]+( [!#-\\[\\]-~]+)*$',
    maxLength: 1024,
    description: 'scopes, separated by one space: openid offline_access',
  }),
  PERMISSIONS_FILE: Type.Optional(
    Type.String({ minLength: 1, description: 'the path of a file of Cedar policies' }),
  ),
  OIDC_ISSUER: Type.Optional(
    Type.String({
      pattern: '^https?://[^\\s?#@]+$',
      description:
        "the issuer's URL, exactly as in the claim iss of its tokens: https://, or http:// on a loopback host",
    }),
  ),
  OIDC_AUDIENCE: Type.Optional(
    Type.String({
      pattern: '^[!-~]{1,256}$',
      description: 'the claim aud of tokens for this service: 1 to 256 printable characters',
    }),
  ),
  OIDC_GROUPS_CLAIM: Type.String({
    default: 'groups',
    pattern: '^[!-~]{1,128}$',
    description: 'the claim that lists the groups of a caller, or the path to it: groups, realm_access.roles',
  }),
  OIDC_CLOCK_SKEW_SECONDS: Type.Integer({
    default: 60,
    minimum: 0,
    maximum: 300,
    description: 'a number of seconds from 0 to 300',
  }),
  RATE_LIMIT_PER_MINUTE: Type.Integer({
    default: 1200,
    minimum: 0,
    maximum: 1_000_000,
    description: 'a number of requests from 0 (no limit) to 1000000',
  }),
  TRUSTED_PROXIES: Type.Optional(
    Type.String({
      description:
        'the networks of proxies as CIDR blocks, separated by commas: 10.0.0.0/8,fd00::/8; /0 is not allowed',
    }),
  ),
  METRICS_PORT: Type.Optional(
    Type.Integer({ minimum: 0, maximum: 65535, description: 'a port from 0 to 65535, or left out' }),
  ),
  METRICS_POSTURE_LABEL: Type.Optional(
    Type.String({
      minLength: 1,
      maxLength: 128,
      description: 'the name of a label of accounts, such as team',
    }),
  ),
  METRICS_HOST: Type.String({
    default: '127.0.0.1',
    minLength: 1,
    description: 'a host name or an address to answer GET /metrics on',
  }),
  // Hosts and containers set this in their own ways. Only the value `development` has a meaning here.
  NODE_ENV: Type.Optional(Type.String()),
  LOG_LEVEL: Type.Enum([...logLevels], { default: 'info', description: logLevels.join(', ') }),
  CORS_ORIGINS: Type.Optional(
    Type.String({
      pattern: '^https?://[a-z0-9.:\\[\\]-]+(,https?://[a-z0-9.:\\[\\]-]+)*$',
      description:
        'origins as browsers write them, separated by commas: https://portal.example,http://localhost:3000',
    }),
  ),
  HSTS_SECONDS: Type.Integer({
    default: 0,
    minimum: 0,
    maximum: 99_999_999,
    description: 'a number of seconds from 0 to 99999999, such as 31536000 for a year',
  }),
  AUDIT_SIGNING_KEY: Type.Optional(
    Type.String({ description: 'an Ed25519 private key, PKCS#8 in PEM, or the path of a file with one' }),
  ),
  AUDIT_PUBLIC_KEYS: Type.Optional(
    Type.String({
      description: 'Ed25519 public keys, SPKI in PEM, one after the other, or the path of a file with them',
    }),
  ),
  AUDIT_CHECKPOINT_SINK: Type.Optional(
    Type.String({
      pattern: '^(file:///[^?#]+|s3://[a-z0-9.-]{3,63}(/[^?#]*)?)$',
      description: 'file:///PATH or s3://BUCKET/PREFIX',
    }),
  ),
  AUDIT_CHECKPOINT_SECONDS: Type.Integer({
    default: 10,
    minimum: 1,
    maximum: 86_400,
    description: 'a number of seconds from 1 to 86400',
  }),
} satisfies TProperties;

/** Settings whose values must not be shown on a terminal or in a log. */
export const secretSettings = new Set([
  'DATABASE_URL',
  'MIGRATION_DATABASE_URL',
  'MEMBER_EXTERNAL_ID',
  'ORGANIZATIONS_EXTERNAL_ID',
  'AUDIT_SIGNING_KEY',
  'WEBHOOK_URL',
  'WEBHOOK_SECRET',
]);
