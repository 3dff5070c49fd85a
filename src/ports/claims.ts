import type { Actor } from '../schema/change.ts';
import type { Cluster } from '../schema/primitives.ts';

/** A claimant's need for a cluster of a role. The claim ends with the ID of the role. */
export interface ClaimRecord {
  id: string;
  accountId: string;
  roleName: string;
  roleId: string;
  cluster: Cluster;
  claimant: string;
  /** The first caller who made the claim. */
  actor: Actor;
  since: Date;
}

/**
 * The claims in force. They are derived from the log: the transaction that commits an entry with a `claimant`
 * makes or ends the claims. So the claims of a role change only while its lock is held. Fault of every
 * method: UNAVAILABLE.
 */
export interface Claims {
  /** All claims of one role name, whatever the role's ID, oldest first. */
  ofRole(accountId: string, roleName: string): Promise<ClaimRecord[]>;
  get(id: string): Promise<ClaimRecord | null>;
  /** Newest first. `after`: the last claim of the page before. */
  list(query: {
    accountId?: string | undefined;
    roleName?: string | undefined;
    claimant?: string | undefined;
    after: { createdAt: string; id: string } | null;
    limit: number;
  }): Promise<ClaimRecord[]>;
}

/** The effect of a request on claims of its clusters. */
export interface ClaimRequest {
  claimant: string;
  effect: 'KEEP' | 'END';
}
