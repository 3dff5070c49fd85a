import type { FaultCode } from '../../fault.ts';

export interface RefusalCounts {
  add(code: FaultCode): void;
  /** How many there were of each code since the last time. */
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
