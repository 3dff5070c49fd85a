import type pg from 'pg';

/** The values that the long log is searched for. All changes of `formerActor` are in the oldest twentieth. */
export const known = {
  account: '100000000500',
  rareAccount: '100000009999',
  role: 'role-2',
  usualRole: 'amazoneksfargatepodexecutionrole',
  rareRole: 'once-in-a-while',
  actor: 'actor-1',
  rareActor: 'seldom',
  formerActor: 'left',
  cluster: 'us-west-2/shared',
  mediumCluster: 'eu-west-1/medium',
  rareCluster: 'us-west-2/cluster-777',
  ticket: 'CHG-104217',
};

/** SQL for a pseudo-random number from 0 to below 1, always the same for a change (`i`) and a purpose. */
const random = (purpose: number) => `((hashint8extended(i, ${purpose}) & 1048575) / 1048576.0)`;

/**
 * A reason in words: one of eight, of which `emergency` and `payments` never meet. `quarterly` stands in a
 * hundredth of all, `incident` in a thousandth, and `legacy` in the oldest twentieth alone.
 */
const reason = (
  rows: number,
) => `(ARRAY['new cluster for payments', 'add cluster', 'repair after audit', 'rotate search team',
    'onboard the new team of search', 'emergency: pods do not start', 'requested by platform', 'mended by sweep'])[1 + floor(8 * ${random(13)})::int]
  || CASE WHEN ${random(14)} < 0.01 THEN ' quarterly' ELSE '' END || CASE WHEN ${random(15)} < 0.001 THEN ' incident' ELSE '' END
  || CASE WHEN i < ${Math.floor(rows / 40)} THEN ' legacy' ELSE '' END`;

/** The seconds between two changes, so that the log spans two years. */
const pace = (rows: number) => (2 * 365 * 86_400) / (rows / 2);

/**
 * The changes of two years as the service would have written them, except that the hashes are arbitrary
 * bytes. A change has two entries; a refused one has one. Accounts, roles, actors, kinds, outcomes and
 * clusters are as unevenly distributed as in production.
 */
const entries = (from: number, to: number, rows: number) => `
  WITH change AS (
    SELECT seq, (seq + 1) / 2 AS i, seq % 2 = 1 AS opens, hashint8extended((seq + 1) / 2, 1) & 15 = 0 AS refused
    FROM generate_series(${from}::bigint, ${to}::bigint) seq
  ), told AS (
    SELECT *,
      CASE WHEN i % 400000 = 17 THEN '${known.rareAccount}' ELSE (100000000000 + floor(1000 * power(${random(2)}, 2)))::bigint::text END AS account,
      CASE WHEN i % 300000 = 5 THEN 'Once-in-a-while' WHEN ${random(3)} < 0.8 THEN 'AmazonEKSFargatePodExecutionRole'
           ELSE 'role-' || floor(4 * ${random(4)}) END AS role,
      CASE WHEN i % 200000 = 11 THEN '${known.rareActor}' WHEN i < ${Math.floor(rows / 40)} AND ${random(5)} < 0.02 THEN '${known.formerActor}'
           ELSE 'actor-' || floor(50 * power(${random(6)}, 3)) END AS actor,
      CASE WHEN ${random(7)} < 0.85 THEN 'EXTEND' WHEN ${random(7)} < 0.93 THEN 'RETRACT' WHEN ${random(7)} < 0.98 THEN 'CREATE'
           WHEN ${random(7)} < 0.999 THEN 'REPAIR' ELSE 'REVERT' END AS kind,
      CASE WHEN refused THEN 'FAILED' WHEN opens THEN 'PENDING' WHEN ${random(8)} < 0.99 THEN 'SUCCEEDED'
           WHEN ${random(8)} < 0.995 THEN 'FAILED' WHEN ${random(8)} < 0.999 THEN 'PARTIAL' ELSE 'UNKNOWN' END AS outcome,
      '{"name":"cluster-' || floor(20000 * ${random(9)}) || '","region":"us-west-2"}'
        || CASE WHEN ${random(10)} < 0.2 THEN ',{"name":"shared","region":"us-west-2"}' ELSE '' END
        || CASE WHEN ${random(11)} < 0.01 THEN ',{"name":"medium","region":"eu-west-1"}' ELSE '' END AS clusters,
      to_char(timestamp '2024-11-23' + make_interval(secs => i * ${pace(rows)} + ${random(12)}), 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"') AS at
    FROM change
  )
  INSERT INTO ledger_entry (seq, hash, body)
  SELECT seq, decode(md5(seq::text) || md5(i::text), 'hex'),
    '{"accountId":"' || account || '","actor":{"issuer":null,"subject":"' || actor || '"},"after":null,"at":"' || at || '","before":null,"clusters":['
    || clusters || '],"diff":"' || repeat('x', 200) || '","editedOutside":false,"effects":null,"endedAt":"' || at || '","error":null,"id":"change_'
    || CASE WHEN refused THEN seq ELSE i END || CASE WHEN refused THEN '-r' ELSE '' END || '","idempotencyKey":null,"kind":"' || kind || '","outcome":"' || outcome
    || '","override":null,"planId":null,"planned":[],"reason":"CHG-' || i || ': ' || ${reason(rows)} || '","recovered":false,"requestId":"' || md5(i::text)
    || '","reverts":null,"roleName":"' || role || '","sessionName":"rolewright-' || actor || '","settles":'
    || CASE WHEN refused OR opens THEN 'null' ELSE (seq - 1)::text END || ',"steps":[],"via":"REST"}'
  FROM told`;

/**
 * Fills an empty, migrated database with `rows` entries (an even number). Creates the indexes last, which is
 * faster.
 */
export async function fill(client: pg.Client, rows: number, progress: (text: string) => void): Promise<void> {
  await client.query("SET maintenance_work_mem = '1GB'");
  // Triggers would fill these tables row by row.
  await client.query(
    'ALTER TABLE ledger_entry DISABLE TRIGGER ledger_entry_clusters, DISABLE TRIGGER ledger_entry_search',
  );
  // Do not check foreign keys row by row: the rows satisfy them.
  await client.query('SET session_replication_role = replica');
  const { rows: indexes } = await client.query<{ name: string; definition: string }>(
    `SELECT indexname AS name, indexdef AS definition FROM pg_indexes WHERE tablename = 'ledger_entry' AND indexname <> 'ledger_entry_pkey'`,
  );
  for (const { name } of indexes) await client.query(`DROP INDEX "${name}"`);
  const step = 200_000;
  for (let from = 1; from <= rows; from += step) {
    await client.query(entries(from, Math.min(rows, from + step - 1), rows));
    progress(`${Math.min(rows, from + step - 1).toLocaleString('en')} rows`);
  }
  for (const { name, definition } of indexes) {
    const start = performance.now();
    await client.query(definition);
    progress(`${name}: ${((performance.now() - start) / 1000).toFixed(1)} s`);
  }
  await client.query(
    "INSERT INTO ledger_cluster SELECT DISTINCT unnest(clusters), position FROM ledger_entry WHERE outcome <> 'PENDING' ORDER BY 1, 2",
  );
  await client.query(
    'INSERT INTO ledger_search SELECT position, ledger_search_words(body, actor, role_key, clusters) FROM ledger_entry WHERE settles IS NULL ORDER BY seq',
  );
  await client.query(
    'ALTER TABLE ledger_entry ENABLE ALWAYS TRIGGER ledger_entry_clusters, ENABLE ALWAYS TRIGGER ledger_entry_search',
  );
  await client.query('SET session_replication_role = DEFAULT');
  await client.query('VACUUM ANALYZE');
}
