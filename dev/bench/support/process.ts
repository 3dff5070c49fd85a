import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';

const root = join(import.meta.dirname, '../../..');

/** Starts a script that prints its URL, and ends when its standard input ends. */
export async function startProcess(
  script: string,
  ...args: (string | number)[]
): Promise<{ url: string; stop: () => void }> {
  const child = spawn(process.execPath, [join(root, script), ...args.map(String)], {
    stdio: ['pipe', 'pipe', 'inherit'],
  });
  const ended = once(child, 'exit').then(() => Promise.reject(new Error(`${script} ended`)));
  let text = '';
  const url = await Promise.race([
    ended,
    new Promise<string>((resolve) => {
      child.stdout.on('data', (chunk) => {
        if (text.length > 65_536) return;
        text += chunk;
        const found = /http:\/\/127\.0\.0\.1:\d+/.exec(text)?.[0];
        if (found) resolve(found);
      });
    }),
  ]);
  ended.catch(() => {}); // The end is expected: `stop` asks for it.
  return { url, stop: () => child.stdin.end() };
}
