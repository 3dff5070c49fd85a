/** How many lines of one kind are written in a window. The rest are counted. */
const mostLines = 20;
const windowMs = 10_000;
/** How many kinds are told apart in a window. Kinds beyond share one. */
const mostKinds = 500;

export interface LogSampler {
  /** May the next line of this kind be written? If not, it is counted. */
  admit(kind: string): boolean;
  /** Writes the counts of the lines that were left out since the window began. */
  flush(): void;
}

/**
 * Samples log lines that anybody can cause as often as they like, so that a flood of requests does not fill a disk. Each kind has its
 * first lines written in each window, and one line at the end that counts the others.
 */
export function createLogSampler(log: { warn(details: object, message: string): void }): LogSampler {
  let counts = new Map<string, number>();
  let timer: NodeJS.Timeout | undefined;

  function flush(): void {
    clearTimeout(timer);
    timer = undefined;
    const ended = counts;
    counts = new Map();
    for (const [kind, count] of ended)
      if (count > mostLines) log.warn({ kind, leftOut: count - mostLines, seconds: windowMs / 1000 }, 'repeated log lines were suppressed');
  }

  return {
    flush,
    admit(given) {
      timer ??= setTimeout(flush, windowMs).unref();
      const kind = counts.has(given) || counts.size < mostKinds ? given : 'other';
      const count = (counts.get(kind) ?? 0) + 1;
      counts.set(kind, count);
      return count <= mostLines;
    },
  };
}
