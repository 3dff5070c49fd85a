import { readFileSync } from 'node:fs';
import Type, { type Static, type TProperties, type TSchema } from 'typebox';
import Value from 'typebox/value';
import { parseSigningKey, parseTrustedKeys } from './audit/checkpoint.ts';
import { isListedRegion, nearestRegion } from './domain/patterns/regions.ts';
import { parseNetworks } from './http/connection/client-address.ts';
import { isLoopback } from './http/connection/loopback.ts';
import { PolicyError, readPolicies } from './permissions/policies.ts';
import { fileSettingOf, readSecretFiles } from './secret-files.ts';
import { secretSettings, settings } from './settings.ts';
import { parseSecrets } from './webhook/signature.ts';

const Settings = Type.Object(settings);
export type Config = Readonly<Static<typeof Settings>>;
type Candidate = Record<string, unknown>;

/** Lists every fault of the settings, one a line. */
export class ConfigError extends Error {}

type Environment = Record<string, string | undefined>;

/**
 * How long a stop may take, in ms: the changes in progress finish their AWS calls, read back and record their
 * outcome. A supervisor has to wait a little longer before it kills the process.
 */
export const stopGraceMs = 60_000;

/**
 * Reads the settings of this process. Throws a ConfigError that lists every fault at once. An empty setting
 * counts as left out. Secrets are also read from files (secret-files.ts), once.
 */
export function loadConfig(env: Environment): Config {
  const { candidate, isFromFile, unread, faults } = readSettings(env);
  refuse([
    ...faults,
    ...findContradictions({ ...unread, ...candidate }),
    ...findUnlistedRegions(candidate),
    ...readKeys(candidate, isFromFile),
    ...findPolicyFaults(candidate.PERMISSIONS_FILE),
  ]);
  return Object.freeze(candidate as Config);
}

const ofDatabase = ['DATABASE_URL', 'MIGRATION_DATABASE_URL', 'DATABASE_WAIT_SECONDS'] as const;

/** Reads the settings of the database alone, as `loadConfig` does. */
export function loadDatabaseConfig(env: Environment): Pick<Config, (typeof ofDatabase)[number]> {
  const { candidate, faults } = readSettings(env, ofDatabase);
  refuse(faults);
  return Object.freeze(candidate as Config);
}

function refuse(faults: string[]): void {
  if (faults.length > 0) throw new ConfigError(faults.join('\n'));
}

/** The settings of these names with their defaults, and what is wrong with each by itself. */
function readSettings(env: Environment, names: readonly string[] = Object.keys(settings)) {
  const files = readSecretFiles(env, names);
  const all = { ...env, ...files.values };
  const given = Object.fromEntries(names.flatMap((name) => (all[name] ? [[name, all[name]]] : [])));
  const candidate = Value.Default(Settings, given) as Candidate;
  parseNumbers(candidate);
  // Of a secret whose file cannot be read nothing else is known.
  const readable = names.filter((name) => !files.faults.has(name));
  return {
    candidate,
    isFromFile: (name: string) => name in files.values,
    /** Secrets that are set, but whose files cannot be read. */
    unread: Object.fromEntries([...files.faults.keys()].map((name) => [name, ''])),
    faults: [...files.faults.values(), ...readable.flatMap((name) => findValueFaults(name, candidate[name]))],
  };
}

/** Converts digits alone: the library's own conversion also takes 80.5 and true for a number. */
function parseNumbers(candidate: Candidate): void {
  for (const [name, schema] of Object.entries(settings)) {
    const value = candidate[name];
    if ('type' in schema && schema.type === 'integer' && typeof value === 'string' && /^\d{1,8}$/.test(value))
      candidate[name] = Number(value);
  }
}

/** Finds what is wrong with a setting by itself. */
function findValueFaults(name: string, value: unknown): string[] {
  const schema: TSchema & { description?: string } = (settings as TProperties)[name] ?? {};
  if (value === undefined)
    return 'default' in schema || '~optional' in schema
      ? []
      : [
          `${name} is missing: it must be ${schema.description}. ${fileSettingOf(name)} may name a file with it.`,
        ];
  if (isUsable(name, String(value)) && Value.Check(schema, value)) return [];
  const found = secretSettings.has(name) ? '' : `, not ${JSON.stringify(value)}`;
  return [`${name} must be ${schema.description}${found}.`];
}

/** Checks what a pattern cannot express. */
function isUsable(name: string, value: string): boolean {
  if (name === 'WEBHOOK_SECRET') return parseSecrets(value) !== null;
  if (name === 'TRUSTED_PROXIES') return parseNetworks(value) !== null;
  if (/(DATABASE_URL|ISSUER)$/.test(name)) return value === 'embedded' || URL.canParse(value);
  if (name !== 'WEBHOOK_URL') return true;
  const url = URL.parse(value);
  return url !== null && isSafe(url);
}

const isSafe = ({ protocol, hostname }: URL) =>
  protocol === 'https:' || isLoopback(hostname.replace(/^\[(.*)\]$/, '$1'));

