import type { Row } from './row.ts';
import { tamper } from './tamper.ts';

export const tamperRow: Row = {
  promise: 'edits, deletions, swaps, cut tails, forged checkpoints and restored backups: every one detected',
  short: 4000,
  long: 40_000,
  async run({ random, rounds }) {
    const { tried, missed, told } = await tamper({ seed: random.between(1, 1e9), count: rounds });
    const figures = Object.entries(told).map(([code, times]) => [`told as ${code}`, times] as const);
    return { rounds: tried, faults: tried, figures: Object.fromEntries(figures), broken: missed.map((name) => `not noticed: ${name}`) };
  },
};
