#!/usr/bin/env node
// The package holds one compiled file. In a checkout the sources run, which are TypeScript: Node runs it from 22.18
// on. A checkout brings such a Node as a package, in case the machine's own is older.
import { spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

const pathOf = (path) => fileURLToPath(new URL(path, import.meta.url));
const [source, own] = [pathOf('../src/main.ts'), pathOf('../../../node_modules/node/bin/node')];

if (!existsSync(source)) await import('../dist/main.js');
else if (process.features.typescript) await import('../src/main.ts');
else if (existsSync(own)) {
  // Ctrl-C reaches both processes. This one waits for the other to say something.
  process.on('SIGINT', () => {});
  const child = spawn(own, [source, ...process.argv.slice(2)], { stdio: 'inherit' });
  process.on('SIGTERM', () => child.kill('SIGTERM'));
  child.on('exit', (code) => {
    process.exitCode = code ?? 2;
  });
} else {
  console.error(
    `rolewright needs Node 24 (or 22.18 and newer), and this is ${process.version}. \`npm install\` brings one along.`,
  );
  process.exitCode = 2;
}
