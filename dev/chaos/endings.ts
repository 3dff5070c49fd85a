// Cleans up processes, mounts and directories when the harness ends. Each step is synchronous, so that it
// also works on Ctrl-C and after an exception.

const open = new Set<() => void>();

/** Registers `end` to run once: when the answered function is called, or when this process ends. */
export function atEnd(end: () => void): () => void {
  const once = () => {
    if (open.delete(once)) end();
  };
  open.add(once);
  return once;
}

process.on('exit', () => {
  for (const end of [...open].reverse()) end();
  // Exit at once: after connections were cut, Node 24.21 can loop for ever in its own clean-up
  // (CleanupHandles).
  process.exit();
});

/**
 * Makes Ctrl-C and similar signals run the clean-up. Only the command needs it: the test runner does so
 * itself.
 */
export function endOnSignals(): void {
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.on(signal, () => process.exit(130));
}

/** Signals a process. False when the process has already ended. */
export function signal(pid: number, name: NodeJS.Signals | 0): boolean {
  try {
    return process.kill(pid, name);
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'ESRCH') return false;
    throw error;
  }
}
