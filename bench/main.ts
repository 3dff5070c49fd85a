/** `npm run bench`: all of these, one after the other; `npm run bench -- ledger` that one. */
const known = ['domain', 'ledger', 'history', 'audit'];
const asked = process.argv.slice(2);
const unknown = asked.filter((name) => !known.includes(name));
if (unknown.length > 0) {
  console.error(`There is no bench ${unknown.join(', ')}. There are: ${known.join(', ')}.`);
  process.exitCode = 1;
} else
  for (const name of asked.length > 0 ? asked : known) {
    console.log(`\n${name}`);
    await import(`./${name}.ts`);
  }
