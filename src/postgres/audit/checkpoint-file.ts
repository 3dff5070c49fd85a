import { mkdir, open } from 'node:fs/promises';
import { dirname } from 'node:path';
import { fileURLToPath } from 'node:url';
import { canonicalJson } from '../../audit/canonical.ts';
import { parseCheckpoint } from '../../audit/checkpoint.ts';
import type { CheckpointSink } from '../../ports/audit.ts';

/** Maximum length of a checkpoint in bytes. */
const longestLine = 4096;

/**
 * Checkpoints in a file, one a line. Each is on the disk before `publish` answers. The file is only appended
 * to. The exception is a last line that is incomplete because a process ended while it wrote: it is cut off.
 * Each replica may have its own file.
 */
export function openCheckpointFile(url: string): CheckpointSink {
  const path = fileURLToPath(url);

  /**
   * The last whole line, its begin and end, and whether the file ends there. `isOurs`: the content looks like
   * checkpoints.
   */
  async function tail(): Promise<{
    line: string | null;
    begin: number;
    end: number;
    isWhole: boolean;
    isOurs: boolean;
  }> {
    await mkdir(dirname(path), { recursive: true });
    await using file = await open(path, 'a+');
    const { size } = await file.stat();
    const from = Math.max(0, size - 2 * longestLine);
    const { buffer, bytesRead } = await file.read({ buffer: Buffer.alloc(2 * longestLine), position: from });
    const text = buffer.subarray(0, bytesRead);
    const newline = text.lastIndexOf('\n');
    if (newline === -1)
      return { line: null, begin: 0, end: 0, isWhole: size === 0, isOurs: size <= longestLine };
    const begin = text.subarray(0, newline).lastIndexOf('\n') + 1;
    const line = text.subarray(begin, newline).toString();
    return {
      line,
      begin: from + begin,
      end: from + newline + 1,
      isWhole: newline === bytesRead - 1,
      isOurs: true,
    };
  }

  return {
    name: path,
    async latest() {
      const { line, begin, isOurs } = await tail();
      if (!isOurs) return { junk: `${path} is not a checkpoint file` };
      if (line === null) return null;
      return (
        parseCheckpoint(line) ?? { junk: `the last line of ${path}, at byte ${begin}, is not a checkpoint` }
      );
    },
    async publish(checkpoint) {
      const { end, isWhole, isOurs } = await tail();
      if (!isOurs) throw new Error(`${path} is not a checkpoint file`);
      await using file = await open(path, 'r+');
      if (!isWhole) await file.truncate(end);
      await file.write(`${canonicalJson(checkpoint)}\n`, end);
      await file.sync();
    },
  };
}
