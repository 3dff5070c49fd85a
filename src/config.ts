import { readFileSync } from 'node:fs';
import Type, { type Static, type TProperties } from 'typebox';
import Value from 'typebox/value';
import { signingKeyOf, trustedKeysOf } from './audit/checkpoint.ts';
import { parseNetworks } from './http/connection/client-address.ts';
import { isLoopback } from './http/connection/loopback.ts';
import { PolicyError, readPolicies } from './permissions/policies.ts';
import { ExternalId, MemberRoleArn } from './schema/account.ts';
import { RoleName } from './schema/primitives.ts';
import { parseSecrets } from './webhook/signature.ts';

const levels = ['fatal', 'error', 'warn', 'info', 'debug', 'trace', 'silent'] as const;

/** Printable ASCII but the comma. */
const pathPattern = '[/*](?:[!-+\\--~]*[/*])?';

/** A policy's ARN with * and ?; for a comma in a name there is ?. */
const policyPattern = '(?:\\*|arn:[\\w*?-]+:iam::[\\w*?]+:policy/[\\w+=.@/*?-]+)';

/** In the bounds of schema/primitives.ts, without `*`. */
const regionName = '[a-z]{2,4}(-[a-z]{1,10}){1,3}-\\d{1,2}';

// The description of a setting completes "SETTING must be …".
const settings = {
  HOST: Type.String({ default: '127.0.0.1', minLength: 1, description: 'a host name or an address to listen on' }),
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
  DATABASE_WAIT_SECONDS: Type.Integer({ default: 120, minimum: 0, maximum: 3600, description: 'a number of seconds from 0 to 3600' }),
  MEMBER_ROLE_NAME: Type.String({ ...RoleName, default: 'RolewrightMember' }),
  MEMBER_EXTERNAL_ID: Type.Optional(ExternalId),
  ROLE_NAME_PATTERN: Type.Optional(
    Type.String({ pattern: '^[\\w+=,.@*?-]+$', description: 'names of roles with * and ?, with commas between several' }),
  ),
  ROLE_PATH_PATTERN: Type.Optional(
    Type.String({
      pattern: `^${pathPattern}(,${pathPattern})*$`,
      description: 'paths of roles such as /eks/*, with commas between several, each to begin and end with / or *',
    }),
  ),
  REQUIRED_PERMISSIONS_BOUNDARY: Type.Optional(
    Type.String({
      pattern: '^arn:(aws[a-z-]*|\\{partition\\}):iam::(\\d{12}|aws|\\{accountId\\}):policy/[\\w+=,.@/-]+$',
      description: 'the ARN of a policy, in which {partition} and {accountId} stand for those of the account',
    }),
  ),
  ALLOWED_POLICY_ARNS: Type.Optional(
    Type.String({
      pattern: `^${policyPattern}(,${policyPattern})*$`,
      // They are in the policies of sessions, which AWS wants short.
      maxLength: 512,
      description: 'ARNs of policies with * and ?, with commas between several, 512 characters at most',
    }),
  ),
  ORGANIZATIONS_ROLE_ARN: Type.Optional(
    Type.String({
      ...MemberRoleArn,
      description: "the ARN of a role in the organization's management account: arn:PARTITION:iam::ACCOUNT:role/NAME",
    }),
  ),
  ORGANIZATIONS_EXTERNAL_ID: Type.Optional(ExternalId),
  ORGANIZATION_ID: Type.Optional(
    Type.String({ pattern: '^o-[a-z0-9]{10,32}$', description: 'the ID of an AWS organization, such as o-a1b2c3d4e5' }),
  ),
  EXTRA_REGIONS: Type.Optional(
    Type.String({
      pattern: `^${regionName}(,${regionName})*$`,
      description: 'names of AWS Regions, with commas between several',
    }),
  ),
  STS_SOURCE_IDENTITY: Type.Optional(Type.Enum(['true', 'false'], { description: 'true or false' })),
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
    Type.String({ description: 'whsec_ and 24 to 64 bytes in base64, or several such with commas between, each of which signs' }),
  ),
  AUTH: Type.Enum(['oidc', 'none'], { default: 'oidc', description: 'oidc or none' }),
  PERMISSIONS_FILE: Type.Optional(Type.String({ minLength: 1, description: 'the path of a file of Cedar policies' })),
  OIDC_ISSUER: Type.Optional(
    Type.String({
      pattern: '^https?://[^\\s?#@]+$',
      description: "the issuer's URL, letter for letter as tokens have it in iss: https://, or http:// on a loopback host",
    }),
  ),
  OIDC_AUDIENCE: Type.Optional(
    Type.String({ pattern: '^[!-~]{1,256}$', description: 'what tokens for this service have in aud: 1 to 256 printable characters' }),
  ),
  OIDC_GROUPS_CLAIM: Type.String({
    default: 'groups',
    pattern: '^[!-~]{1,128}$',
    description: 'the claim with the groups of a caller, or the way to it: groups, realm_access.roles',
  }),
  OIDC_CLOCK_SKEW_SECONDS: Type.Integer({ default: 60, minimum: 0, maximum: 300, description: 'a number of seconds from 0 to 300' }),
  RATE_LIMIT_PER_MINUTE: Type.Integer({
    default: 1200,
    minimum: 0,
    maximum: 1_000_000,
    description: 'a number of requests from 0 (any number) to 1000000',
  }),
  TRUSTED_PROXIES: Type.Optional(
    Type.String({ description: 'the networks of proxies as CIDR blocks, with commas between: 10.0.0.0/8,fd00::/8; none of length 0' }),
  ),
  // What hosts and containers set in their own way: all but the one word is no development.
  NODE_ENV: Type.Optional(Type.String()),
  LOG_LEVEL: Type.Enum([...levels], { default: 'info', description: levels.join(', ') }),
  CORS_ORIGINS: Type.Optional(
    Type.String({
      pattern: '^https?://[a-z0-9.:\\[\\]-]+(,https?://[a-z0-9.:\\[\\]-]+)*$',
      description: 'origins as browsers write them, with commas between: https://portal.example,http://localhost:3000',
    }),
  ),
  HSTS_SECONDS: Type.Optional(
    Type.Integer({ minimum: 0, maximum: 99_999_999, description: 'a number of seconds from 0 to 99999999, such as 31536000 for a year' }),
  ),
  AUDIT_SIGNING_KEY: Type.Optional(Type.String({ description: 'an Ed25519 private key, PKCS#8 in PEM, or the path of a file with one' })),
  AUDIT_PUBLIC_KEYS: Type.Optional(
    Type.String({ description: 'Ed25519 public keys, SPKI in PEM, one after another, or the path of a file with them' }),
  ),
  AUDIT_CHECKPOINT_SINK: Type.Optional(
    Type.String({ pattern: '^(file:///[^?#]+|s3://[a-z0-9.-]{3,63}(/[^?#]*)?)$', description: 'file:///PATH or s3://BUCKET/PREFIX' }),
  ),
  AUDIT_CHECKPOINT_SECONDS: Type.Integer({ default: 10, minimum: 1, maximum: 86_400, description: 'a number of seconds from 1 to 86400' }),
} satisfies TProperties;
const Settings = Type.Object(settings);

