import { relative } from 'node:path';
import { buildConsole } from './build.ts';
import { consoleFolder } from './fingerprint.ts';

// `npm run console:build` builds the web console, which the service serves at `/`.

// The signal reaches Vite as well, which ends. Then what it has written is deleted.
for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => {});

const start = performance.now();
await buildConsole().catch((error: Error & { stdout?: string; stderr?: string }) => {
  console.error('stderr' in error ? `${error.stdout}${error.stderr}` : error);
  process.exit(1);
});
const seconds = ((performance.now() - start) / 1000).toFixed(1);
console.log(`The console is in ${relative('', consoleFolder)}. It took ${seconds} s.`);
