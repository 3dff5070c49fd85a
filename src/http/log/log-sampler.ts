/** Lines of one kind that are written in a window. The others are counted. */
const maxLines = 20;
const windowMs = 10_000;
/** Kinds in a window. Further kinds share one count. */
const maxKinds = 500;

export interface LogSampler {
  /** True if the next line of this kind may be written. Otherwise it is counted. */
  admit(kind: string): boolean;
  /** Writes how many lines were suppressed since the window began. */
  flush(): void;
}

/**
 * Samples log lines that anybody can cause as often as they like, so that a flood of requests does not fill a
 * disk. The first lines of each kind in a window are written, and one line at the end counts the others.
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
      if (count > maxLines)
        log.warn(
          { kind, leftOut: count - maxLines, seconds: windowMs / 1000 },
          'repeated log lines were suppressed',
        );
  }

  return {
    flush,
    admit(given) {
      timer ??= setTimeout(flush, windowMs).unref();
      const kind = counts.has(given) || counts.size < maxKinds ? given : 'other';
      const count = (counts.get(kind) ?? 0) + 1;
      counts.set(kind, count);
      return count <= maxLines;
    },
  };
}
