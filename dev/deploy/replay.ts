import { once } from 'node:events';
import { chmodSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { constants, tmpdir } from 'node:os';
import { join } from 'node:path';
import { freePorts } from '../free-ports.ts';
import { getToken } from '../sandbox/issuer.ts';
import { startPostgres } from '../sandbox/postgres.ts';
import { runBound } from '../sandbox/spawn-bound.ts';
import { buildStage, folderOfNpm } from './build-image.ts';
import { readComposeFile } from './compose-file.ts';
import { type Container, execIn, firstProcessOf, runIn, startIn } from './container.ts';
import { readContext } from './copy.ts';
import { readDockerfile, type Stage, stageNamed } from './dockerfile.ts';

// `npm run image:replay` builds the image of the Dockerfile without an engine, and runs it: as its user, on a
// read-only root, as the first process, with the settings of docker-compose.yml. It prints what each step took and
// how large the result is. Exit code 77: this machine cannot (it needs Linux and root).

const project = join(import.meta.dirname, '../..');

if (process.platform !== 'linux' || process.getuid?.() !== 0) {
  console.error('image:replay needs Linux and root: it makes namespaces and changes the user.');
  process.exit(77);
}
await runBound('unshare', ['--mount', '--pid', '--fork', 'true']).catch((error: Error) => {
  console.error(
    `image:replay needs the namespaces of the kernel, which this machine does not give: ${error.message}`,
  );
  process.exit(77);
});

const place = mkdtempSync(join(tmpdir(), 'rolewright-image-'));
chmodSync(place, 0o755);
process.on('exit', () => rmSync(place, { recursive: true, force: true }));
for (const signal of ['SIGINT', 'SIGTERM'] as const) process.on(signal, () => process.exit(1));

function require(holds: unknown, what: string): asserts holds {
  if (!holds) throw new Error(`NOT KEPT: ${what}`);
  console.log(`kept: ${what}`);
}

const stages = readDockerfile(join(project, 'Dockerfile'));
const service = stageNamed(stages, '');
const issuer = stageNamed(stages, 'issuer');
const npm = folderOfNpm((await runBound('sh', ['-c', 'command -v npm'])).stdout.trim());
const build = { stages, context: readContext(project), place, npm, report: console.log };
const began = performance.now();
const done = new Map<Stage, string>();
const roots = {
  service: await buildStage(build, service, done),
  issuer: await buildStage(build, issuer, done),
};
const passed = () => `${Math.round((performance.now() - began) / 1000)} s`;
console.log(`built in ${passed()}`);

const app = join(roots.service, service.cwd);
require(readdirSync(app).sort().join() ===
  'console,node_modules,package.json,prisma,src', 'the image has what the service needs, and no development tool');
require(readdirSync(join(app, 'console')).join() === 'dist', 'the console is there as it was built');
require(readdirSync(join(roots.service, 'usr/local/bin')).join() === 'node', 'there is no package manager');
const { stdout: size } = await runBound('du', ['-sm', app]);
const { stdout: packed } = await runBound('sh', ['-c', 'tar -C "$0" -c . | gzip -6 | wc -c', app]);
console.log(
  `size: ${Number.parseInt(size, 10)} MB in ${service.cwd}, ${Math.round(Number(packed) / 1e6)} MB packed, besides the base image ${service.base}`,
);

const [port = 0, issuerPort = 0, nobody = 0] = await freePorts(3);
const { environment = {} } = readComposeFile(join(project, 'docker-compose.yml')).services.rolewright ?? {};
const postgres = await startPostgres({
  directory: mkdtempSync(join(tmpdir(), 'rolewright-image-db-')),
  persistent: false,
});

/** Mounts a secret: writes it where the settings of docker-compose.yml expect it. */
function giveSecret(path: string | undefined, text: string): void {
  if (path === undefined) throw new Error('docker-compose.yml gives a secret without a file');
  const file = join(roots.service, path);
  mkdirSync(join(file, '..'), { recursive: true });
  writeFileSync(file, `${text}\n`, { mode: 0o644 });
}
giveSecret(environment.DATABASE_URL_FILE, postgres.serviceUrl);
giveSecret(environment.MIGRATION_DATABASE_URL_FILE, postgres.url);

const issuerUrl = `http://127.0.0.1:${issuerPort}`;
const containerOf = (
  { user, cwd, env }: Stage,
  root: string,
  settings: Record<string, string>,
): Container => ({
  ...{ root, user, cwd, env: { ...env, ...settings }, isReadOnly: true },
});
const container = containerOf(service, roots.service, {
  ...environment,
  PORT: String(port),
  OIDC_ISSUER: issuerUrl,
});
const issuerSettings = { PORT: String(issuerPort), ISSUER_URL: issuerUrl, OIDC_AUDIENCE: 'rolewright' };
// It keeps its key in /tmp.
const ofIssuer = { ...containerOf(issuer, roots.issuer, issuerSettings), memory: ['/tmp'] };

/** Starts a stage as an engine does, and answers its first process once it has said this. */
async function start(stage: Stage, where: Container, wanted: RegExp) {
  const child = startIn(where, [...stage.entrypoint, ...stage.command]);
  let said = '';
  const ended = once(child, 'close');
  for (const stream of [child.stdout, child.stderr]) stream?.on('data', (chunk: Buffer) => (said += chunk));
  process.on('exit', () => child.kill('SIGKILL'));
  while (!wanted.test(said) && child.exitCode === null)
    await Promise.race([once(child.stdout ?? child, 'data'), once(child.stderr ?? child, 'data'), ended]);
  if (!wanted.test(said)) throw new Error(`it ended with ${child.exitCode}: ${said}`);
  return { child, first: firstProcessOf(child), ended, said: () => said };
}

const isHealthy = (first: number, where: Container, test: string[] | null) =>
  execIn(first, where, test ?? ['false']).then(
    () => true,
    () => false,
  );
const statusOf = (first: number, name: string) =>
  new RegExp(`^${name}:\\s*(.*)$`, 'm')
    .exec(readFileSync(`/proc/${first}/status`, 'utf8'))?.[1]
    ?.split(/\s+/) ?? [];

const migrated = await runIn(container, [...service.entrypoint, 'src/cli/migrate.ts']);
require(/^Applied: /m.test(migrated.stdout), 'the database is migrated by a container of its own');

const issuing = await start(issuer, ofIssuer, /listens on/);
require(await isHealthy(issuing.first, ofIssuer, issuer.healthcheck), "the issuer's health check");
const running = await start(service, container, /Server listening/);
require(statusOf(running.first, 'NSpid').at(-1) === '1', 'node is the first process');
require(statusOf(running.first, 'Uid').every(
  (id) => id === String(service.user),
), `it runs as user ${service.user}`);
require(Number(statusOf(running.first, 'CapEff')[0]) === 0, 'without any capability of root');
require(await isHealthy(running.first, container, service.healthcheck), 'the health check');
const elsewhere = { ...container, env: { ...container.env, PORT: String(nobody) } };
require(!(await isHealthy(running.first, elsewhere, service.healthcheck)), 'it fails where nothing listens');

// Not on 127.0.0.1 alone, which no published port reaches.
const outside = `http://127.0.0.2:${port}`;
const page = await fetch(`${outside}/history`);
const [, script = ''] = /src="([^"]+)"/.exec(await page.text()) ?? [];
require(page.ok &&
  (await fetch(`${outside}${script}`)).ok, 'it serves the console, and callers from outside');
