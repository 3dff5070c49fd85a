import type { Shape } from '../shape.ts';
import { type Cluster, clustersOf, type Row } from './clusters.ts';
import type { Operation } from './operation.ts';

/** What somebody typed and chose. It survives a reload and a new sign-in. */
export interface MendDraft {
  rows: Row[];
  /** Of a role that is to be created. */
  roleName: string;
  onMismatch: Operation['onMismatch'] | null;
  isCompact: boolean;
  /** A revert also undoes what was changed since. */
  undoesLater: boolean;
  overrides: Shape<'OverrideCode'>[];
  reason: string;
  isReviewing: boolean;
  sent: Sent | null;
}

/** A change that was sent to be applied. It may be sent again, and is applied once. */
export interface Sent {
  /** The Idempotency-Key: the ID of the plan that was reviewed, so that no plan is applied twice. */
  key: string;
  /** The ETag of the role that was reviewed. Null: there is no role yet. */
  etag: string | null;
  /** Milliseconds since 1970. */
  at: number;
}

export const emptyRow: Row = { region: '', name: '' };

export function startDraft(operation: Operation): MendDraft {
  const { clusters = [], kind } = operation;
  return {
    rows: clusters.length > 0 ? clusters : [emptyRow],
    roleName: operation.roleName || 'AmazonEKSFargatePodExecutionRole',
    onMismatch: operation.onMismatch ?? null,
    isCompact: operation.compact ?? false,
    undoesLater: false,
    overrides: [],
    reason: '',
    // The others begin with the choice of clusters.
    isReviewing: kind === 'retract' || kind === 'prune' || kind === 'revert',
    sent: null,
  };
}

/** What is asked of the API, in a dry run and then in earnest. */
export interface MendRequest {
  kind: Operation['kind'];
  accountId: string;
  roleName: string;
  clusters: Cluster[];
  drop: Shape<'ListedCluster'>[];
  onMismatch: Operation['onMismatch'] | null;
  isCompact: boolean;
  changeId: string;
  undoesLater: boolean;
  overrides: Shape<'OverrideCode'>[];
}

export const requestOf = (operation: Operation, draft: MendDraft): MendRequest => ({
  kind: operation.kind,
  accountId: operation.accountId,
  roleName: operation.kind === 'create' ? draft.roleName.trim() : operation.roleName,
  clusters: clustersOf(draft.rows),
  drop: operation.drop ?? [],
  onMismatch: draft.onMismatch,
  isCompact: draft.isCompact,
  changeId: operation.changeId ?? '',
  undoesLater: draft.undoesLater,
  overrides: draft.overrides,
});

/** A change that was sent so long ago is sent again only when somebody asks for it. In ms. */
const resumableFor = 10 * 60_000;
export const isResumable = ({ at }: Sent, now: number): boolean => now - at < resumableFor;

/**
 * Whether a change that failed so may still be applied by the same request: then it keeps its key. Of any other
 * failure the service keeps the answer under the key, or has done a part of the change.
 */
export const keepsKey = (error: { code?: string; retryable?: boolean; change?: unknown }): boolean =>
  error.code === undefined || error.code === 'UNAUTHENTICATED' || (error.retryable === true && !error.change);
