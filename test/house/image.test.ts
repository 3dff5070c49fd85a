import type { ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { cpSync, existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, symlinkSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, dirname, join, resolve } from 'node:path';
import t, { type Test } from 'tap';
import { parse } from 'yaml';
import { getToken } from '#dev/sandbox/issuer.ts';
import { type BoundOptions, runBound, spawnBound } from '#dev/sandbox/spawn-bound.ts';
import { productionPackages } from '#dev/tools/licences.ts';
import { loadConfig } from '#src/config.ts';
import { commandOf, environmentOf, service, stage, stepsOf } from '#test/support/dockerfile.ts';
import { freshDatabase } from '#test/support/postgres.ts';

// No container engine runs where this is tested. The image's files are put together as the Dockerfile says,
// and started.

const compose = parse(readFileSync('docker-compose.yml', 'utf8')) as {
  services: Record<
    string,
    {
      build?: { target: string };
      environment?: Record<string, string>;
      healthcheck?: { test: string[] };
      restart?: string;
      network_mode?: string;
      depends_on?: Record<string, { condition: string }>;
      ports?: string[];
    }
  >;
};

/** The files of the service's image, in a directory of its own. */
async function putTogether(t: Test): Promise<string> {
  const directory = mkdtempSync(join(tmpdir(), 'rolewright-image-'));
  t.teardown(() => rmSync(directory, { recursive: true, force: true }));
  const copies = stepsOf(service, 'COPY').map(
    (text) => /^--from=(\S+) \/app\/(\S+) (\S+)$/.exec(text) ?? t.fail(text),
  );
  for (const [, from, path = ''] of copies.filter((one) => typeof one !== 'boolean'))
    if (from === 'build') cpSync(path, join(directory, path), { recursive: true });
    else if (from === 'console')
      cpSync(join(await buildStage(t), path), join(directory, path), { recursive: true });
  const shipped = ['console', 'package.json', 'prisma', 'src'];
  t.same(readdirSync(directory).sort(), shipped, 'no development tool is shipped');
  t.same(readdirSync(join(directory, 'console')), ['dist'], 'the console is shipped as it was built');
  t.match(stepsOf(stage('packages'), 'RUN'), [/--omit=dev --omit=optional --ignore-scripts$/]);
  // Hard links: the packages are 180 MB.
  const packages = productionPackages().filter(
    ({ path, isOptional }) => !isOptional && path.split('node_modules/').length === 2,
  );
  await runBound('cp', ['-al', '--parents', ...packages.map(({ path }) => path), directory]);
  return directory;
}

/** Does what the stage `console` does, with the packages that are here. */
async function buildStage(t: Test): Promise<string> {
  const folder = mkdtempSync(join(tmpdir(), 'rolewright-image-console-'));
  t.teardown(() => rmSync(folder, { recursive: true, force: true }));
  const isOurs = (path: string) => !/node_modules|dist$/.test(path);
  for (const text of stepsOf(stage('console'), 'COPY')) {
    const paths = text.split(' ');
    const to = paths.pop() ?? '';
    for (const path of paths) {
      const target = to.endsWith('/') ? join(to, basename(path)) : to;
      cpSync(path, join(folder, target), { recursive: true, filter: isOurs });
    }
  }
  for (const path of ['node_modules', 'console/node_modules'])
    if (existsSync(path)) symlinkSync(resolve(path), join(folder, path));
  const [install = '', build = ''] = stepsOf(stage('console'), 'RUN');
  t.match(install, /--workspace rolewright-console$/);
  const [, ...args] = build.split(' ');
  await runBound(process.execPath, args, { cwd: folder });
  return folder;
}

const base = {
  PATH: `${dirname(process.execPath)}:${process.env.PATH}`,
  HOME: tmpdir(),
  npm_config_update_notifier: 'false',
};

function start(
  t: Test,
  command: string,
  args: string[],
  options: BoundOptions & { env: Record<string, string> },
) {
  const child = spawnBound(command, args, { tree: true, ...options });
  let output = '';
  for (const stream of [child.stdout, child.stderr]) stream?.on('data', (chunk: Buffer) => (output += chunk));
  const ended = once(child, 'close');
  t.teardown(() => {
    if (child.exitCode === null && child.pid !== undefined) process.kill(-child.pid, 'SIGKILL');
    return ended;
  });
  return { child, output: () => output, ended };
}

/** Its output, once it matches. */
async function said(
  { child, output, ended }: { child: ChildProcess; output: () => string; ended: Promise<unknown> },
  wanted: RegExp,
) {
  while (!wanted.test(output()) && child.exitCode === null)
    await Promise.race([once(child.stdout ?? child, 'data'), ended]);
  const found = wanted.exec(output());
  if (!found) throw new Error(`it ended with ${child.exitCode}: ${output()}`);
  return found[1] ?? '';
}

const skip = process.platform !== 'linux' && 'needs GNU cp and 127.0.0.2';
t.test('the image starts, lets callers in from outside and verifies its log', { skip }, async (t) => {
  const { url, serviceUrl } = await freshDatabase(t);
  const cwd = await putTogether(t);
  const issuer = start(t, process.execPath, commandOf(stage('issuer')).slice(1), {
    env: { ...base, PORT: '0', OIDC_AUDIENCE: 'rolewright', ISSUER_DIRECTORY: t.testdir() },
  });
  const issuerUrl = await said(issuer, /those of (http:\S+)\./);
  const env = {
    ...base,
    ...environmentOf(service),
    ...compose.services.rolewright?.environment,
    PORT: '0',
    DATABASE_URL: serviceUrl,
    MIGRATION_DATABASE_URL: url,
    OIDC_ISSUER: issuerUrl,
  };
  const running = start(t, 'npm', ['start'], { cwd, env });
  const port = await said(running, /Server listening at http:\/\/127\.0\.0\.1:(\d+)/);
  const page = await fetch(`http://127.0.0.2:${port}/history`);
  t.equal(page.status, 200, 'the console is in the image');
  const [, script = ''] = /src="([^"]+)"/.exec(await page.text()) ?? [];
  t.equal((await fetch(`http://127.0.0.2:${port}${script}`)).status, 200, script);
  const token = await getToken(issuerUrl, 'administrator');
  const answer = await fetch(`http://127.0.0.2:${port}/v1/accounts`, {
    headers: { authorization: `Bearer ${token}` },
  });
  t.equal(answer.status, 200, 'not on 127.0.0.1 alone, which no published port reaches');
  const pinged = await fetch(`http://127.0.0.2:${port}/mcp`, {
    method: 'POST',
    headers: {
      authorization: `Bearer ${token}`,
      'content-type': 'application/json',
      accept: 'application/json, text/event-stream',
    },
    body: '{"jsonrpc":"2.0","id":1,"method":"ping"}',
  });
  t.match(await pinged.text(), '"result":{}', 'the packages of assistants are in the image');
  t.match(await runBound('npm', ['run', '-s', 'audit:verify', '--', '--database', url], { cwd, env }), {
    stdout: /^The log is intact: 0 entries/,
  });
  t.match(
    await runBound('npm', ['run', '-s', 'audit:key', '--', join(t.testdir(), 'key.pem')], { cwd, env }),
    { stdout: /private key/ },
  );
});

