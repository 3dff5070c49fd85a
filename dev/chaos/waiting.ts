import { setTimeout as pause } from 'node:timers/promises';

/** Polls until the condition is true. Throws an Error after `forMs`. */
export async function until(
  what: string,
  forMs: number,
  isSo: () => boolean | Promise<boolean>,
): Promise<void> {
  const deadline = Date.now() + forMs;
  while (!(await isSo())) {
    if (Date.now() > deadline) throw new Error(`waited ${forMs} ms in vain: ${what}`);
    await pause(20);
  }
}

/** As `promise`, or undefined after `ms`. */
export async function within<T>(ms: number, promise: Promise<T>): Promise<T | undefined> {
  const timer = new AbortController();
  try {
    return await Promise.race([promise, pause(ms, undefined, { signal: timer.signal })]);
  } finally {
    timer.abort();
  }
}
