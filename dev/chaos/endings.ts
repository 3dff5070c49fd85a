// What must not outlive the harness: processes, mounts, directories. Each can be ended at once and without waiting, so
// that it also happens on Ctrl-C and after an exception.

const open = new Set<() => void>();

/** Registers `end`, to be run once: by calling what is answered, or else when this process ends. */
export function atEnd(end: () => void): () => void {
  const once = () => {
    if (open.delete(once)) end();
  };
  open.add(once);
  return once;
}

process.on('exit', () => {
  for (const end of [...open].reverse()) end();
  // At once: with connections that were cut, Node 24.21 can turn round for ever in its own cleaning up (CleanupHandles).
  process.exit();
});

/** Has Ctrl-C and its like end the process in order. For the command alone: tests have a runner that sees to it. */
export function endOnSignals(): void {
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.on(signal, () => process.exit(130));
}

/** Signals a process that may be gone already. False when it is. */
export function signal(pid: number, name: NodeJS.Signals | 0): boolean {
  try {
    return process.kill(pid, name);
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'ESRCH') return false;
    throw error;
  }
}
