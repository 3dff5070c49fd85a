import { existsSync, globSync, statSync } from 'node:fs';
import { join, relative, resolve } from 'node:path';
import { parseArgs } from 'node:util';
import { runTestFiles } from './run-test-files.ts';
import { environmentFor, startTestServer } from './test-server.ts';

// `npm test [-- FILE or FOLDER…] [--jobs N]`: runs tests with one PostgreSQL for all of them and a cache of
// compiled modules.

const root = join(import.meta.dirname, '../..');
/** The files that take longest. They start first, so that no lane is left with one of them at the end. */
const longest = [
  'secrets',
  'main',
  'dev/chaos/crash',
  'permissions/matrix',
  'http/parity',
  'jobs/sweep',
  'operations/call/idempotency',
  'operations/claims/claims-crash',
  'postgres/audit/verification',
  'dev/chaos/fence',
].map((name) => `test/${name}.test.ts`);

/** Files, or all tests of a folder. */
const testsIn = (path: string): string[] => {
  const found = relative(root, resolve(path));
  if (!existsSync(join(root, found))) {
    console.error(`There is no ${path}. Name test files or their folders.`);
    process.exit(1);
  }
  if (statSync(join(root, found)).isFile()) return [found];
  return globSync(`${found}/**/*.test.ts`, { cwd: root }).sort();
};

const { values, positionals } = parseArgs({
  options: { jobs: { type: 'string' } },
  allowPositionals: true,
});
const asked = new Set((positionals.length > 0 ? positionals : ['test']).flatMap(testsIn));
const first = longest.filter((file) => asked.delete(file));

const server = await startTestServer();
const stopping = new AbortController();
for (const signal of ['SIGINT', 'SIGTERM'] as const) process.on(signal, () => stopping.abort());
const ok = await runTestFiles([...first, ...asked], {
  ...(values.jobs !== undefined && { jobs: Number(values.jobs) }),
  env: {
    ...environmentFor(server),
    NODE_COMPILE_CACHE: join(root, 'node_modules/.cache/compiled'),
  },
  signal: stopping.signal,
});
await server.stop();
process.exitCode = ok ? 0 : 1;
