/** A token that expires within so many days is marked, so that somebody makes another one in time. */
const soonDays = 14;
const dayMs = 86_400_000;

export type TokenState = 'REVOKED' | 'EXPIRED' | 'EXPIRES_SOON' | 'VALID';

/** `now` in ms. */
export function stateOfToken(
  { revokedAt, expiresAt }: { revokedAt: string | null; expiresAt: string },
  now: number,
): TokenState {
  if (revokedAt !== null) return 'REVOKED';
  const left = Date.parse(expiresAt) - now;
  if (left <= 0) return 'EXPIRED';
  return left <= soonDays * dayMs ? 'EXPIRES_SOON' : 'VALID';
}
