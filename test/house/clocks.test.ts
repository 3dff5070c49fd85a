import { globSync, readFileSync } from 'node:fs';
import t from 'tap';

// docs/decisions/0021: times that replicas compare are the database's, and ages within a process are the
// monotonic clock's.

/** Files that may read the machine's clock, and why. */
const allowed: Record<string, string> = {
  'src/postgres/connection/clock.ts': 'compares it with the database',
  'src/postgres/locks/locks.ts': 'it also runs while the machine sleeps',
  'src/http/server.ts': 'the times of log lines',
  'src/aws/query/client.ts': 'signatures, which AWS corrects',
};
const elsewhere = ['src/postgres/generated/'];

t.test("no other file of the service reads the machine's clock", async (t) => {
  const files = globSync('src/**/*.ts').filter(
    (file) => !elsewhere.some((folder) => file.startsWith(folder)),
  );
  const readers = files.filter((file) => /\bDate\.now\b|\bnew Date\(\)/.test(readFileSync(file, 'utf8')));
  t.same(readers.sort(), Object.keys(allowed).sort());
});
