import { migrate } from '#src/postgres/migrations/migrate.ts';
import { startVictim } from './postgres.ts';
import type { Row } from './row.ts';
import { tamper } from './tamper.ts';
import { tamperDatabase } from './tamper-database.ts';

/** One in this number of falsifications is made in a real database, which takes longer. */
const inDatabaseEach = 40;

export const tamperRow: Row = {
  promise: 'edits, deletions, swaps, cut tails, forged checkpoints and restored backups: every one detected',
  quick: 600,
  short: 4000,
  long: 40_000,
  async run({ random, rounds }) {
    const inMemory = await tamper({ seed: random.between(1, 1e9), count: rounds });
    const postgres = await startVictim({ durable: false });
    try {
      await migrate(postgres.url);
      const count = Math.ceil(rounds / inDatabaseEach);
      const inDatabase = await tamperDatabase({ url: postgres.url, seed: random.between(1, 1e9), count });
      const figures: Record<string, number> = {
        'in memory': inMemory.tried,
        'in PostgreSQL': inDatabase.tried,
      };
      for (const [code, times] of [...Object.entries(inMemory.told), ...Object.entries(inDatabase.told)])
        figures[`reported as ${code}`] = (figures[`reported as ${code}`] ?? 0) + times;
      return {
        rounds,
        faults: inMemory.tried + inDatabase.tried,
        figures,
        broken: [...inMemory.missed, ...inDatabase.missed].map((name) => `not noticed: ${name}`),
      };
    } finally {
      postgres.end();
    }
  },
};
