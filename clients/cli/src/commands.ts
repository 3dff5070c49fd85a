import type { OperationId } from '../../typescript/src/index.ts';

/**
 * The command of each operation: noun, verb, and the members of the input that are arguments. `cluster` stands for
 * region and name, as REGION/NAME. The other members are options.
 */
export const commands = {
  listAccounts: 'account list',
  getAccount: 'account get accountId',
  putAccount: 'account put accountId',
  deleteAccount: 'account delete accountId',
  importAccounts: 'account import',
  getAccountImport: 'account import-status id',
  listAccountImportChanges: 'account import-changes id',
  listExecutionRoles: 'role find accountId',
  createExecutionRole: 'role create accountId roleName',
  getExecutionRole: 'role get accountId roleName',
  ensureExecutionRole: 'role ensure accountId roleName',
  checkExecutionRole: 'role check accountId roleName',
  // The same check, for callers that may only read.
  getExecutionRoleCheck: 'role check accountId roleName',
  extendExecutionRole: 'role extend accountId roleName',
  getCluster: 'line get accountId roleName cluster',
  putCluster: 'line put accountId roleName cluster',
  retractCluster: 'line delete accountId roleName cluster',
  pruneExecutionRole: 'role prune accountId roleName',
  getFargateReadiness: 'cluster ready accountId cluster',
  listClaims: 'claim list',
  endClaim: 'claim end id',
  listChanges: 'change list',
  getChange: 'change get id',
  getChangeProof: 'change proof id',
  revertChange: 'change revert id',
  verifyLog: 'log verify',
  exportLog: 'log export',
  createServiceToken: 'token create name',
  listServiceTokens: 'token list',
  revokeServiceToken: 'token revoke id',
  startSweep: 'sweep start operation',
  listSweeps: 'sweep list',
  getSweep: 'sweep get id',
  listSweepResults: 'sweep results id',
  streamSweepEvents: 'sweep progress id',
  cancelSweep: 'sweep stop id',
  getPosture: 'posture list',
  listSchedules: 'schedule list',
  getSchedule: 'schedule get name',
  putSchedule: 'schedule put name',
  deleteSchedule: 'schedule delete name',
  listDeadLetters: 'webhook list',
  redeliverDeadLetter: 'webhook redeliver id',
} as const satisfies Record<OperationId, string>;

/** The columns of each list. A dot leads into a member. */
export const columns: Partial<Record<OperationId, readonly string[]>> = {
  listAccounts: ['accountId', 'name', 'status', 'labels'],
  listAccountImportChanges: ['accountId', 'effect', 'before.name', 'after.name'],
  listExecutionRoles: ['roleName', 'verdict', 'action', 'clusters'],
  listClaims: ['since', 'accountId', 'roleName', 'cluster', 'claimant', 'id'],
  listChanges: ['at', 'kind', 'outcome', 'accountId', 'roleName', 'actor.subject', 'reason', 'id'],
  listServiceTokens: ['name', 'groups', 'expiresAt', 'revokedAt', 'id'],
  listSweeps: ['createdAt', 'operation', 'state', 'done', 'total', 'failed', 'id'],
  listSweepResults: ['accountId', 'roleName', 'verdict', 'error.code', 'change.outcome'],
  getPosture: ['accountId', 'roleName', 'verdict', 'findings', 'checkedAt'],
  listSchedules: ['name', 'cron', 'timezone', 'sweep.select'],
  listDeadLetters: ['createdAt', 'attempts', 'event.type', 'event.subject', 'lastError', 'id'],
};
