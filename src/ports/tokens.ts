import type { Scope } from '../schema/caller.ts';
import type { Actor } from '../schema/change.ts';

/** A service token but for its secret. */
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

/** The credentials of machines. Fault of every method: UNAVAILABLE. */
export interface ServiceTokens {
  /** False when the name is taken, be it by one that is revoked. */
  add(record: Omit<ServiceTokenRecord, 'lastUsedAt' | 'revokedAt' | 'revokedBy'> & { secretHash: Uint8Array }): Promise<boolean>;
  find(id: string): Promise<ServiceTokenWithHash | null>;
  /** Those of them that there are, in any order. */
  among(ids: string[]): Promise<ServiceTokenWithHash[]>;
  findByName(name: string): Promise<ServiceTokenRecord | null>;
  /** By name; `after` is the last name of the page before. */
  list(query: { after: string | null; limit: number }): Promise<ServiceTokenRecord[]>;
  /** How many were made since then. */
  countSince(since: Date): Promise<number>;
  /** From now on it lets nobody in; of one that is revoked already nothing changes. */
  revoke(id: string, by: Actor, at: Date): Promise<void>;
  /** Remembers that it was used. */
  touch(id: string, at: Date): Promise<void>;
}
