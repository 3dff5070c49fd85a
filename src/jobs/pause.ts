import { setTimeout } from 'node:timers/promises';

/** Waits `ms` milliseconds, or until the signal is aborted. It does not reject. */
export const pause = (ms: number, signal?: AbortSignal): Promise<void> =>
  setTimeout(ms, undefined, signal && { signal }).catch(() => {});
