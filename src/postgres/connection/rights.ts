import pg from 'pg';

/**
 * The rights on each table that the service needs and is granted. A table that a migration adds gets a line
 * here; a test compares the two.
 */
export const rights: Readonly<Record<string, readonly ('SELECT' | 'INSERT' | 'UPDATE' | 'DELETE')[]>> = {
  _prisma_migrations: ['SELECT'],
  account: ['SELECT', 'INSERT', 'UPDATE', 'DELETE'],
  account_check: ['SELECT', 'INSERT', 'UPDATE', 'DELETE'],
  account_import: ['SELECT', 'INSERT', 'UPDATE', 'DELETE'],
  account_import_change: ['SELECT', 'INSERT'],
  claim: ['SELECT'],
  idempotency_key: ['SELECT', 'INSERT', 'UPDATE', 'DELETE'],
  ledger_checkpoint: ['SELECT', 'INSERT'],
  ledger_entry: ['SELECT', 'INSERT'],
  ledger_cluster: ['SELECT'],
  ledger_search: ['SELECT'],
  ledger_node: ['SELECT', 'INSERT'],
  listed_region: ['SELECT', 'INSERT', 'UPDATE'],
  open_change: ['SELECT'],
  service_token: ['SELECT', 'INSERT', 'UPDATE'],
  posture: ['SELECT', 'INSERT', 'UPDATE', 'DELETE'],
  posture_day: ['SELECT', 'INSERT', 'UPDATE', 'DELETE'],
  schedule: ['SELECT', 'INSERT', 'UPDATE', 'DELETE'],
  seen_cluster: ['SELECT', 'INSERT', 'UPDATE', 'DELETE'],
  seen_profile: ['SELECT', 'INSERT', 'UPDATE', 'DELETE'],
  sweep: ['SELECT', 'INSERT', 'UPDATE', 'DELETE'],
  sweep_pending: ['SELECT', 'INSERT', 'DELETE'],
  sweep_result: ['SELECT', 'INSERT', 'DELETE'],
  verdict_event: ['SELECT', 'INSERT', 'UPDATE', 'DELETE'],
};

/**
 * pg-boss's tables have a schema of their own. It may write to all of them, and create, alter or drop none.
 */
export const queueSchema = 'pgboss';

/** The role of a URL, with pg's default when it names none. */
export const roleOf = (url: string): string => new pg.Client(url).user ?? '';

/**
 * Grants `role` its rights on this version's tables, and revokes all others on them. `client` is the owner's.
 * Tables of a newer version are left alone: it may run beside this one.
 */
export async function grantRights(client: pg.Client, role: string): Promise<void> {
  const to = pg.escapeIdentifier(role);
  const { rows } = await client.query<{
    schema: string;
    database: string;
    tables: string[];
    functions: string[];
    hasQueue: boolean;
  }>(
    `SELECT quote_ident(current_schema()) AS schema, quote_ident(current_database()) AS database,
       ARRAY(SELECT relname::text FROM pg_class WHERE relnamespace = current_schema()::regnamespace AND relkind IN ('r', 'p')) AS tables,
       ARRAY(SELECT oid::regprocedure::text FROM pg_proc
             WHERE pronamespace = current_schema()::regnamespace AND proowner = current_user::regrole AND prokind = 'f') AS functions,
       to_regnamespace('${queueSchema}') IS NOT NULL AS "hasQueue"`,
  );
  for (const { schema, database, tables, functions, hasQueue } of rows) {
    const statements = [
      // If the owner may not grant these, PostgreSQL warns. Everybody usually has them.
      `GRANT CONNECT ON DATABASE ${database} TO ${to}`,
      `GRANT USAGE ON SCHEMA ${schema} TO ${to}`,
      // Inserting an entry runs the functions that generate its columns.
      ...functions.map((name) => `GRANT EXECUTE ON FUNCTION ${name} TO ${to}`),
      ...Object.entries(rights)
        .filter(([table]) => tables.includes(table))
        .flatMap(([table, granted]) => {
          const name = `${schema}.${pg.escapeIdentifier(table)}`;
          return [`REVOKE ALL ON ${name} FROM ${to}`, `GRANT ${granted.join(', ')} ON ${name} TO ${to}`];
        }),
      ...(hasQueue
        ? [
            `GRANT USAGE ON SCHEMA ${queueSchema} TO ${to}`,
            `GRANT SELECT, INSERT, UPDATE, DELETE ON ALL TABLES IN SCHEMA ${queueSchema} TO ${to}`,
          ]
        : []),
    ];
    // One transaction, so that a running replica never misses a right.
    await client.query(['BEGIN', ...statements, 'COMMIT'].join(';\n'));
  }
}

/**
 * Answers whether the role of this URL, or a role that it can become, could change entries of the log: it is
 * a superuser, owns the table, or has more than SELECT and INSERT on it. Throws what pg throws when it cannot
 * connect.
 */
export async function canModifyLog(url: string): Promise<boolean> {
  const client = new pg.Client({
    connectionString: url,
    application_name: 'rolewright rights',
    connectionTimeoutMillis: 10_000,
  });
  client.on('error', () => {}); // The query under way fails, and says so.
  try {
    await client.connect();
    const { rows } = await client.query<{ may: boolean }>(
      `SELECT EXISTS (
         SELECT FROM pg_roles role JOIN pg_class entry ON entry.oid = 'ledger_entry'::regclass
         WHERE pg_has_role(current_user, role.oid, 'MEMBER')
           AND (role.oid = entry.relowner OR has_table_privilege(role.oid, entry.oid, 'UPDATE, DELETE, TRUNCATE, TRIGGER')
                OR has_any_column_privilege(role.oid, entry.oid, 'UPDATE'))) AS may`,
    );
    return rows[0]?.may === true;
  } finally {
    await client.end();
  }
}

/** The start is refused: two roles are configured, and the service's role can change the log. */
export class LogNotGuarded extends Error {
  readonly code = 'LOG_NOT_GUARDED';

  constructor() {
    super(
      'DATABASE_URL must name a role that cannot change the audit log when MIGRATION_DATABASE_URL is set: not its owner, no superuser, no member of either. Give the service a role of its own; it is granted what it needs.',
    );
  }
}
