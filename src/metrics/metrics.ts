import { collectDefaultMetrics, Gauge, Registry } from 'prom-client';
import type { Figures, PoolFigures } from '../ports/figures.ts';
import type { Observer } from '../ports/observer.ts';
import { version } from '../version.ts';
import { createMetricsObserver } from './observer.ts';
import { closeServer, createMetricsServer, listen } from './server.ts';
import { createServiceFigures, type WarningLog } from './service-figures.ts';

/** What Prometheus scrapes: docs/metrics.md. */
export interface Metrics {
  url: string;
  observer: Observer;
  /** Shows from now on also what the database knows, and the pools of connections. */
  watch(figures: Figures, pools: () => PoolFigures[], log: WarningLog): void;
  close(): Promise<void>;
}

export interface MetricsOptions {
  host: string;
  /** 0: any free port. */
  port: number;
  /** How long figures of the database are good for, in ms. */
  freshMs?: number;
  /** Of the tracer. With it the format is OpenMetrics, whose times name a trace each. */
  trace?: Observer['trace'];
}

/**
 * Starts to answer `GET /metrics` on an address of its own. A part of the process that does not work yet, or
 * no longer, is left out. Throws what Node throws when the address cannot be used.
 */
export async function startMetrics({ freshMs, trace, ...address }: MetricsOptions): Promise<Metrics> {
  const registry: Registry = new Registry();
  if (trace) registry.setContentType(Registry.OPENMETRICS_CONTENT_TYPE as never);
  collectDefaultMetrics({ register: registry });
  describeBuild(registry);
  const observer = createMetricsObserver(registry, trace);
  const figures = createServiceFigures(registry, freshMs);
  const server = createMetricsServer(async () => {
    await figures.refresh();
    return { contentType: registry.contentType, text: await registry.metrics() };
  });
  const url = await listen(server, address);
  return {
    url,
    observer,
    watch(given, pools, log) {
      figures.watch(given, log);
      watchPools(registry, pools);
    },
    close: () => closeServer(server),
  };
}

function describeBuild(registry: Registry): void {
  new Gauge({
    name: 'rolewright_build_info',
    help: '1, with the versions of Rolewright and Node',
    labelNames: ['version', 'node'],
    registers: [registry],
  }).set({ version, node: process.versions.node }, 1);
}

function watchPools(registry: Registry, pools: () => PoolFigures[]): void {
  const registers = [registry];
  const ofPool = (name: string, help: string, figureOf: (pool: PoolFigures) => number) =>
    new Gauge({
      name: `rolewright_db_pool_${name}`,
      help,
      labelNames: ['pool'],
      registers,
      collect() {
        for (const pool of pools()) this.set({ pool: pool.name }, figureOf(pool));
      },
    });
  ofPool('max_connections', 'The most connections that a pool may have', ({ max }) => max);
  ofPool('open_connections', 'Open connections of a pool', ({ open }) => open);
  ofPool('idle_connections', 'Open connections of a pool that are not in use', ({ idle }) => idle);
  ofPool('waiting_requests', 'Statements that wait for a connection of a pool', ({ waiting }) => waiting);
}
