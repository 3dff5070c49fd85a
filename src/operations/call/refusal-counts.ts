import type { FaultCode } from '../../fault.ts';

/** Counts the refusals that are kept out of the log of changes. */
export interface RefusalCounts {
  add(code: FaultCode): void;
  /** The counts by code since the last call. */
  take(): Record<string, number>;
}

export function createRefusalCounts(): RefusalCounts {
  let counts: Record<string, number> = {};
  return {
    add(code) {
      counts[code] = (counts[code] ?? 0) + 1;
    },
    take() {
      const taken = counts;
      counts = {};
      return taken;
    },
  };
}
