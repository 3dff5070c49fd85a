import type { Metrics, MetricsOptions } from './metrics.ts';

/** Starts the metrics' server where METRICS_PORT is set. Otherwise nothing is loaded, and null answered. */
export async function openMetrics(
  { METRICS_HOST: host, METRICS_PORT: port }: { METRICS_HOST: string; METRICS_PORT?: number },
  trace?: MetricsOptions['trace'],
): Promise<Metrics | null> {
  if (port === undefined) return null;
  const { startMetrics } = await import('./metrics.ts');
  return startMetrics({ host, port, ...(trace && { trace }) });
}
