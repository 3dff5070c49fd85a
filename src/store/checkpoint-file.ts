import { mkdir, open } from 'node:fs/promises';
import { dirname } from 'node:path';
import { fileURLToPath } from 'node:url';
import { canonicalJson } from '../audit/canonical.ts';
import { checkpointOf } from '../audit/checkpoint.ts';
import type { CheckpointSink } from '../ports.ts';

/** No checkpoint is longer. */
const longestLine = 4096;

/**
 * Checkpoints in a file, one a line, each on the disk before `publish` answers. The file is only ever added to, but for a last
 * line that was cut short when a process ended in the midst of it. Of replicas, each may have a file of its own.
 */
export function openCheckpointFile(url: string): CheckpointSink {
  const path = fileURLToPath(url);

  /** The last whole line, and where the file ends after it. */
  async function tail(): Promise<{ line: string | null; end: number; isWhole: boolean }> {
    await mkdir(dirname(path), { recursive: true });
    await using file = await open(path, 'a+');
    const { size } = await file.stat();
    const from = Math.max(0, size - 2 * longestLine);
    const { buffer, bytesRead } = await file.read({ buffer: Buffer.alloc(2 * longestLine), position: from });
    const text = buffer.subarray(0, bytesRead);
    const newline = text.lastIndexOf('\n');
    if (newline === -1 && size > longestLine) throw new Error(`${path} is no file of checkpoints`);
    if (newline === -1) return { line: null, end: 0, isWhole: size === 0 };
    const line = text.subarray(text.subarray(0, newline).lastIndexOf('\n') + 1, newline).toString();
    return { line, end: from + newline + 1, isWhole: newline === bytesRead - 1 };
  }

  return {
    name: path,
    async latest() {
      const { line } = await tail();
      if (line === null) return null;
      const checkpoint = checkpointOf(line);
      if (checkpoint === null) throw new Error(`the last line of ${path} is no checkpoint`);
      return checkpoint;
    },
    async publish(checkpoint) {
      const { end, isWhole } = await tail();
      await using file = await open(path, 'r+');
      if (!isWhole) await file.truncate(end);
      await file.write(`${canonicalJson(checkpoint)}\n`, end);
      await file.sync();
    },
  };
}
