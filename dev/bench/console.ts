import { cpus, loadavg } from 'node:os';
import pLimit from 'p-limit';
import type { Page } from 'playwright-core';
import { createClient } from '#clients/typescript/src/index.ts';
import { startSandbox } from '../conform/sandbox.ts';
import { startBrowser } from '../console/browser.ts';
import { buildConsole } from '../console/build.ts';
import { externalId, hub } from '../sandbox/fleet.ts';

// `node dev/bench/console.ts` measures the console's first page in a real Chromium, without a GPU: the first view, a
// filter, and scrolling through all roles. The sandbox has BENCH_ACCOUNTS accounts (10,000), of which every fifth has
// two roles.

const accounts = Number(process.env.BENCH_ACCOUNTS ?? 10_000);
const service = 'eks-fargate-pods.amazonaws.com';

await buildConsole();
const sandbox = await startSandbox({ SWEEP_CONCURRENCY: '64' });
const client = createClient({ url: sandbox.url, token: sandbox.token });
console.log(`${cpus().length} cores, load ${loadavg()[0]?.toFixed(1)}, ${accounts} accounts`);
const began = performance.now();
await seed();
const { id } = await client.startSweep({ operation: 'CHECK', select: { all: true } });
for await (const { state } of client.streamSweepEvents({ id })) if (state === 'DONE') break;
const { total } = await client.getPosture({ limit: 1 });
console.log(
  `${total} roles were checked, ${((performance.now() - began) / 1000).toFixed(0)} s after the start`,
);

const browser = await startBrowser();
const page = await browser.newPage({ viewport: { width: 1280, height: 900 }, reducedMotion: 'reduce' });
await page.addInitScript(() => {
  const place = globalThis as unknown as { seen: { long: number[]; shift: number } };
  place.seen = { long: [], shift: 0 };
  new PerformanceObserver((list) => {
    for (const { duration } of list.getEntries()) place.seen.long.push(Math.round(duration));
  }).observe({ type: 'longtask', buffered: true });
  new PerformanceObserver((list) => {
    for (const entry of list.getEntries() as (PerformanceEntry & {
      value: number;
      hadRecentInput: boolean;
    })[])
      if (!entry.hadRecentInput) place.seen.shift += entry.value;
  }).observe({ type: 'layout-shift', buffered: true });
});
await page.goto(sandbox.url);
await page.getByRole('button', { name: 'viewer', exact: true }).click();
await firstRow(page);
for (const visit of ['the first view, cached files', 'once more']) {
  // The issuer is asked again, as in every page that is loaded.
  await page.reload();
  await firstRow(page);
  report(visit, await page.evaluate(() => Math.round(performance.now())), await takeSeen(page));
}
const bytes = await page.evaluate(() =>
  performance
    .getEntriesByType('resource')
    .filter((entry) => /\.(js|css)$/.test(entry.name))
    .reduce((sum, entry) => sum + (entry as PerformanceResourceTiming).encodedBodySize, 0),
);
console.log(`scripts and styles of the first view: ${(bytes / 1000).toFixed(0)} kB as they are sent`);

await takeSeen(page);
const filtered = performance.now();
await page.goto(`${sandbox.url}/?verdict=NEEDS_REPAIR`);
await firstRow(page);
report('a filter, as an address', performance.now() - filtered, await takeSeen(page));

await page.goto(sandbox.url);
await firstRow(page);
await takeSeen(page);
const scroll = await page.evaluate(async (total) => {
  const frames: number[] = [];
  let before = performance.now();
  let rows = document.querySelectorAll('[data-index]');
  // At the end of the loaded rows it waits for the next page.
  while (Number(rows[rows.length - 1]?.getAttribute('data-index')) + 1 < total) {
    window.scrollBy(0, 400);
    await new Promise((resolve) => requestAnimationFrame(resolve));
    const now = performance.now();
    frames.push(now - before);
    before = now;
    rows = document.querySelectorAll('[data-index]');
  }
  return {
    frames: frames.sort((a, b) => a - b),
    rows: rows.length,
  };
}, total);
const share = (p: number) => scroll.frames[Math.floor(scroll.frames.length * p)]?.toFixed(0);
console.log(
  `scrolling to row ${total}: ${scroll.frames.length} frames, half under ${share(0.5)} ms, 99 of 100 under ${share(0.99)} ms, the longest ${scroll.frames.at(-1)?.toFixed(0)} ms; ${scroll.rows} rows are in the page`,
);
report('while scrolling', null, await takeSeen(page));
await browser.close();
await sandbox.stop();

/** The table has its first row. */
async function firstRow(page: Page): Promise<void> {
  await page.locator('[data-index="0"]').waitFor({ timeout: 120_000 });
}

interface Seen {
  /** Tasks over 50 ms, in ms. */
  long: number[];
  /** Cumulative layout shift: https://web.dev/articles/cls. */
  shift: number;
}

/** What was seen since the last time. */
function takeSeen(page: Page): Promise<Seen> {
  return page.evaluate(() => {
    const place = globalThis as unknown as { seen: Seen };
    const { seen } = place;
    place.seen = { long: [], shift: 0 };
    return seen;
  });
}

function report(what: string, ms: number | null, { long, shift }: Seen): void {
  const time = ms === null ? '' : ` ${ms.toFixed(0)} ms,`;
  const tasks = long.length > 0 ? `${long.length}, the longest ${Math.max(...long)} ms` : 'none';
  console.log(`${what}:${time} long tasks: ${tasks}; layout shift ${shift.toFixed(3)}`);
}

async function seed(): Promise<void> {
  const limit = pLimit(24);
  const post = async (path: string, body: object) => {
    const answer = await fetch(`${sandbox.aws}/_sandbox${path}`, {
      method: 'POST',
      body: JSON.stringify(body),
    });
    if (!answer.ok) throw new Error(await answer.text());
    await answer.text();
  };
  const policy = (Principal: object, Condition?: object) =>
    JSON.stringify({
      Version: '2012-10-17',
      Statement: [{ Effect: 'Allow', Principal, Action: 'sts:AssumeRole', ...(Condition && { Condition }) }],
    });
  await limit.map(
    Array.from({ length: accounts }, (_, i) => i),
    async (i) => {
      const accountId = String(600_000_000_000 + i * 7);
      const line = `arn:aws:eks:us-west-2:${accountId}:fargateprofile/main/*`;
      // Every seventh is open to any cluster, and one in eleven has lost its policy.
      const trustText = policy(
        { Service: service },
        i % 7 === 0 ? undefined : { ArnLike: { 'aws:SourceArn': line } },
      );
      const attached = i % 11 === 0 ? [] : ['arn:aws:iam::aws:policy/AmazonEKSFargatePodExecutionRolePolicy'];
      await post('/accounts', { accountId });
      await post('/roles', {
        accountId,
        roleName: 'RolewrightMember',
        trustText: policy(
          { AWS: `arn:aws:iam::${hub.accountId}:root` },
          { StringEquals: { 'sts:ExternalId': externalId } },
        ),
      });
      await post('/roles', { accountId, roleName: 'AmazonEKSFargatePodExecutionRole', trustText, attached });
      if (i % 5 === 0) await post('/roles', { accountId, roleName: 'fargate-second', trustText, attached });
      await client.putAccount({ accountId, name: `team-${i % 40}-${i}`, labels: { team: `t${i % 40}` } });
    },
  );
}
