import type { Scope } from '../schema/caller.ts';
import type { Actor } from '../schema/change.ts';

/** A service token without its secret. */
export interface ServiceTokenRecord {
  id: string;
  name: string;
  groups: string[];
  scope: Scope;
  createdBy: Actor;
  createdAt: Date;
  expiresAt: Date;
  lastUsedAt: Date | null;
  revokedAt: Date | null;
  revokedBy: Actor | null;
}

export type ServiceTokenWithHash = ServiceTokenRecord & { secretHash: Uint8Array };

/** Service tokens, the credentials of machines. Fault of every method: UNAVAILABLE. */
export interface ServiceTokens {
  /** False: the name is taken, perhaps by a revoked token. */
  add(
    record: Omit<ServiceTokenRecord, 'lastUsedAt' | 'revokedAt' | 'revokedBy'> & { secretHash: Uint8Array },
  ): Promise<boolean>;
  find(id: string): Promise<ServiceTokenWithHash | null>;
  /** The existing ones of these, in any order. */
  among(ids: string[]): Promise<ServiceTokenWithHash[]>;
  findByName(name: string): Promise<ServiceTokenRecord | null>;
  /** By name. `after`: the last name of the page before. */
  list(query: { after: string | null; limit: number }): Promise<ServiceTokenRecord[]>;
  /** Number of tokens created since that time. */
  countSince(since: Date): Promise<number>;
  /** Revokes the token. A token that is revoked already stays as it is. */
  revoke(id: string, by: Actor, at: Date): Promise<void>;
  /** Records that the token was used. */
  touch(id: string, at: Date): Promise<void>;
}
