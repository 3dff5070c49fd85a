import type { Change, OperationId } from '../../../typescript/src/index.ts';
import { clusterName } from './output.ts';

/** A column of a list. A dot in `path` leads into a member. `text`: what a table shows in place of the value. */
export interface Column {
  path: string;
  text?: (item: never) => string;
}

export interface List {
  /** What is said of an empty list. */
  none: string;
  columns: readonly (string | Column)[];
}

const shortClusters = ({ clusters }: Change) =>
  clusters.length > 2
    ? `${clusters.slice(0, 2).map(clusterName).join(',')} and ${clusters.length - 2} more`
    : clusters.map(clusterName).join(',');

const changes: readonly (string | Column)[] = [
  'at',
  'kind',
  { path: 'outcome', text: ({ outcome, error }: Change) => (error ? `${outcome} ${error.code}` : outcome) },
  'accountId',
  'roleName',
  { path: 'clusters', text: shortClusters },
  {
    path: 'actor.subject',
    text: ({ actor, onBehalfOf, via }: Change) =>
      `${onBehalfOf ? `${onBehalfOf.subject} through ` : ''}${actor.subject} (${via})`,
  },
  'reason',
  'id',
];

/** The columns of each list. */
export const lists: Partial<Record<OperationId, List>> = {
  listAccounts: { none: 'No accounts.', columns: ['accountId', 'name', 'status', 'labels'] },
  listAccountImportChanges: {
    none: 'No changes.',
    columns: ['accountId', 'effect', 'before.name', 'after.name'],
  },
  listExecutionRoles: { none: 'No roles.', columns: ['roleName', 'verdict', 'action', 'clusters'] },
  listClaims: {
    none: 'No claims.',
    columns: ['since', 'accountId', 'roleName', 'cluster', 'claimant', 'actor.subject', 'id'],
  },
  listChanges: { none: 'No changes.', columns: changes },
  listServiceTokens: { none: 'No tokens.', columns: ['name', 'groups', 'expiresAt', 'revokedAt', 'id'] },
  listSweeps: {
    none: 'No sweeps.',
    columns: ['createdAt', 'operation', 'state', 'done', 'total', 'failed', 'id'],
  },
  listSweepResults: {
    none: 'No results.',
    columns: ['accountId', 'roleName', 'verdict', 'error.code', 'change.outcome'],
  },
  getPosture: {
    none: 'No roles.',
    columns: ['accountId', 'roleName', 'verdict', 'findings', 'checkedAt'],
  },
  getPostureAccounts: {
    none: 'No accounts.',
    columns: ['accountId', 'name', 'verdict', 'roles', 'checkedAt', 'error'],
  },
  getPostureTrend: { none: 'No days.', columns: ['day', 'total', 'verdicts'] },
  listSchedules: { none: 'No schedules.', columns: ['name', 'cron', 'timezone', 'sweep.select'] },
  listDeadLetters: {
    none: 'No undelivered events.',
    columns: ['createdAt', 'attempts', 'event.type', 'event.subject', 'lastError', 'id'],
  },
};
