#!/usr/bin/env node
// What `npx rolewright` runs. Plain JavaScript for any Node: the rest is TypeScript, which Node runs from
// 22.18 and 24 up. A checkout brings such a Node as a package; npx finds it by itself, others are led to it
// here.
import { spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

const own = fileURLToPath(new URL('../../../node_modules/node/bin/node', import.meta.url));

if (process.features.typescript) await import('./main.ts');
else if (existsSync(own)) {
  // Ctrl-C reaches both; this one waits for what the other says.
  process.on('SIGINT', () => {});
  const main = fileURLToPath(new URL('main.ts', import.meta.url));
  const child = spawn(own, [main, ...process.argv.slice(2)], { stdio: 'inherit' });
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
