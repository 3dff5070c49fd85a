import type { Identity } from '../schema/caller.ts';

/**
 * Authenticates the values of Authorization headers. `refused` is the reason why they prove no identity: for
 * the log alone, and without the credential. `client` is the address that the request came from; null, or
 * left out, if only the last proxy's is known. Faults: UNAVAILABLE when the credential cannot be verified
 * now, RATE_LIMITED when too many credentials are being verified.
 */
export type Authenticate = (
  authorization: readonly string[],
  log: WarningLog,
  client?: string | null,
) => Promise<{ identity: Identity } | { refused: string }>;

export interface WarningLog {
  warn(details: object, message: string): void;
}