const headers = { authorization: `Bearer ${await getToken(issuerUrl, 'administrator')}` };
require((await fetch(`${outside}/v1/accounts`, { headers })).ok, 'it accepts a token of the issuer');
require((await fetch(`${outside}/readyz`)).ok, 'it is ready');
const ping = { jsonrpc: '2.0', id: 1, method: 'ping' };
const accept = { 'content-type': 'application/json', accept: 'application/json, text/event-stream' };
const pinged = await fetch(`${outside}/mcp`, {
  method: 'POST',
  headers: { ...headers, ...accept },
  body: JSON.stringify(ping),
});
require((await pinged.text()).includes('"result":{}'), 'the packages of assistants are in the image');
await execIn(running.first, container, [...service.entrypoint, '-e', "import('./src/tracing/start.ts')"]);
console.log('kept: the packages of traces are in the image');

const tool = (name: string, ...args: string[]) => [...service.entrypoint, `src/cli/${name}.ts`, ...args];
const owner = environment.MIGRATION_DATABASE_URL_FILE ?? '';
const verified = await execIn(running.first, container, tool('audit-verify', '--database-file', owner));
require(/^The log is intact: 0 entries/.test(verified.stdout), 'audit-verify runs in it');
const made = await runIn({ ...container, memory: ['/keys'] }, tool('audit-key', '/keys/key.pem'));
require(/private key/.test(made.stdout), 'audit-key runs in it, where a folder may be written');

for (const [stage, { first, ended, said }] of [
  [service, running],
  [issuer, issuing],
] as const) {
  process.kill(first, constants.signals[stage.stopSignal as 'SIGTERM']);
  const [code] = await ended;
  if (code !== 0) console.error(said());
  require(code === 0, `${stage.stopSignal} ends ${stage.name || 'the service'} with exit code 0`);
}
await postgres.stop();
console.log(`built and run in ${passed()}`);
process.exit(0);
