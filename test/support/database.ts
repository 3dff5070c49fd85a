import { type Database, type DatabaseOptions, openDatabase } from '#src/postgres/database.ts';

/** Opens a database with as many connections as the service has by default, or with other options. */
export const openTestDatabase = (
  options: Omit<DatabaseOptions, 'poolSize'> & Partial<DatabaseOptions>,
): Database => openDatabase({ poolSize: 20, ...options });
