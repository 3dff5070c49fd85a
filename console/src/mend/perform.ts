import { api, type Shape } from '../api.ts';
import type { MendRequest } from './draft.ts';

interface More {
  dryRun?: true;
  ifMatch?: string | undefined;
  idempotencyKey?: string;
  reason?: string | undefined;
}

/** Sends a change, or asks for its plan. */
export function perform(
  request: MendRequest,
  more: More,
  signal?: AbortSignal,
): Promise<Shape<'WriteResult'>> {
  const { kind, accountId, roleName, clusters, drop, overrides: override } = request;
  const role = { accountId, roleName, override, ...more };
  const options = { signal };
  switch (kind) {
    case 'extend':
      return api().extendExecutionRole(
        {
          ...role,
          clusters,
          ...(request.onMismatch && { onMismatch: request.onMismatch }),
          ...(request.isCompact && { compact: true }),
          ...(drop.length > 0 && { drop }),
        },
        options,
      );
    case 'retract': {
      const [cluster] = clusters;
      if (!cluster) throw new TypeError('The cluster whose line goes must be named.');
      return api().retractCluster({ ...role, ...cluster }, options);
    }
    case 'prune':
      return api().pruneExecutionRole(role, options);
    case 'repair':
      return api().ensureExecutionRole({ ...role, clusters }, options);
    case 'create':
      return api().createExecutionRole({ ...role, clusters }, options);
    case 'revert':
      return api().revertChange(
        {
          id: request.changeId,
          override,
          ...(request.undoesLater && { onLaterChanges: 'UNDO' as const }),
          ...more,
        },
        options,
      );
  }
}