/** Finds settings that do not go together. */
function findContradictions(candidate: Candidate): string[] {
  const { AUTH, HOST } = candidate;
  const isSet = (name: keyof typeof settings) => candidate[name] !== undefined;
  const faults: string[] = [];
  if (candidate.DATABASE_URL === 'embedded' && isSet('MIGRATION_DATABASE_URL'))
    faults.push(
      'MIGRATION_DATABASE_URL must be left out with DATABASE_URL=embedded, which has two roles of its own.',
    );
  if (isSet('WEBHOOK_URL') !== isSet('WEBHOOK_SECRET'))
    faults.push('WEBHOOK_URL and WEBHOOK_SECRET need each other: every event is signed.');
  if (AUTH === 'oidc') faults.push(...findOidcFaults(candidate));
  if (AUTH === 'none' && typeof HOST === 'string' && !isLoopback(HOST))
    faults.push(
      `AUTH=none lets everyone in, so HOST must be a loopback address such as 127.0.0.1, not ${JSON.stringify(HOST)}.`,
    );
  if (isSet('METRICS_PORT') && candidate.METRICS_PORT !== 0 && candidate.METRICS_PORT === candidate.PORT)
    faults.push('METRICS_PORT must be another port than PORT: metrics have a server of their own.');
  if (isSet('AUDIT_CHECKPOINT_SINK') && !isSet('AUDIT_SIGNING_KEY'))
    faults.push(
      'AUDIT_CHECKPOINT_SINK needs AUDIT_SIGNING_KEY to sign what it publishes. Run npm run audit:key to make a key.',
    );
  if (isSet('ORGANIZATIONS_EXTERNAL_ID') && !isSet('ORGANIZATIONS_ROLE_ARN'))
    faults.push(
      'ORGANIZATIONS_EXTERNAL_ID needs ORGANIZATIONS_ROLE_ARN: it is sent when that role is assumed.',
    );
  return faults;
}

/**
 * AUTH=oidc needs an issuer and an audience. Nobody between us and the issuer may replace its keys, so it has
 * to use TLS.
 */
function findOidcFaults({ OIDC_ISSUER: issuer, OIDC_AUDIENCE: audience }: Candidate): string[] {
  const missing = Object.entries({ OIDC_ISSUER: issuer, OIDC_AUDIENCE: audience })
    .filter(([, value]) => value === undefined)
    .map(
      ([name]) =>
        `${name} is missing: AUTH=oidc (the default) needs it. To try the service out, use AUTH=none on a loopback HOST.`,
    );
  if (
    typeof issuer !== 'string' ||
    !issuer.startsWith('http:') ||
    !URL.canParse(issuer) ||
    isSafe(new URL(issuer))
  )
    return missing;
  return [
    ...missing,
    `OIDC_ISSUER must be https:// unless it is on a loopback host, not ${JSON.stringify(issuer)}.`,
  ];
}

/** A misspelt Region would fail in every account of every sweep. */
function findUnlistedRegions({ EKS_REGIONS: named, EXTRA_REGIONS: extra }: Candidate): string[] {
  const listOf = (value: unknown) =>
    Value.Check(settings.EKS_REGIONS, value) ? String(value).split(',') : [];
  const where = { partition: null, extraRegions: listOf(extra) };
  return listOf(named)
    .filter((region) => !isListedRegion(region, where))
    .map(
      (region) =>
        `EKS_REGIONS must name AWS's Regions, and ${region} is none. Did you mean ${nearestRegion(region, where)}? EXTRA_REGIONS adds a new Region.`,
    );
}

const keyParsers = { AUDIT_SIGNING_KEY: parseSigningKey, AUDIT_PUBLIC_KEYS: parseTrustedKeys };

/** Replaces the path of a key by its text, and answers what is wrong with the keys. */
function readKeys(candidate: Candidate, isFromFile: (name: string) => boolean): string[] {
  return Object.entries(keyParsers).flatMap(([name, parse]) => {
    const given = candidate[name];
    if (typeof given !== 'string') return [];
    try {
      const pem = isFromFile(name) ? given : pemOf(given);
      parse(pem);
      candidate[name] = pem;
      return [];
    } catch (error) {
      // Neither the key nor its path may be shown. The message is ours, or the code of the file system.
      const why =
        error instanceof Error && 'code' in error
          ? `the file cannot be read (${error.code})`
          : (error as Error).message;
      return [`${name} cannot be used: ${why}.`];
    }
  });
}

/** A PEM, also one whose line breaks came as \\n, or the text of the file at this path. */
const pemOf = (given: string) =>
  given.startsWith('-----BEGIN') ? given.replaceAll('\\n', '\n') : readFileSync(given, 'utf8');

function findPolicyFaults(path: unknown): string[] {
  if (typeof path !== 'string') return [];
  try {
    readPolicies(path);
    return [];
  } catch (error) {
    if (!(error instanceof PolicyError)) throw error;
    return error.faults.map((fault) => `PERMISSIONS_FILE ${fault}.`);
  }
}
