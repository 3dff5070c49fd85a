import { chmodSync, createWriteStream, existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { join, resolve } from 'node:path';
import { Writable } from 'node:stream';
import { pathToFileURL } from 'node:url';
import closeWithGrace from 'close-with-grace';
import { createSigningKey } from '#src/audit/checkpoint.ts';
import { loadConfig } from '#src/config.ts';
import { logUnhandledRejections } from '#src/http/log/unhandled-rejections.ts';
import { openMetrics } from '#src/metrics/open.ts';
import { wire } from '#src/wire.ts';
import { type AwsSandbox, startAwsSandbox } from './aws/server.ts';
import { startConsoleBuild } from './console.ts';
import { startFirst } from './first-start.ts';
import { externalId, hub, managementAccountId, organizationsRoleArn, seedOrganization } from './fleet.ts';
import { type Persona, personaSecret, personas, type SandboxIssuer, startIssuer } from './issuer.ts';
import { consoleClientId } from './issuer-console.ts';
import { DirectoryInUse, startPostgres } from './postgres.ts';

// `npm run sandbox` starts the service with everything that it needs on this machine. `--verbose` also shows
// its log.

const host = '127.0.0.1';
const directory = process.env.SANDBOX_DIRECTORY ?? '.sandbox';
const port = Number(process.env.PORT ?? 8080);
const awsPort = Number(process.env.SANDBOX_AWS_PORT ?? 8081);
const issuerPort = Number(process.env.SANDBOX_ISSUER_PORT ?? 8082);
const audience = 'rolewright';
const logFile = join(directory, 'service.log');
const tokenFile = join(directory, 'tokens');
const isVerbose = process.argv.includes('--verbose');

/** A problem that the person at the terminal can solve. The message is one line and says how. */
class Hint extends Error {}

async function start(): Promise<void> {
  await requireFree(port, 'PORT');
  await requireFree(awsPort, 'SANDBOX_AWS_PORT');
  await requireFree(issuerPort, 'SANDBOX_ISSUER_PORT');
  const stops: (() => Promise<void>)[] = [];
  const stop = async () => {
    for (const one of stops.reverse()) await one();
  };
  let text: string;
  try {
    const postgres = await ownPostgres();
    stops.push(() => postgres.stop());
    const aws = await startAwsSandbox({ host, port: awsPort, stateFile: join(directory, 'aws.json') });
    stops.push(() => aws.close());
    useAws(aws);
    const issuer = await startIssuer({
      host,
      port: issuerPort,
      audience,
      keyFile: join(directory, 'issuer-key.json'),
    });
    stops.push(() => issuer.close());
    const config = loadConfig({
      DATABASE_URL: postgres.serviceUrl,
      MIGRATION_DATABASE_URL: postgres.url,
      MEMBER_EXTERNAL_ID: externalId,
      ORGANIZATIONS_ROLE_ARN: organizationsRoleArn,
      ORGANIZATIONS_EXTERNAL_ID: externalId,
      METRICS_PORT: process.env.METRICS_PORT,
      LOG_LEVEL: process.env.LOG_LEVEL ?? 'info',
      NODE_ENV: 'development',
      OIDC_ISSUER: issuer.url,
      OIDC_AUDIENCE: audience,
      CONSOLE_CLIENT_ID: consoleClientId,
      // The sandbox has nothing to protect, and the tutorial attaches other policies.
      ALLOWED_POLICY_ARNS: process.env.ALLOWED_POLICY_ARNS ?? '*',
      RATE_LIMIT_PER_MINUTE: process.env.RATE_LIMIT_PER_MINUTE,
      AUDIT_SIGNING_KEY: signingKey(),
      AUDIT_CHECKPOINT_SINK: pathToFileURL(resolve(directory, 'checkpoints.ndjson')).href,
      AUDIT_CHECKPOINT_SECONDS: '2',
    });
    const service = await wire(config, {
      logTo: openLog(),
      consoleUsers: personas,
      metrics: await openMetrics(config),
    });
    stops.push(() => service.close());
    logUnhandledRejections(service.app.log);
    // Tests that need no console do not wait for a busy machine.
    if (process.env.SANDBOX_CONSOLE !== 'off') stops.push(startConsoleBuild(service.app.log));
    const tokens = Object.fromEntries(
      await Promise.all(personas.map(async (one) => [one, await issuer.token(one)])),
    ) as Tokens;
    // Only at the first start: later starts find the data.
    if (aws.world.account(hub.accountId) === null)
      await startFirst(aws.world, service.app, tokens.administrator);
    if (aws.world.organization(managementAccountId) === null) seedOrganization(aws.world);
    await service.app.listen({ host, port });
    writeTokens(tokens);
    text = welcome(aws, issuer);
  } catch (error) {
    await stop();
    throw error;
  }
  closeWithGrace({ delay: 30_000, logger: false, skip: ['unhandledRejection'] }, async ({ err }) => {
    if (err) console.error(err);
    console.log('\nStopping.');
    await stop();
    console.log(`Stopped. The data stays in ${directory}. npm run sandbox continues from there.`);
  });
  // Who reads it may stop the sandbox at once.
  console.log(text);
}

/** A directory holds one sandbox at a time. */
async function ownPostgres() {
  try {
    return await startPostgres({ directory: join(directory, 'postgres'), persistent: true });
  } catch (error) {
    if (!(error instanceof DirectoryInUse)) throw error;
    throw new Hint(
      `A sandbox is already running in ${directory}. Stop it, or set SANDBOX_DIRECTORY to another folder.`,
    );
  }
}

/** The signing key. It is created once and stored beside the data, with the public key. */
function signingKey(): string {
  const path = join(directory, 'audit-key.pem');
  if (!existsSync(path)) {
    const { privateKey, publicKey } = createSigningKey();
    mkdirSync(directory, { recursive: true });
    writeFileSync(`${path}.pub`, publicKey);
    writeFileSync(path, privateKey, { mode: 0o600 });
  }
  return readFileSync(path, 'utf8');
}

/** Writes the service's log to a file, and with `--verbose` also to the terminal. */
function openLog(): Writable {
  const file = createWriteStream(logFile, { flags: 'a', mode: 0o600 });
  return new Writable({
    write(line, _, done) {
      if (isVerbose) process.stdout.write(line);
      file.write(line, done);
    },
  });
}

/** Writes one line a user, `NAME=TOKEN`. Only the owner can read the file. */
function writeTokens(tokens: Tokens): void {
  writeFileSync(tokenFile, personas.map((one) => `${one}=${tokens[one]}\n`).join(''), { mode: 0o600 });
  chmodSync(tokenFile, 0o600); // It may be there already.
}

/** The environment that every SDK client of this process reads. */
function useAws({ url }: AwsSandbox): void {
  Object.assign(process.env, {
    AWS_ENDPOINT_URL: url,
    AWS_ACCESS_KEY_ID: hub.accessKeyId,
    AWS_SECRET_ACCESS_KEY: hub.secretAccessKey,
    AWS_REGION: 'us-east-1',
  });
  for (const name of [
    'AWS_SESSION_TOKEN',
    'AWS_PROFILE',
    'AWS_ENDPOINT_URL_IAM',
    'AWS_ENDPOINT_URL_STS',
    'AWS_IGNORE_CONFIGURED_ENDPOINT_URLS',
  ])
    delete process.env[name];
}

/** Checks the ports before anything starts, so that nothing has to be stopped again. */
async function requireFree(wanted: number, setting: string): Promise<void> {
  if (!Number.isInteger(wanted) || wanted < 0 || wanted > 65_535)
    throw new Hint(`${setting} must be a port from 0 to 65535.`);
  await new Promise<void>((resolve, reject) => {
    const server = createServer();
    server.once('error', () =>
      reject(
        new Hint(
          `Port ${wanted} is in use. Stop the program that uses it, or set ${setting} to another port.`,
        ),
      ),
    );
    server.listen(wanted, host, () => server.close(() => resolve()));
  });
}

type Tokens = Record<Persona, string>;

/** At most fifteen lines. Tokens are in a file, not on the screen. */
const welcome = (aws: AwsSandbox, issuer: SandboxIssuer) => {
  const service = `http://${host}:${port}`;
  const get = 'curl -s -H "Authorization: Bearer $TOKEN"';
  return `Rolewright's sandbox is ready. Nothing in it reaches AWS.
  console    ${service}/    sign in as one of the four users below with one click
  REST API   ${service}/docs    GraphQL API   ${service}/graphiql
  AWS        ${aws.url}/_sandbox/ledger    issuer        ${issuer.url}
  tokens     ${tokenFile}: ${personas.join(', ')}; valid for twelve hours
  log        ${logFile}: npm run sandbox -- --verbose shows it here

Get a token, then try three commands:
  TOKEN=$(curl -s -u operator:${personaSecret} -d grant_type=client_credentials ${issuer.url}/token | sed 's/.*"access_token":"\\([^"]*\\)".*/\\1/')
  ${get} ${service}/v1/accounts
  ${get} '${service}/v1/accounts/222233334444/execution-roles/AmazonEKSFargatePodExecutionRole/check?cluster=us-west-2/search'
  ${get} ${service}/v1/changes

The tour in README.md continues from here. Ctrl-C stops everything; the data stays in ${directory}.`;
};

start().catch((error: unknown) => {
  console.error(error instanceof Hint ? error.message : error);
  process.exitCode = 1;
});
