import { setTimeout as pause } from 'node:timers/promises';

/** How often an action is started, the end time in ms, and how many may run at once. */
export interface Pace {
  perSecond: number;
  atOnce: number;
  until: number;
}

/**
 * Starts an action at a steady rate, however long each takes. It is skipped while `atOnce` are running. `act`
 * gets the time at which it was due, by performance.now(). Answers when all have ended.
 */
export async function atPace(
  { perSecond, atOnce, until }: Pace,
  act: (i: number, due: number) => Promise<void>,
): Promise<void> {
  const underway = new Set<Promise<void>>();
  const began = performance.now();
  for (let i = 0; Date.now() < until; i += 1) {
    if (underway.size < atOnce) {
      const acting = act(i, began + (i * 1000) / perSecond);
      underway.add(acting);
      const forget = () => underway.delete(acting);
      acting.then(forget, forget);
    }
    await pause(Math.max(0, began + ((i + 1) * 1000) / perSecond - performance.now()));
  }
  await Promise.all(underway);
}
