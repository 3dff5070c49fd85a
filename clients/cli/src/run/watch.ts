import { setTimeout as pause } from 'node:timers/promises';
import { say } from '../text/output.ts';

const clear = '\u001B[H\u001B[2J\u001B[3J';

/** Shows a text again and again, until Ctrl-C. A terminal is cleared before each. */
export async function watchText(show: () => Promise<string>, seconds: number): Promise<never> {
  for (;;) {
    const text = await show();
    if (process.stdout.isTTY) process.stdout.write(clear);
    say(text);
    await pause(seconds * 1000);
  }
}
