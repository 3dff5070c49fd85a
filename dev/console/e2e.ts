import { globSync } from 'node:fs';
import { startSandbox } from '../conform/sandbox.ts';
import { root } from '../conform/tools.ts';
import { runTestFiles } from '../tools/run-test-files.ts';
import { buildConsole } from './build.ts';

// `npm run e2e:console [-- FILE…]` builds the console, starts a sandbox, and runs test/browser in a real Chromium
// against it. The tests share the sandbox: each file changes accounts of its own.

for (const signal of ['SIGINT', 'SIGTERM'] as const) process.on(signal, () => process.exit(1));

await buildConsole();
const sandbox = await startSandbox();
const asked = process.argv.slice(2);
// The longest first, beside which the others run.
const longest = 'test/browser/pages.test.ts';
const others = globSync('test/browser/*.test.ts', { cwd: root, exclude: [longest] }).sort();
const files = asked.length > 0 ? asked : [longest, ...others];
const ok = await runTestFiles(files, {
  jobs: 2,
  env: {
    CONSOLE_URL: sandbox.url,
    CONSOLE_AWS: sandbox.aws,
    CONSOLE_TOKEN: sandbox.token,
    CONSOLE_DIRECTORY: sandbox.directory,
  },
});
await sandbox.stop();
process.exit(ok ? 0 : 1);
