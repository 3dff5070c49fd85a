import type { WarningLog } from '../../ports/authenticate.ts';
import { canModifyLog, LogNotGuarded, roleOf } from '../connection/rights.ts';
import { type Migrated, migrate } from './migrate.ts';

/**
 * Applies the missing migrations (migrate.ts) and grants the role of `url` its rights (rights.ts). Throws
 * LogNotGuarded when there is a `migrationUrl` and the role of `url` can change the log nevertheless. Without a
 * `migrationUrl` the answer says whether it can: `canModifyLog`.
 */
export async function migrateDatabase(
  { url, migrationUrl }: { url: string; migrationUrl?: string | undefined },
  log?: WarningLog,
): Promise<Migrated & { canModifyLog: boolean }> {
  const service = migrationUrl === undefined ? null : roleOf(url);
  const migrated = await migrate(migrationUrl ?? url, undefined, service, log && { log });
  const mayChange = await canModifyLog(url);
  if (mayChange && migrationUrl !== undefined) throw new LogNotGuarded();
  return { ...migrated, canModifyLog: mayChange };
}
