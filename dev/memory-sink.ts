import type { CheckpointSink } from '#src/ports/audit.ts';
import type { Checkpoint } from '#src/schema/audit.ts';

/** Published checkpoints, in memory. */
export function createMemorySink(): CheckpointSink & { published: Checkpoint[] } {
  const published: Checkpoint[] = [];
  return {
    name: 'memory',
    published,
    latest: async () => published.at(-1) ?? null,
    publish: async (checkpoint) => void published.push(checkpoint),
  };
}
