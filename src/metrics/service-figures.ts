import { Counter, Gauge, type Registry } from 'prom-client';
import type { Figures } from '../ports/figures.ts';
import { within } from '../within.ts';

/** How long figures are good for, in ms: many scrapers cost the database as much as one. */
const defaultFreshMs = 5000;
/** How long a scrape waits for the database, in ms. */
const patienceMs = 2000;

/** The families that come from the database, with their labels. */
const families = {
  posture_roles: { help: 'Roles of registered accounts by their last known verdict', labels: ['verdict'] },
  posture_label_roles: {
    help: "The same roles by the value of the account's label that METRICS_POSTURE_LABEL names",
    labels: ['verdict', 'value'],
  },
  changes_pending: { help: 'Changes without an outcome' },
  changes_pending_age_seconds: { help: 'Age of the oldest change without an outcome' },
  audit_head_seq: { help: 'The seq of the newest entry of the audit log' },
  audit_checkpoint_seq: { help: 'The seq of the newest entry that a checkpoint covers' },
  audit_checkpoint_timestamp_seconds: { help: 'When the newest checkpoint was signed, since 1970' },
  audit_unsigned_age_seconds: { help: 'Age of the oldest entry that no checkpoint covers' },
  sweeps: { help: 'Sweeps that have not ended', labels: ['state'] },
  sweep_accounts: { help: 'Accounts of the sweeps that have not ended', labels: ['state'] },
  queue_jobs: { help: 'Jobs of the queue', labels: ['queue', 'state'] },
  queue_job_age_seconds: { help: 'How long the oldest job that is due has waited', labels: ['queue'] },
  webhook_events: { help: 'Events that are not delivered', labels: ['state'] },
  webhook_event_age_seconds: { help: 'Age of the oldest event that waits for its delivery' },
  replicas: { help: 'Processes that have sent a heartbeat lately' },
} satisfies Record<string, { help: string; labels?: readonly string[] }>;
type Family = keyof typeof families;
type Sample = [family: Family, value: number, labels?: Record<string, string>];

/** How each figure is read. If one cannot be read, its families are left out. */
const sources: Record<keyof Figures, (figures: Figures) => Promise<Sample[]>> = {
  posture: async (figures) =>
    Object.entries(await figures.posture()).map(([verdict, roles]) => ['posture_roles', roles, { verdict }]),
  postureByLabel: async (figures) =>
    (await figures.postureByLabel()).map(({ verdict, value, roles }) => [
      'posture_label_roles',
      roles,
      { verdict, value },
    ]),
  async pendingChanges(figures) {
    const { count, age } = await figures.pendingChanges();
    return [
      ['changes_pending', count],
      ['changes_pending_age_seconds', age],
    ];
  },
  async audit(figures) {
    const { head, signed } = await figures.audit();
    const samples: Sample[] = [['audit_head_seq', head]];
    if (signed)
      samples.push(['audit_checkpoint_seq', signed.seq], ['audit_unsigned_age_seconds', signed.unsignedAge]);
    if (signed?.at) samples.push(['audit_checkpoint_timestamp_seconds', signed.at.getTime() / 1000]);
    return samples;
  },
  async sweeps(figures) {
    const { sweeps, accounts } = await figures.sweeps();
    return [
      ...Object.entries(sweeps).map(([state, count]): Sample => ['sweeps', count, { state }]),
      ...Object.entries(accounts).map(([state, count]): Sample => ['sweep_accounts', count, { state }]),
    ];
  },
  jobs: async (figures) =>
    Object.entries(await figures.jobs()).flatMap(([queue, { count, active, failed, age }]): Sample[] => [
      ['queue_jobs', count, { queue, state: 'WAITING' }],
      ['queue_jobs', active, { queue, state: 'ACTIVE' }],
      ['queue_jobs', failed, { queue, state: 'FAILED' }],
      ['queue_job_age_seconds', age, { queue }],
    ]),
  async webhooks(figures) {
    const { count, dead, age } = await figures.webhooks();
    return [
      ['webhook_events', count, { state: 'WAITING' }],
      ['webhook_events', dead, { state: 'DEAD' }],
      ['webhook_event_age_seconds', age],
    ];
  },
  replicas: async (figures) => [['replicas', await figures.replicas()]],
};

export interface WarningLog {
  warn(details: object, message: string): void;
}

export interface ServiceFigures {
  /** Reads the figures from now on. Until then there are none. */
  watch(figures: Figures, log: WarningLog): void;
  /** Reads what is older than a few seconds. Never rejects: a figure that cannot be read is left out. */
  refresh(): Promise<void>;
}

export function createServiceFigures(registry: Registry, freshMs = defaultFreshMs): ServiceFigures {
  const registers = [registry];
  const gauges = Object.fromEntries(
    Object.entries(families).map(([name, { help, ...family }]) => {
      const labelNames = 'labels' in family ? family.labels : [];
      return [name, new Gauge({ name: `rolewright_${name}`, help, labelNames, registers })];
    }),
  ) as Record<Family, Gauge>;
  const failures = new Counter({
    name: 'rolewright_metrics_collection_failures_total',
    help: 'Figures that could not be read from the database',
    labelNames: ['figure'],
    registers,
  });
  for (const figure of Object.keys(sources)) failures.inc({ figure }, 0);
  const failing = new Set<string>();
  show([]);

  /** Replaces all values, so that a figure that was not read shows no old value. */
  function show(samples: readonly Sample[]): void {
    for (const [name, gauge] of Object.entries(gauges)) {
      gauge.reset();
      // Without labels the reset makes it 0.
      if (!('labels' in families[name as Family])) gauge.remove();
    }
    for (const [family, value, labels = {}] of samples) gauges[family].set(labels, value);
  }

  /** One figure after the other, so that a scrape takes one connection. */
  async function read({ figures, log }: { figures: Figures; log: WarningLog }): Promise<void> {
    const deadline = performance.now() + patienceMs;
    const samples: Sample[] = [];
    for (const [figure, samplesOf] of Object.entries(sources))
      try {
        const left = deadline - performance.now();
        const late = (): never => {
          throw new Error('the database did not answer in time');
        };
        samples.push(...(left > 0 ? await within(left, samplesOf(figures), late) : late()));
        failing.delete(figure);
      } catch (err) {
        failures.inc({ figure });
        // Said once, and not again every few seconds.
        if (!failing.has(figure)) log.warn({ err, figure }, 'a figure for metrics cannot be read');
        failing.add(figure);
      }
    show(samples);
  }

  let watched: { figures: Figures; log: WarningLog } | null = null;
  let reading: Promise<void> | null = null;
  let readAt = Number.NEGATIVE_INFINITY;
  return {
    watch(figures, log) {
      watched = { figures, log };
    },
    async refresh() {
      if (!watched || performance.now() - readAt < freshMs) return;
      reading ??= read(watched).finally(() => {
        readAt = performance.now();
        reading = null;
      });
      await reading;
    },
  };
}
