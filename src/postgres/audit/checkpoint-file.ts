import { mkdir, open } from 'node:fs/promises';
import { dirname } from 'node:path';
import { fileURLToPath } from 'node:url';
import { canonicalJson } from '../../audit/canonical.ts';
import { parseCheckpoint } from '../../audit/checkpoint.ts';
import type { CheckpointSink } from '../../ports/audit.ts';

/** No checkpoint is longer. */
const longestLine = 4096;

/**
 * Checkpoints in a file, one a line, each on the disk before `publish` answers. The file is only ever added to, but for a last
 * line that was cut short when a process ended in the midst of it. Of replicas, each may have a file of its own.
 */
export function openCheckpointFile(url: string): CheckpointSink {
  const path = fileURLToPath(url);

  /** The last whole line, where it begins and ends, and whether the file ends there. `isOurs`: could it be a file of checkpoints? */
  async function tail(): Promise<{ line: string | null; begin: number; end: number; isWhole: boolean; isOurs: boolean }> {
    await mkdir(dirname(path), { recursive: true });
    await using file = await open(path, 'a+');
    const { size } = await file.stat();
    const from = Math.max(0, size - 2 * longestLine);
    const { buffer, bytesRead } = await file.read({ buffer: Buffer.alloc(2 * longestLine), position: from });
    const text = buffer.subarray(0, bytesRead);
    const newline = text.lastIndexOf('\n');
    if (newline === -1) return { line: null, begin: 0, end: 0, isWhole: size === 0, isOurs: size <= longestLine };
    const begin = text.subarray(0, newline).lastIndexOf('\n') + 1;
    const line = text.subarray(begin, newline).toString();
    return { line, begin: from + begin, end: from + newline + 1, isWhole: newline === bytesRead - 1, isOurs: true };
  }

  return {
    name: path,
    async latest() {
      const { line, begin, isOurs } = await tail();
      if (!isOurs) return { junk: `${path} is no file of checkpoints` };
      if (line === null) return null;
      return parseCheckpoint(line) ?? { junk: `the last line of ${path}, at byte ${begin}, is no checkpoint` };
    },
    async publish(checkpoint) {
      const { end, isWhole, isOurs } = await tail();
      if (!isOurs) throw new Error(`${path} is no file of checkpoints`);
      await using file = await open(path, 'r+');
      if (!isWhole) await file.truncate(end);
      await file.write(`${canonicalJson(checkpoint)}\n`, end);
      await file.sync();
    },
  };
}
