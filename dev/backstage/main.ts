import { globSync } from 'node:fs';
import { createClient } from '#clients/typescript/src/index.ts';
import { startSandbox } from '../conform/sandbox.ts';
import { NotRun, root, run } from '../conform/tools.ts';
import { runTestFiles } from '../tools/run-test-files.ts';
import { folder, startBackstage, withoutRequests } from './backend.ts';
import { portalAccounts } from './catalog.ts';
import { env, installBackstage } from './install.ts';

// `npm run e2e:backstage [-- FILE…]` installs integrations/backstage, compiles it and runs its own tests. Then it
// starts a sandbox and a Backstage backend, and runs test/backstage against them. With FILE, only that file is run.

for (const signal of ['SIGINT', 'SIGTERM'] as const) process.on(signal, () => process.exit(1));

const asked = process.argv.slice(2);

/** What is done before anything is started. */
const before: [string, () => Promise<unknown>][] = [
  ['install', installBackstage],
  ['compile', () => run('npm', ['run', '-s', 'build'], { cwd: folder, env })],
  ['app', () => run('npm', ['run', '-s', 'build', '-w', 'rolewright-backstage-app'], { cwd: folder, env })],
  ...(asked.length > 0
    ? []
    : [
        ['unit tests', () => run('npm', ['test', '-s'], { cwd: folder, env })] as [
          string,
          () => Promise<unknown>,
        ],
      ]),
];
for (const [name, step] of before) {
  const startedAt = performance.now();
  try {
    await step();
  } catch (error) {
    console.error(
      error instanceof NotRun ? `e2e:backstage needs npm: ${error.message}.` : (error as Error).message,
    );
    process.exit(1);
  }
  console.log(`${name}: ${((performance.now() - startedAt) / 1000).toFixed(1)} s`);
}

const sandbox = await startSandbox();
const administrator = createClient({ url: sandbox.url, token: sandbox.token });
const { token } = await administrator.createServiceToken({
  name: 'backstage',
  groups: ['rolewright-operators', 'rolewright-portals'],
  accountIds: portalAccounts,
});
if (token === null) throw new Error('The service made no token.');
const backstage = await startBackstage({ baseUrl: sandbox.url, publicUrl: sandbox.url, token });
const files = asked.length > 0 ? asked : globSync('test/backstage/**/*.test.ts', { cwd: root }).sort();
const ok = await runTestFiles(files, {
  jobs: 1,
  env: {
    BACKSTAGE_URL: backstage.url,
    BACKSTAGE_ISSUER: sandbox.issuer,
    CONSOLE_URL: sandbox.url,
    CONSOLE_AWS: sandbox.aws,
    CONSOLE_TOKEN: sandbox.token,
  },
});
const hasLeaked = backstage.output().includes(token);
if (hasLeaked) console.error("The backend's log has the service token.");
if (!ok) console.error(withoutRequests(backstage.output()).slice(-6000));
await backstage.stop();
await sandbox.stop();
process.exit(ok && !hasLeaked ? 0 : 1);
