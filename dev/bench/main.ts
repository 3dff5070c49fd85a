/**
 * `npm run bench` runs every bench of this directory, one after the other; `npm run bench -- ledger` runs
 * one.
 */
import { readdirSync } from 'node:fs';

const asked = process.argv.slice(2);
const known = readdirSync(import.meta.dirname)
  .filter((file) => file.endsWith('.ts') && file !== 'main.ts')
  .map((file) => file.slice(0, -3))
  .sort();
const unknown = asked.filter((name) => !known.includes(name));
if (unknown.length > 0) {
  console.error(`There is no bench ${unknown.join(', ')}. There are: ${known.join(', ')}.`);
  process.exitCode = 1;
} else
  for (const name of asked.length > 0 ? asked : known) {
    console.log(`\n${name}`);
    await import(`./${name}.ts`);
  }
