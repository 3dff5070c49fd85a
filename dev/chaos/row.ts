import type { Random } from './random.ts';

export interface RowOptions {
  random: Random;
  /** The number of rounds. Each row defines its own round. */
  rounds: number;
  /** Prints a line of progress. */
  say: (line: string) => void;
}

export interface RowResult {
  rounds: number;
  faults: number;
  /** The figures to print. */
  figures: Record<string, number | string>;
  /** Broken promises, and required failures that did not occur. Empty when the row passed. */
  broken: string[];
  /** Why the row could not be run here. */
  notRun?: string;
}

/** A kind of failure, and the service's promise for it. The numbers are rounds. */
export interface Row {
  promise: string;
  /** For `.ci/run`, at every change of the code. */
  quick: number;
  short: number;
  long: number;
  run(options: RowOptions): Promise<RowResult>;
}
