import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { environmentFor, startTestServer } from './test-server.ts';

// `npm test [-- FILE…]`: runs tap on the test files, with one PostgreSQL for all of them and a cache of compiled modules.

const root = join(import.meta.dirname, '../..');
const server = await startTestServer();
const tap = spawn(join(root, 'node_modules/.bin/tap'), ['run', '--disable-coverage', ...process.argv.slice(2)], {
  cwd: root,
  stdio: 'inherit',
  env: { ...process.env, ...environmentFor(server), NODE_COMPILE_CACHE: join(root, 'node_modules/.cache/compiled') },
});
// In a terminal tap hears Ctrl-C itself.
process.on('SIGINT', () => {});
process.on('SIGTERM', () => tap.kill('SIGTERM'));
const [code] = (await once(tap, 'exit')) as [number | null];
await server.stop();
process.exitCode = code ?? 1;