/** What these hold is not for a terminal or a log. */
const secret = new Set([
  'DATABASE_URL',
  'MIGRATION_DATABASE_URL',
  'MEMBER_EXTERNAL_ID',
  'ORGANIZATIONS_EXTERNAL_ID',
  'AUDIT_SIGNING_KEY',
  'WEBHOOK_URL',
  'WEBHOOK_SECRET',
]);

export type Config = Readonly<Static<typeof Settings>>;

/** Every fault of the settings, one a line. */
export class ConfigError extends Error {}

/** The settings of this process. Throws a ConfigError that lists every fault at once. An empty setting is one left out. */
export function loadConfig(env: Record<string, string | undefined>): Config {
  const given = Object.fromEntries(Object.keys(settings).flatMap((name) => (env[name] ? [[name, env[name]]] : [])));
  const candidate = Value.Default(Settings, given) as Record<string, unknown>;
  // Digits alone: the library's own conversion also takes 80.5 and true for a port.
  for (const [name, schema] of Object.entries(settings)) {
    const value = candidate[name];
    // Digits alone: the library's own conversion also takes 80.5 and true for a number.
    if ('type' in schema && schema.type === 'integer' && typeof value === 'string' && /^\d{1,8}$/.test(value))
      candidate[name] = Number(value);
  }
  const faults = Object.entries(settings).flatMap(
    ([name, schema]: [string, { description?: string } & (typeof settings)[keyof typeof settings]]) => {
      const value = candidate[name];
      if (value === undefined)
        return 'default' in schema || '~optional' in schema ? [] : [`${name} is missing: it must be ${schema.description}.`];
      const isUsable = isUsableAs(name, String(value));
      return isUsable && Value.Check(schema, value)
        ? []
        : [`${name} must be ${schema.description}${secret.has(name) ? '' : `, not ${JSON.stringify(value)}`}.`];
    },
  );
  if (candidate.DATABASE_URL === 'embedded' && candidate.MIGRATION_DATABASE_URL !== undefined)
    faults.push('MIGRATION_DATABASE_URL must be left out with DATABASE_URL=embedded, which has two roles of its own.');
  if ((candidate.WEBHOOK_URL === undefined) !== (candidate.WEBHOOK_SECRET === undefined))
    faults.push('WEBHOOK_URL and WEBHOOK_SECRET need each other: what is sent is signed.');
  if (candidate.AUTH === 'oidc') faults.push(...oidcFaults(candidate));
  if (candidate.AUTH === 'none' && typeof candidate.HOST === 'string' && !isLoopback(candidate.HOST))
    faults.push(`AUTH=none lets everyone in, so HOST must be a loopback address such as 127.0.0.1, not ${JSON.stringify(candidate.HOST)}.`);
  for (const [name, read] of Object.entries(keys)) {
    if (typeof candidate[name] !== 'string') continue;
    try {
      candidate[name] = pemOf(candidate[name]);
      read(candidate[name] as string);
    } catch (error) {
      // Neither the key nor its path is for a terminal; the message is ours, or the file system's code.
      const why = error instanceof Error && 'code' in error ? `the file cannot be read (${error.code})` : (error as Error).message;
      faults.push(`${name} is of no use: ${why}.`);
    }
  }
  if (typeof candidate.PERMISSIONS_FILE === 'string') {
    try {
      readPolicies(candidate.PERMISSIONS_FILE);
    } catch (error) {
      if (!(error instanceof PolicyError)) throw error;
      faults.push(...error.faults.map((fault) => `PERMISSIONS_FILE ${fault}.`));
    }
  }
  if (candidate.AUDIT_CHECKPOINT_SINK !== undefined && candidate.AUDIT_SIGNING_KEY === undefined)
    faults.push(
      'AUDIT_CHECKPOINT_SINK needs AUDIT_SIGNING_KEY: without it there are no checkpoints to publish. npm run audit:key makes one.',
    );
  if (candidate.ORGANIZATIONS_EXTERNAL_ID !== undefined && candidate.ORGANIZATIONS_ROLE_ARN === undefined)
    faults.push('ORGANIZATIONS_EXTERNAL_ID needs ORGANIZATIONS_ROLE_ARN: it is sent when that role is assumed.');
  if (faults.length > 0) throw new ConfigError(faults.join('\n'));
  return Object.freeze(candidate as Config);
}

