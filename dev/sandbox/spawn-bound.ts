import { type ChildProcess, type ChildProcessByStdio, type SpawnOptions, spawn } from 'node:child_process';
import { once } from 'node:events';
import type { Readable, Writable } from 'node:stream';
import { text } from 'node:stream/consumers';

/**
 * The shell becomes the command ("exec"). A second shell waits until our end of a pipe is closed. The kernel
 * closes it however this process ends, SIGKILL included. The second shell then sends the command a signal,
 * unless it has read a line first. $0 is the signal, $1 and the rest the command. `-$$` is the group that it
 * leads.
 */
const scriptOf = (target: '$$' | '-$$') =>
  `exec 3<&0; ( (read -r _ <&3 || kill -s "$0" -- ${target}) >/dev/null 2>&1 & ); exec "$@" 3<&- </dev/null`;

export interface BoundOptions extends Omit<SpawnOptions, 'stdio' | 'shell'> {
  /**
   * Also end the command's children. It then leads a process group, which Ctrl-C in a terminal does not
   * reach.
   */
  tree?: boolean;
  /** The signal that ends the process when this one has ended. */
  endWith?: 'KILL' | 'INT' | 'QUIT';
  stdout?: 'pipe' | 'ignore' | 'inherit';
  stderr?: 'pipe' | 'ignore' | 'inherit';
}

/**
 * Starts a process that ends with this one, however this one ends. It has no standard input. POSIX systems
 * only.
 */
export function spawnBound(
  command: string,
  args: readonly string[],
  options?: BoundOptions & { stdout?: 'pipe'; stderr?: 'pipe' },
): ChildProcessByStdio<Writable, Readable, Readable>;
export function spawnBound(command: string, args: readonly string[], options: BoundOptions): ChildProcess;
export function spawnBound(
  command: string,
  args: readonly string[],
  { tree = false, endWith = 'KILL', stdout = 'pipe', stderr = 'pipe', ...options }: BoundOptions = {},
): ChildProcess {
  const child = spawn('/bin/sh', ['-c', scriptOf(tree ? '-$$' : '$$'), endWith, command, ...args], {
    ...options,
    ...(tree && { detached: true }),
    stdio: ['pipe', stdout, stderr],
  });
  // Its process ID may soon be another process's.
  child.once('exit', () => {
    if (child.stdin?.writable) child.stdin.end('\n');
  });
  child.stdin?.on('error', () => {}); // The second shell has ended as well.
  return child;
}

/**
 * Runs a bound command to its end. Throws an Error with `code`, `stdout` and `stderr` when the exit code is
 * not 0.
 */
export async function runBound(
  command: string,
  args: readonly string[],
  options?: Omit<BoundOptions, 'stdout' | 'stderr'>,
): Promise<{ stdout: string; stderr: string }> {
  const child = spawnBound(command, args, options);
  const [stdout, stderr, [code, signal]] = await Promise.all([
    text(child.stdout),
    text(child.stderr),
    once(child, 'close'),
  ]);
  if (code === 0) return { stdout, stderr };
  throw Object.assign(new Error(`${command} ended with ${code ?? signal}: ${stderr}`), {
    code,
    stdout,
    stderr,
  });
}
