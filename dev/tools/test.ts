import { once } from 'node:events';
import { join } from 'node:path';
import { spawnBound } from '../sandbox/spawn-bound.ts';
import { environmentFor, startTestServer } from './test-server.ts';

// `npm test [-- FILE…]`: runs tap on the test files, with one PostgreSQL for all of them and a cache of
// compiled modules.

const root = join(import.meta.dirname, '../..');
const server = await startTestServer();
// `tree` ends its children too: test files continue when tap is killed.
const tap = spawnBound(
  join(root, 'node_modules/.bin/tap'),
  ['run', '--disable-coverage', ...process.argv.slice(2)],
  {
    cwd: root,
    tree: true,
    stdout: 'inherit',
    stderr: 'inherit',
    env: {
      ...process.env,
      ...environmentFor(server),
      NODE_COMPILE_CACHE: join(root, 'node_modules/.cache/compiled'),
    },
  },
);
for (const signal of ['SIGINT', 'SIGTERM'] as const) process.on(signal, () => tap.kill(signal));
const [code] = (await once(tap, 'exit')) as [number | null];
await server.stop();
process.exitCode = code ?? 1;
