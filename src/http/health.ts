import type { FastifyInstance } from 'fastify';

/**
 * Registers /healthz (the process runs) and /readyz (it can work). `check` throws when something that the
 * service needs is missing.
 */
export function registerHealth(app: FastifyInstance, check: () => Promise<void>): void {
  const hidden = { schema: { hide: true } } as const;
  const ok = { status: 'ok' };
  app.get('/healthz', hidden, async () => ok);
  // Anyone may ask as often as they like. Requests at the same time share one check, so that they cannot use
  // up the connections.
  let inFlight: Promise<void> | null = null;
  app.get('/readyz', hidden, async () => {
    inFlight ??= check().finally(() => {
      inFlight = null;
    });
    await inFlight;
    return ok;
  });
}
