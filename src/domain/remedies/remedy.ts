import type { Override } from '../../schema/override.ts';
import type { Cluster, ListedCluster } from '../../schema/primitives.ts';

/**
 * A request to this service that a text names. Each face has its own words for it
 * (operations/call/remedy-text.ts).
 */
export interface NamedRequest {
  request: 'CREATE' | 'EXTEND' | 'ENSURE' | 'RETRACT' | 'PRUNE';
  /**
   * SAME: the clusters of the question. OWN: those that the role has lines for. CHOSEN: the reader chooses.
   * Or these.
   */
  clusters: 'SAME' | 'OWN' | 'CHOSEN' | Cluster[];
  onMismatch?: 'MERGE' | 'REPLACE';
  compact?: true;
  drop?: ListedCluster[];
  overrides?: Override[];
}

/** A remedy for a finding or a refusal. */
export interface Remedy {
  /** The request that helps. Null: none does, and a person has to act. */
  request: NamedRequest | null;
  /** Text before the request: a condition that ends with a comma, or sentences. */
  before?: string;
  /** With a request: what it does, to follow "to". Without: sentences that say what a person has to do. */
  text: string;
  /** Sentences after the request. */
  after?: string;
  /** Why no request helps: a row of beyond-requests.ts. */
  beyond?: string;
}
