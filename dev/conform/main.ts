import { browser } from './browser.ts';
import { clients } from './clients.ts';
import { startSandbox } from './sandbox.ts';
import { schemathesis } from './schemathesis.ts';
import { NotRun } from './tools.ts';

// `npm run conform [-- PART…]` tests a sandbox against openapi.yaml. Parts: schemathesis; typescript, our own
// client, packed and installed; java, go, python (openapi-generator), openapi-typescript, orval: generated
// clients, compiled and run; browser: a GraphQL subscription from a page. `npm run e2e:clients` runs the
// clients of docs/clients.md. The parts install what they need into .conform. A part whose toolchain or
// registry is missing prints NOT RUN. Exit code 1: a part is broken. 77: none is broken,
// but one was not run. CONFORM_EXAMPLES: schemathesis's cases for each operation and round (200).
// CONFORM_ROUNDS: rounds (3). CONFORM_SEED: the seed of the first round.

type Part = (env: { ROLEWRIGHT_URL: string; ROLEWRIGHT_TOKEN: string }) => Promise<void>;
const parts: Record<string, Part> = { schemathesis, ...clients, browser };

const asked = process.argv.slice(2);
const unknown = asked.filter((name) => !(name in parts));
if (unknown.length > 0) {
  console.error(`There is no part ${unknown.join(', ')}: ${Object.keys(parts).join(', ')}`);
  process.exit(2);
}
for (const signal of ['SIGINT', 'SIGTERM'] as const) process.on(signal, () => process.exit(1));

const chosen = Object.entries(parts).filter(([name]) => asked.length === 0 || asked.includes(name));
const sandbox = chosen.some(([name]) => name !== 'schemathesis') ? await startSandbox() : null;
const env = { ROLEWRIGHT_URL: sandbox?.url ?? '', ROLEWRIGHT_TOKEN: sandbox?.token ?? '' };
const outcomes: Record<string, string> = {};
for (const [name, part] of chosen) {
  const began = Date.now();
  outcomes[name] = await part(env).then(
    () => 'KEPT',
    (error: Error) => {
      console.error(`${name}: ${error.message}`);
      return error instanceof NotRun ? 'NOT RUN' : 'BROKEN';
    },
  );
  console.log(`${name}: ${outcomes[name]} after ${Math.round((Date.now() - began) / 1000)} s`);
}
await sandbox?.stop();
const all = Object.values(outcomes);
process.exit(all.includes('BROKEN') ? 1 : all.includes('NOT RUN') ? 77 : 0);
