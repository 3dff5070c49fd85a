import { Fault, type FaultCode } from '../../fault.ts';
import type { Observer } from '../../ports/observer.ts';

/**
 * Refusals that decide nothing about a role: the caller sends the same request again until its turn comes.
 * They are kept out of the log of changes, where they made up to two thirds of the entries. The service's own
 * log and a metric report them.
 */
const undecided = new Set<FaultCode>(['ROLE_BUSY', 'IDEMPOTENCY_IN_FLIGHT', 'RATE_LIMITED']);

/** With a change the request was decided: the lock was lost, or AWS refused, after the intent. */
export const isUndecided = ({ code, details }: Fault): boolean =>
  undecided.has(code) && details.change === undefined;

/** Counts how operations fail. */
export interface RefusalCounts {
  /** Called once for each operation that fails, with what it throws. */
  add(error: unknown): void;
  /** The counts by code since the last call, of the refusals that are kept out of the log of changes. */
  take(): Record<string, number>;
}

export function createRefusalCounts(observer: Pick<Observer, 'note'>): RefusalCounts {
  let counts: Record<string, number> = {};
  return {
    add(error) {
      const code = error instanceof Fault ? error.code : 'INTERNAL';
      observer.note({ of: 'REFUSAL', code });
      if (error instanceof Fault && isUndecided(error)) counts[code] = (counts[code] ?? 0) + 1;
    },
    take() {
      const taken = counts;
      counts = {};
      return taken;
    },
  };
}
