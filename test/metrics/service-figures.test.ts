import { Registry } from 'prom-client';
import t from 'tap';
import { createServiceFigures } from '#src/metrics/service-figures.ts';
import type { Figures } from '#src/ports/figures.ts';
import { parseExposition } from '#test/support/exposition.ts';

const waiting = { count: 0, age: 0 };
const figures = (reads: { count: number }): Figures => ({
  async posture() {
    reads.count += 1;
    return { COMPLIANT: reads.count, NEEDS_EXTENSION: 0, NEEDS_REPAIR: 0, MISSING: 0 };
  },
  postureByLabel: async () => [{ verdict: 'MISSING', value: 'payments', roles: 2 }],
  pendingChanges: async () => waiting,
  audit: async () => ({ head: 0, signed: null }),
  sweeps: async () => ({ sweeps: { QUEUED: 0, RUNNING: 0 }, accounts: { PENDING: 0, DONE: 0, FAILED: 0 } }),
  jobs: async () => ({
    sweep: { ...waiting, active: 0, failed: 0 },
    schedule: { ...waiting, active: 0, failed: 0 },
  }),
  webhooks: async () => ({ ...waiting, dead: 0 }),
  replicas: async () => 3,
});
const log = { warn() {} };

t.test('figures are read once for many scrapes', async (t) => {
  const registry = new Registry();
  const reads = { count: 0 };
  const service = createServiceFigures(registry);
  await service.refresh();
  t.equal(reads.count, 0, 'before the database is there, nothing is read');
  service.watch(figures(reads), log);
  await Promise.all(Array.from({ length: 20 }, () => service.refresh()));
  await service.refresh();
  t.equal(reads.count, 1);
  const found = parseExposition(await registry.metrics());
  t.match(found.get('rolewright_replicas')?.samples, [{ value: 3 }]);
  t.match(found.get('rolewright_posture_label_roles')?.samples, [
    { labels: { verdict: 'MISSING', value: 'payments' }, value: 2 },
  ]);
  t.same(found.get('rolewright_audit_checkpoint_seq')?.samples, [], 'no checkpoints are made');
});

t.test('a figure that fails leaves the others', async (t) => {
  const registry = new Registry();
  const lines: object[] = [];
  const service = createServiceFigures(registry, 0);
  const broken = async () => {
    throw new Error('broken');
  };
  service.watch(figures({ count: 0 }), log);
  await service.refresh();
  const before = parseExposition(await registry.metrics());
  t.equal(before.get('rolewright_webhook_events')?.samples.length, 2);
  service.watch({ ...figures({ count: 0 }), webhooks: broken }, { warn: (line) => void lines.push(line) });
  await service.refresh();
  await service.refresh();
  const found = parseExposition(await registry.metrics());
  t.same(found.get('rolewright_webhook_events')?.samples, [], 'no old value');
  t.match(found.get('rolewright_replicas')?.samples, [{ value: 3 }]);
  t.match(
    found.get('rolewright_metrics_collection_failures_total')?.samples.filter(({ value }) => value > 0),
    [{ labels: { figure: 'webhooks' }, value: 2 }],
  );
  t.match(lines, [{ figure: 'webhooks' }], 'one line, not one a scrape');
  service.watch(figures({ count: 0 }), log);
  await service.refresh();
  const later = parseExposition(await registry.metrics());
  t.equal(later.get('rolewright_webhook_events')?.samples.length, 2, 'and is there again');
});