t.test('the container tells V8 what `npm start` does', async (t) => {
  const { scripts } = JSON.parse(readFileSync('package.json', 'utf8')) as { scripts: { start: string } };
  const flags = commandOf(service).slice(1);
  t.match(flags, [/^--max-semi-space-size=\d+$/, /^--heap-growing-percent=\d+$/, 'src/main.ts']);
  t.ok(scripts.start.endsWith(`node ${flags.join(' ')}`), scripts.start);
});

t.test('docker-compose.yml has the right settings, and its services wait for one another', async (t) => {
  const { rolewright, issuer, postgres } = compose.services;
  const config = loadConfig({ ...environmentOf(service), ...rolewright?.environment });
  t.match(config, {
    AUTH: 'oidc',
    HOST: '0.0.0.0',
    OIDC_ISSUER: issuer?.environment?.ISSUER_URL,
    OIDC_AUDIENCE: issuer?.environment?.OIDC_AUDIENCE,
  });
  t.equal(stage(issuer?.build?.target ?? 'none').base, 'build', 'the issuer is a stage of its own');
  t.notOk(
    stepsOf(service, 'COPY').some((text) => text.includes('issuer')),
    'and nothing of it is in the service',
  );
  t.equal(rolewright?.network_mode, 'service:issuer', 'where the issuer has a loopback address');
  t.ok(issuer?.ports?.includes('127.0.0.1:8080:8080'));
  t.ok(
    postgres?.healthcheck?.test.includes('127.0.0.1'),
    'by TCP, because the initialising server answers on a socket',
  );
  for (const [name, one] of Object.entries(compose.services)) {
    t.equal(one.restart, 'unless-stopped', name);
    for (const [needed, { condition }] of Object.entries(one.depends_on ?? {})) {
      t.equal(condition, 'service_healthy', needed);
      const hasCheck = compose.services[needed]?.healthcheck ?? stepsOf(stage('issuer'), 'HEALTHCHECK')[0];
      t.ok(hasCheck, `${needed} has a health check`);
    }
  }
});