/** AUTH=oidc takes an issuer and an audience, and nobody on the way to the issuer may put other keys in the place of its own. */
function oidcFaults({ OIDC_ISSUER: issuer, OIDC_AUDIENCE: audience }: Record<string, unknown>): string[] {
  const missing = Object.entries({ OIDC_ISSUER: issuer, OIDC_AUDIENCE: audience })
    .filter(([, value]) => value === undefined)
    .map(([name]) => `${name} is missing: AUTH=oidc (the default) needs it. AUTH=none starts on a loopback HOST, for trying out.`);
  if (typeof issuer !== 'string' || !issuer.startsWith('http:') || !URL.canParse(issuer)) return missing;
  return isSafe(new URL(issuer))
    ? missing
    : [...missing, `OIDC_ISSUER must be https:// unless it is on a loopback host, not ${JSON.stringify(issuer)}.`];
}

const isSafe = ({ protocol, hostname }: URL) => protocol === 'https:' || isLoopback(hostname.replace(/^\[(.*)\]$/, '$1'));

/** What a pattern cannot tell. */
function isUsableAs(name: string, value: string): boolean {
  if (name === 'WEBHOOK_SECRET') return parseSecrets(value) !== null;
  if (name === 'TRUSTED_PROXIES') return parseNetworks(value) !== null;
  if (/(DATABASE_URL|ISSUER)$/.test(name)) return value === 'embedded' || URL.canParse(value);
  if (name !== 'WEBHOOK_URL') return true;
  const url = URL.parse(value);
  return url !== null && isSafe(url);
}

/** What must be able to read them. */
const keys = { AUDIT_SIGNING_KEY: signingKeyOf, AUDIT_PUBLIC_KEYS: trustedKeysOf };

/** A PEM as it is, also where its lines came as \\n, or that of a file. */
const pemOf = (given: string) => (given.startsWith('-----BEGIN') ? given.replaceAll('\\n', '\n') : readFileSync(given, 'utf8'));
