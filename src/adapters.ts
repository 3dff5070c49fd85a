import { parseSigningKey, parseTrustedKeys, type SigningKey, type TrustedKeys } from './audit/checkpoint.ts';
import { createAuthentication } from './auth/authenticate.ts';
import { createIssuerKeys } from './auth/issuer.ts';
import { createAws } from './aws/aws.ts';
import { openCheckpointBucket } from './aws/checkpoint-bucket.ts';
import { openOrganizations } from './aws/organizations.ts';
import type { Config } from './config.ts';
import { unobserved } from './observe.ts';
import { attachablePolicies } from './operations/guards/attachable-policies.ts';
import { createPermissions } from './permissions/cedar.ts';
import { defaultFile, readPolicies } from './permissions/policies.ts';
import type { CheckpointSink } from './ports/audit.ts';
import type { Authenticate } from './ports/authenticate.ts';
import type { GuardRails } from './ports/guard-rails.ts';
import type { Observer } from './ports/observer.ts';
import type { Webhook } from './ports/webhooks.ts';
import { openCheckpointFile } from './postgres/audit/checkpoint-file.ts';
import { openDatabase } from './postgres/database.ts';
import { version } from './version.ts';
import { createWebhook } from './webhook/sender.ts';

export interface AdapterOptions {
  /** How long AWS may take to answer one call, in ms. */
  awsTimeoutMs?: number;
  observer?: Observer;
}

export type Adapters = ReturnType<typeof createAdapters>;

/** Creates the adapters from the settings. Nothing is connected yet. */
export function createAdapters(config: Config, { awsTimeoutMs, observer = unobserved }: AdapterOptions = {}) {
  const now = () => database.clock.now();
  const signing = readSigning(config, observer);
  const webhook = createWebhookOf(config, now);
  const guardRails = guardRailsOf(config);
  const permissions = createPermissions(readPolicies(config.PERMISSIONS_FILE ?? defaultFile));
  const database = openDatabase({
    url: config.DATABASE_URL,
    migrationUrl: config.MIGRATION_DATABASE_URL,
    keys: signing.keys,
    sink: signing.sink,
    announces: webhook !== null,
    poolSize: config.DATABASE_POOL_SIZE,
    postureLabel: config.METRICS_POSTURE_LABEL,
    observer,
  });
  const aws = { version, observer, ...(awsTimeoutMs && { requestTimeoutMs: awsTimeoutMs }) };
  // STS counts the role assumptions of all replicas together.
  const fleet = { replicas: 1 };
  const stsPerSecond = () => config.STS_ASSUMPTIONS_PER_SECOND / fleet.replicas;
  const { roles, clusters, close } = createAws({
    now,
    ...aws,
    stsPerSecond,
    sourceIdentity: config.STS_SOURCE_IDENTITY === 'true',
    attachable: (partition) => attachablePolicies(guardRails, partition),
  });
  const { ORGANIZATIONS_ROLE_ARN: roleArn, ORGANIZATIONS_EXTERNAL_ID: externalId = null } = config;
  const organizations =
    roleArn === undefined ? null : openOrganizations({ roleArn, externalId, ...aws, stsPerSecond });
  const inFlight = new Set<Promise<unknown>>();
  return {
    now,
    observer,
    database,
    roles,
    clusters,
    organizations,
    fleet,
    guardRails,
    permissions,
    authenticate: createAuthenticationOf(config, { tokens: database.serviceTokens, now, inFlight }),
    webhook,
    signing,
    /** Work that a stop waits for. */
    inFlight,
    async release() {
      close();
      organizations?.close();
      await database.close();
    },
  };
}

interface Signing {
  key: SigningKey | null;
  /** Our own key, and the keys of earlier times. Null: there are none. */
  keys: TrustedKeys | null;
  sink: CheckpointSink | null;
}

function readSigning(
  { AUDIT_SIGNING_KEY, AUDIT_PUBLIC_KEYS, AUDIT_CHECKPOINT_SINK: sinkUrl }: Config,
  observer: Observer,
): Signing {
  const key = AUDIT_SIGNING_KEY === undefined ? null : parseSigningKey(AUDIT_SIGNING_KEY);
  const keys = new Map(AUDIT_PUBLIC_KEYS === undefined ? [] : parseTrustedKeys(AUDIT_PUBLIC_KEYS));
  if (key) keys.set(key.keyId, key.publicKey);
  const createSink = (url: string) =>
    url.startsWith('s3:') ? openCheckpointBucket(url, { observer }) : openCheckpointFile(url);
  return { key, keys: keys.size > 0 ? keys : null, sink: sinkUrl === undefined ? null : createSink(sinkUrl) };
}

/** Null: AUTH=none, everyone is an administrator. */
function createAuthenticationOf(
  config: Config,
  deps: Parameters<typeof createAuthentication>[2],
): Authenticate | null {
  const { AUTH, OIDC_ISSUER: issuer, OIDC_AUDIENCE: audience } = config;
  if (AUTH === 'none') return null;
  if (issuer === undefined || audience === undefined)
    throw new Error('AUTH=oidc needs OIDC_ISSUER and OIDC_AUDIENCE.');
  const { OIDC_GROUPS_CLAIM: groupsClaim, OIDC_CLOCK_SKEW_SECONDS: clockSkewSeconds } = config;
  return createAuthentication(
    { issuer, audience, groupsClaim, clockSkewSeconds },
    createIssuerKeys({ issuer }),
    deps,
  );
}

function createWebhookOf(
  { WEBHOOK_URL: url, WEBHOOK_SECRET: secrets }: Config,
  now: () => Date,
): Webhook | null {
  return url !== undefined && secrets !== undefined
    ? createWebhook({ url, secrets, now, userAgent: `rolewright/${version}` })
    : null;
}

type GuardRailSettings =
  | 'ROLE_NAME_PATTERN'
  | 'ROLE_PATH_PATTERN'
  | 'REQUIRED_PERMISSIONS_BOUNDARY'
  | 'ALLOWED_POLICY_ARNS';

export const guardRailsOf = (config: Pick<Config, 'AUTH' | GuardRailSettings>): GuardRails => ({
  roleNames: config.ROLE_NAME_PATTERN ?? null,
  rolePaths: config.ROLE_PATH_PATTERN ?? null,
  permissionsBoundary: config.REQUIRED_PERMISSIONS_BOUNDARY ?? null,
  // Without authentication everyone may do everything, so a limit would protect nothing.
  policyArns: config.ALLOWED_POLICY_ARNS ?? (config.AUTH === 'none' ? '*' : null),
});

interface WarningLog {
  warn(message: string): void;
}

/**
 * Logs which settings weaken the protection of roles and of the audit log. `important` is logged at every
 * LOG_LEVEL.
 */
export function warnOfRisks(
  { AUTH }: Config,
  {
    log,
    important,
    signing,
    canModifyLog,
  }: { log: WarningLog; important: WarningLog; signing: Signing; canModifyLog: boolean },
): void {
  if (AUTH === 'none')
    important.warn('AUTH=none: everyone who reaches this address can change every role of every account');
  if (canModifyLog)
    log.warn(
      'the role of DATABASE_URL can change the audit log: set MIGRATION_DATABASE_URL to its owner, and use another role here',
    );
  if (signing.key === null)
    log.warn('AUDIT_SIGNING_KEY is not set: without checkpoints, a rewrite of the whole log leaves no trace');
  else if (signing.sink === null)
    log.warn(
      'AUDIT_CHECKPOINT_SINK is not set: checkpoints stay in the database, so a cut-off tail leaves no trace',
    );
}
