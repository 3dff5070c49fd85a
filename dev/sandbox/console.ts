import { once } from 'node:events';
import { join } from 'node:path';
import { isConsoleCurrent } from '../console/fingerprint.ts';
import { spawnBound } from './spawn-bound.ts';

interface BuildLog {
  info(message: string): void;
  error(details: { output: string }, message: string): void;
}

interface BuildOptions {
  /** The folder of the built console. */
  built?: string;
  /** The program that builds it. */
  program?: string;
}

const ownProgram = join(import.meta.dirname, '../console/main.ts');

/**
 * Builds the console in a process of its own, unless it is that of its sources. Does not wait for it: the
 * service says that it is being built. Returns how to end the build.
 */
export function startConsoleBuild(
  log: BuildLog,
  { built, program = ownProgram }: BuildOptions = {},
): () => Promise<void> {
  if (isConsoleCurrent(built)) return async () => {};
  // Its tree: Vite is a child of it.
  const child = spawnBound(process.execPath, [program], { tree: true });
  let output = '';
  for (const stream of [child.stdout, child.stderr])
    stream.setEncoding('utf8').on('data', (text: string) => (output += text));
  let isStopping = false;
  child.once('close', (code) => {
    if (isStopping) return;
    if (code === 0) return log.info('the console was built');
    log.error({ output: output.trim() }, 'the console could not be built');
    console.error(
      `\nThe console could not be built. Run npm run console:build once this is mended:\n${output}`,
    );
  });
  return async () => {
    isStopping = true;
    if (child.exitCode !== null || child.signalCode !== null || child.pid === undefined) return;
    const closed = once(child, 'close');
    process.kill(-child.pid, 'SIGTERM');
    await closed;
  };
}
