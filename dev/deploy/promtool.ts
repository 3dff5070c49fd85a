import { existsSync } from 'node:fs';
import { mkdir, mkdtemp, readdir, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { startMetrics } from '#src/metrics/metrics.ts';
import type { Activity, Occurrence } from '#src/ports/observer.ts';
import { runBound } from '../sandbox/spawn-bound.ts';

// `npm run check:promtool`: Prometheus's own tool reads the alert rules, runs their tests, and judges the
// names of the metrics. It comes from Debian's package, unpacked into .promtool. Exit code 77: there is none.

const root = join(import.meta.dirname, '../..');
const home = join(root, '.promtool');
const rules = join(root, 'deploy/observability');
const notRun = 77;

const works = (promtool: string) =>
  runBound(promtool, ['--version']).then(
    () => true,
    () => false, // It is not there, or not for this machine.
  );

/** Null: it is not installed, and Debian's package cannot be had. */
async function findPromtool(): Promise<string | null> {
  if (await works('promtool')) return 'promtool';
  const unpacked = join(home, 'usr/bin/promtool');
  if (!existsSync(unpacked)) {
    await mkdir(home, { recursive: true });
    try {
      await runBound('apt-get', ['download', 'prometheus'], { cwd: home });
      const [archive = ''] = (await readdir(home)).filter((name) => name.endsWith('.deb'));
      await runBound('dpkg', ['-x', join(home, archive), home]);
      await rm(join(home, archive));
    } catch (error) {
      console.error(`promtool cannot be had: ${(error as Error).message.trim()}`);
      return null;
    }
  }
  return (await works(unpacked)) ? unpacked : null;
}

const activities: Activity[] = [
  { of: 'OPERATION', operation: 'accounts', via: 'REST', requestId: '1' },
  { of: 'AWS_CALL', action: 'iam:GetRole', resultOf: () => 'FAILED' },
  { of: 'SESSION', purpose: 'READ' },
  { of: 'LOCK_WAIT', lock: 'ROLE' },
  { of: 'APPEND' },
  { of: 'JOB', queue: 'sweep', traceparent: null },
];
const occurrences: Occurrence[] = [
  { of: 'CHANGE', kind: 'EXTEND', outcome: 'SUCCEEDED' },
  { of: 'REFUSAL', code: 'ROLE_BUSY' },
  { of: 'CHECK', verdict: 'COMPLIANT' },
  { of: 'VERIFICATION', ok: true, seconds: 1 },
  { of: 'CHECKPOINT', result: 'DONE' },
  { of: 'HTTP_ANSWER', face: 'REST', status: 200 },
];

/** A scrape in which everything has happened once. prom-client's own metrics are left out. */
async function scrapeOurs(): Promise<string> {
  const metrics = await startMetrics({ host: '127.0.0.1', port: 0 });
  try {
    for (const activity of activities) await metrics.observer.observe(activity, async () => {});
    for (const occurrence of occurrences) metrics.observer.note(occurrence);
    const lines = (await (await fetch(metrics.url)).text()).split('\n');
    return `${lines.filter((line) => /^(# (HELP|TYPE) )?rolewright_/.test(line)).join('\n')}\n`;
  } finally {
    await metrics.close();
  }
}

const promtool = await findPromtool();
if (promtool === null) process.exit(notRun);
const directory = await mkdtemp(join(tmpdir(), 'rolewright-promtool-'));
try {
  const scraped = join(directory, 'metrics');
  await writeFile(scraped, await scrapeOurs());
  const checks: [command: string, args: string[]][] = [
    [promtool, ['check', 'rules', join(rules, 'alerts.yaml')]],
    [promtool, ['test', 'rules', join(rules, 'alerts.test.yaml'), join(rules, 'alerts.days.test.yaml')]],
    // It reads its standard input.
    ['/bin/sh', ['-c', '"$0" check metrics < "$1"', promtool, scraped]],
  ];
  for (const [command, args] of checks) {
    const { stdout, stderr } = await runBound(command, args);
    console.log(`${stdout}${stderr}`.trim());
  }
} catch (error) {
  const { stdout = '', stderr = '' } = error as { stdout?: string; stderr?: string };
  console.error(`${stdout}${stderr}`.trim() || error);
  process.exitCode = 1;
} finally {
  await rm(directory, { recursive: true });
}
