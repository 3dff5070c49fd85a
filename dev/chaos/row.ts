import type { Random } from './random.ts';

export interface RowOptions {
  random: Random;
  /** How much of it; each row has its own idea of a round. */
  rounds: number;
  /** Told what happens, a line at a time. */
  say: (line: string) => void;
}

export interface RowResult {
  rounds: number;
  faults: number;
  /** What it saw, to be printed. */
  figures: Record<string, number | string>;
  /** Promises that were broken, and troubles that a run must meet and did not. Empty is what must be. */
  broken: string[];
}

/** A kind of trouble and what the service promises in it. The numbers are rounds. */
export interface Row {
  promise: string;
  /** For every change of the code: `.ci/run`. */
  quick: number;
  short: number;
  long: number;
  run(options: RowOptions): Promise<RowResult>;
}
