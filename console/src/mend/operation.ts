import { many, one, type Search } from '../app/search.ts';
import type { Shape } from '../shape.ts';
import { type Cluster, clusterText } from './clusters.ts';

/** A change of a role that is to be reviewed and applied. */
export interface Operation {
  kind: Kind;
  accountId: string;
  /** Empty: a role that is to be created, whose name is still to be chosen. */
  roleName: string;
  /** The clusters to begin with. Of `retract`: the one whose line goes. */
  clusters?: Cluster[];
  /** Lines to take away, as the policy names them. */
  drop?: Shape<'ListedCluster'>[];
  onMismatch?: 'MERGE' | 'REPLACE';
  compact?: boolean;
  /** The change to revert. */
  changeId?: string;
}

export type Kind = 'extend' | 'retract' | 'prune' | 'repair' | 'create' | 'revert';

/** The operation of the API, by which it is permitted (docs/permissions.md). */
export const permissions = {
  extend: 'extendExecutionRole',
  retract: 'retractCluster',
  prune: 'pruneExecutionRole',
  repair: 'ensureExecutionRole',
  create: 'createExecutionRole',
  revert: 'revertChange',
} as const satisfies Record<Kind, string>;

/** Whether the clusters are chosen in a step of their own. */
export const hasClusterStep = ({ kind }: Operation): boolean =>
  kind === 'extend' || kind === 'repair' || kind === 'create';

/** The part of the address that opens the drawer with an operation. */
export function searchOf(operation: Omit<Operation, 'accountId' | 'roleName'>): Search {
  const { kind, clusters, drop, onMismatch, compact, changeId } = operation;
  return {
    mend: kind,
    with: clusters?.map(clusterText),
    drop: drop?.map(clusterText),
    mismatch: onMismatch,
    compact: compact ? 'yes' : undefined,
    change: changeId,
  };
}

/** The names of an address that `searchOf` writes, without values: they close the drawer. */
export const closed: Search = {
  mend: undefined,
  with: undefined,
  drop: undefined,
  mismatch: undefined,
  compact: undefined,
  change: undefined,
};

/** Reads the operation of an address. Null: there is none, and the drawer is closed. */
export function operationOf(search: Search, accountId: string, roleName: string): Operation | null {
  const kind = one(search, 'mend');
  if (kind === undefined || !Object.hasOwn(permissions, kind)) return null;
  const [clusters, drop] = [many(search, 'with').flatMap(split), many(search, 'drop').flatMap(split)];
  const mismatch = one(search, 'mismatch');
  const changeId = one(search, 'change');
  // They name what they are about.
  if ((kind === 'retract' && clusters.length !== 1) || (kind === 'revert' && !changeId)) return null;
  return {
    kind: kind as Kind,
    accountId,
    roleName,
    ...(clusters.length > 0 && { clusters }),
    ...(drop.length > 0 && { drop }),
    ...((mismatch === 'MERGE' || mismatch === 'REPLACE') && { onMismatch: mismatch }),
    ...(one(search, 'compact') === 'yes' && { compact: true }),
    ...(changeId && { changeId }),
  };
}

function split(text: string): Cluster[] {
  const [region = '', name = ''] = text.split('/');
  return region && name ? [{ region, name }] : [];
}
