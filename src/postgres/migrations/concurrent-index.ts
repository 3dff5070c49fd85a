import pg from 'pg';

/**
 * The name of the index, when a migration is one CREATE INDEX CONCURRENTLY and nothing else. Such an index is
 * made while others write: the way to add one to a log of millions. Prisma's engine runs such a file as well.
 */
export function concurrentIndexOf(sql: string): string | null {
  const statement = sql.replace(/--.*$/gm, '').trim();
  const found = /^CREATE (?:UNIQUE )?INDEX CONCURRENTLY "(\w+)" ON [^;]+;?$/.exec(statement);
  return found?.[1] ?? null;
}

/**
 * Makes the index. One that an interrupted attempt has left behind is not valid: it is dropped first. Throws the
 * errors of pg.
 */
export async function createConcurrentIndex(client: pg.Client, name: string, sql: string): Promise<void> {
  const { rows } = await client.query<{ isValid: boolean }>(
    'SELECT indisvalid AS "isValid" FROM pg_index WHERE indexrelid = to_regclass($1)',
    [pg.escapeIdentifier(name)],
  );
  // A valid one was made by an attempt that ended before it could say so.
  if (rows[0]?.isValid) return;
  if (rows[0]) await client.query(`DROP INDEX CONCURRENTLY ${pg.escapeIdentifier(name)}`);
  await client.query(sql);
}
