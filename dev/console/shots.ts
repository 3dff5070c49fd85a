import { mkdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import type { Page } from 'playwright-core';
import { createClient } from '#clients/typescript/src/index.ts';
import { startSandbox } from '../conform/sandbox.ts';
import { root } from '../conform/tools.ts';
import { startBrowser } from './browser.ts';
import { buildConsole } from './build.ts';

// `npm run console:shots` builds the console, starts a sandbox, and writes a picture of each page into docs/console:
// light, dark, and 320 px wide.

const folder = join(root, 'docs/console');
const searchRole = '222233334444/AmazonEKSFargatePodExecutionRole';
const retailRole = '202020202020/AmazonEKSFargatePodExecutionRole';

/** The address of each page, and what is done there before its picture is taken. */
const shots: Record<string, [path: string, prepare?: (page: Page) => Promise<unknown>]> = {
  fleet: ['/'],
  'fleet-filtered': ['/?verdict=NEEDS_REPAIR'],
  roles: ['/roles'],
  account: ['/roles/222233334444'],
  role: [`/roles/${searchRole}`],
  'role-with-clusters': [`/roles/${retailRole}`],
  mend: [`/roles/${searchRole}?mend=extend`],
  history: ['/history'],
  sweeps: ['/sweeps'],
  settings: ['/settings'],
  accounts: ['/settings/accounts'],
  schedules: ['/settings/schedules'],
  tokens: ['/settings/tokens'],
  claims: ['/settings/claims'],
  webhooks: ['/settings/webhooks'],
};
const looks = {
  light: { viewport: { width: 1280, height: 900 }, colorScheme: 'light' },
  dark: { viewport: { width: 1280, height: 900 }, colorScheme: 'dark' },
  narrow: { viewport: { width: 320, height: 720 }, colorScheme: 'light' },
} as const;

for (const signal of ['SIGINT', 'SIGTERM'] as const) process.on(signal, () => process.exit(1));

await buildConsole();
const sandbox = await startSandbox();
const service = createClient({ url: sandbox.url, token: sandbox.token });
const browser = await startBrowser();
await fillHistory();
rmSync(folder, { recursive: true, force: true });
mkdirSync(folder, { recursive: true });
for (const [look, options] of Object.entries(looks)) {
  const page = await browser.newPage({ reducedMotion: 'reduce', ...options });
  await page.goto(sandbox.url);
  await page.getByRole('button', { name: 'administrator', exact: true }).click();
  await page.getByRole('button', { name: 'Sign out' }).waitFor();
  for (const [name, [path, prepare]] of Object.entries(shots)) {
    await page.goto(`${sandbox.url}${path}`);
    await page.waitForLoadState('networkidle');
    await prepare?.(page);
    await page.screenshot({ path: join(folder, `${name}-${look}.png`) });
  }
  await page.close();
}
await browser.close();
await sandbox.stop();
console.log(`${Object.keys(shots).length} pages are in docs/console.`);

/** Some changes and a finished sweep, so that the pages have something to show. */
async function fillHistory(): Promise<void> {
  const roleName = 'AmazonEKSFargatePodExecutionRole';
  for (const name of ['checkout-blue', 'ledger'])
    await service.extendExecutionRole({
      accountId: '111122223333',
      roleName,
      clusters: [{ region: 'us-west-2', name }],
      reason: `CHG-10${name.length}: ${name} moves to Fargate`,
    });
  const { id } = await service.startSweep({ operation: 'CHECK', select: { all: true } });
  for await (const { state } of service.streamSweepEvents({ id })) if (state === 'DONE') break;
}
