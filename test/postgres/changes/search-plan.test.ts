import pg from 'pg';
import t from 'tap';
import { fill } from '#dev/bench/support/fill-log.ts';
import { listChanges } from '#src/postgres/changes/list-changes.ts';
import { freshStore } from '#test/support/postgres.ts';

interface Plan {
  'Relation Name'?: string;
  'Actual Loops': number;
  Plans?: Plan[];
}

const nodesOf = (plan: Plan): Plan[] => [plan, ...(plan.Plans ?? []).flatMap(nodesOf)];

t.test('a search looks up in the log only the changes of its page', async (t) => {
  const { url } = await freshStore(t);
  await fill(url, 12_000, { compact: true, progress: () => {} });
  const pool = new pg.Pool({ connectionString: url, max: 1 });
  t.teardown(() => pool.end());
  // A log of this size fits into memory. The plan of millions of entries uses the indexes.
  await pool.query('SET enable_seqscan = off; SET enable_hashjoin = off; SET enable_mergejoin = off');
  const asked: [string, unknown[]][] = [];
  const spy = Object.assign(Object.create(pool), {
    query: (text: string, values: unknown[]) => {
      asked.push([text, values]);
      return pool.query(text, values);
    },
  });

  // In the oldest changes alone: more than a page, and none among the 5,000 that are looked through first.
  const { items, hasMore } = await listChanges(spy, { q: 'legacy' });
  t.equal(items.length, 50);
  t.ok(hasMore);
  t.ok(items.every(({ reason }) => reason?.endsWith('legacy')));
  const [text, values] = asked.at(-1) ?? ['', []];
  const { rows } = await pool.query(`EXPLAIN (ANALYZE, FORMAT JSON) ${text}`, values);
  const loops = nodesOf(rows[0]['QUERY PLAN'][0].Plan)
    .filter((node) => node['Relation Name'] === 'ledger_entry')
    .map((node) => node['Actual Loops']);
  t.ok(loops.length > 0, 'the log is read');
  t.strictSame(
    loops.filter((one) => one > 51),
    [],
    'at most a page and one change more',
  );
});
