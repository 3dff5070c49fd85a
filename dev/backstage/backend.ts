import { once } from 'node:events';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { root } from '../conform/tools.ts';
import { freePort } from '../free-ports.ts';
import { spawnBound } from '../sandbox/spawn-bound.ts';
import { catalogFile, components, groups, type User } from './catalog.ts';

/** A Backstage backend that runs. */
export interface Backstage {
  url: string;
  /** What it wrote: its log. */
  output(): string;
  stop(): Promise<void>;
}

export const folder = join(root, 'integrations/backstage');

const templates = ['fargate-role', 'create-role', 'fails-after'];

/** So long may it take to start, on a busy machine. */
const patienceMs = 120_000;

/**
 * Starts the backend of integrations/backstage/e2e with the catalog of the tests. `rolewright` is its part of the
 * configuration.
 */
export async function startBackstage(rolewright: object): Promise<Backstage> {
  const directory = mkdtempSync(join(tmpdir(), 'rolewright-backstage-'));
  const port = await freePort();
  const url = `http://127.0.0.1:${port}`;
  const catalog = join(directory, 'catalog.yaml');
  writeFileSync(catalog, catalogFile());
  const config = join(directory, 'app-config.yaml');
  writeFileSync(config, JSON.stringify(configuration(url, port, catalog, rolewright)), { mode: 0o600 });
  const backend = spawnBound(process.execPath, ['e2e/backend.ts', '--config', config], {
    cwd: folder,
    env: { ...process.env, NODE_ENV: 'production', LOG_LEVEL: 'info' },
  });
  let output = '';
  for (const stream of [backend.stdout, backend.stderr])
    stream.setEncoding('utf8').on('data', (text: string) => {
      output += text;
    });
  const stop = async () => {
    if (backend.exitCode === null && backend.signalCode === null) {
      backend.kill('SIGTERM');
      await once(backend, 'exit');
    }
    rmSync(directory, { recursive: true, force: true });
  };
  const deadline = Date.now() + patienceMs;
  while (!(await isReady(url))) {
    if (backend.exitCode !== null || Date.now() > deadline) {
      await stop();
      throw new Error(`Backstage did not start:\n${withoutRequests(output).slice(-6000)}`);
    }
    await pause(500);
  }
  return { url, output: () => output, stop };
}

/** The catalog has what the tests read. It is filled after the start. */
async function isReady(url: string): Promise<boolean> {
  try {
    const token = await signIn(url, 'olivia');
    const wanted = [
      ...Object.keys(components).map((name) => `component/default/${name}`),
      ...templates.map((name) => `template/default/${name}`),
    ];
    const answers = await Promise.all(
      wanted.map((one) =>
        fetch(`${url}/api/catalog/entities/by-name/${one}`, {
          headers: { authorization: `Bearer ${token}` },
        }),
      ),
    );
    return answers.every(({ ok }) => ok);
  } catch {
    return false; // It is not listening yet, or does not know the user yet.
  }
}

/** Signs a user in, as the proxy does in front of Backstage. Answers the user's token. */
export async function signIn(url: string, user: User): Promise<string> {
  const answer = await fetch(`${url}/api/auth/oauth2Proxy/refresh`, {
    headers: { 'x-forwarded-user': user },
  });
  if (!answer.ok)
    throw new Error(`Backstage did not sign ${user} in: ${answer.status} ${await answer.text()}`);
  return ((await answer.json()) as { backstageIdentity: { token: string } }).backstageIdentity.token;
}

/** The log without a line for each request. */
export const withoutRequests = (log: string): string =>
  log
    .split('\n')
    .filter((line) => !line.includes('"incomingRequest"'))
    .join('\n');

const configuration = (url: string, port: number, catalog: string, rolewright: object) => ({
  app: { title: 'Rolewright in Backstage', baseUrl: url, packageName: 'rolewright-backstage-app' },
  organization: { name: 'Rolewright' },
  backend: {
    baseUrl: url,
    listen: { host: '127.0.0.1', port },
    database: { client: 'better-sqlite3', connection: ':memory:' },
    cors: { origin: url, credentials: true },
  },
  auth: {
    environment: 'production',
    providers: {
      // As behind a proxy that signs people in.
      oauth2Proxy: { signIn: { resolvers: [{ resolver: 'forwardedUserMatchingUserEntityName' }] } },
      guest: { userEntityRef: 'user:default/olivia', dangerouslyAllowOutsideDevelopment: true },
    },
  },
  permission: { enabled: true },
  catalog: {
    processingInterval: { minutes: 10 },
    rules: [{ allow: ['Component', 'Group', 'User', 'Template'] }],
    locations: [
      { type: 'file', target: catalog },
      { type: 'file', target: join(folder, 'templates/fargate-role/template.yaml') },
      { type: 'file', target: join(folder, 'e2e/templates.yaml') },
    ],
  },
  rolewright: {
    groups: Object.fromEntries(
      Object.entries(groups).map(([group, { maps }]) => [`group:default/${group}`, maps]),
    ),
    ...rolewright,
  },
});
