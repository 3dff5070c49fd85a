import type { Identity } from '../schema/caller.ts';

/**
 * Who calls with these values of Authorization headers. `refused` says why nobody does: for the log alone, and without the
 * credential. `client` is the address that the request came from, null or left out if only the last proxy's is known. Faults: UNAVAILABLE when it
 * cannot be told now, RATE_LIMITED when too many ask at once.
 */
export type Authenticate = (
  authorization: readonly string[],
  log: WarningLog,
  client?: string | null,
) => Promise<{ identity: Identity } | { refused: string }>;
export interface WarningLog {
  warn(details: object, message: string): void;
}
