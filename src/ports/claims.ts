import type { Actor } from '../schema/change.ts';
import type { Cluster } from '../schema/primitives.ts';

/** That a claimant needs a cluster of a role. The ID of the role is part of it: the claim ends with it. */
export interface ClaimRecord {
  id: string;
  accountId: string;
  roleName: string;
  roleId: string;
  cluster: Cluster;
  claimant: string;
  /** Who made it first. */
  actor: Actor;
  since: Date;
}

/**
 * The claims that are kept. They are derived from the log: an entry with a `claimant` keeps or ends claims in the transaction that
 * commits it. So claims of a role change only while its lock is held. Fault of every method: UNAVAILABLE.
 */
export interface Claims {
  /** All of one role, under whatever ID, the oldest first. */
  ofRole(accountId: string, roleName: string): Promise<ClaimRecord[]>;
  get(id: string): Promise<ClaimRecord | null>;
  /** Newest first; `after` is the last of the page before. */
  list(query: {
    accountId?: string | undefined;
    roleName?: string | undefined;
    claimant?: string | undefined;
    after: { createdAt: string; id: string } | null;
    limit: number;
  }): Promise<ClaimRecord[]>;
}

/** What a request has to do with claims of its clusters. */
export interface ClaimRequest {
  claimant: string;
  effect: 'KEEP' | 'END';
}
