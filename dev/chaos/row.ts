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
  /** Promises that were broken: empty is what must be. */
  broken: string[];
}

export interface Row {
  /** What is promised. */
  promise: string;
  short: number;
  long: number;
  run(options: RowOptions): Promise<RowResult>;
}
