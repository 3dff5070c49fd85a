import { account, accounts, deleteAccount, putAccount } from './accounts.ts';
import { auditVerification, changeProof } from './audit.ts';
import { checkExecutionRole, executionRole, executionRoleCluster } from './check-role.ts';
import { checkExecutionRoles } from './check-roles.ts';
import { claims, endClaim } from './claims.ts';
import { deadLetters, redeliverDeadLetter } from './dead-letters.ts';
import { executionRoles } from './discover-roles.ts';
import { exporting } from './export-log.ts';
import { change, changes } from './history.ts';
import { accountImport, accountImportChanges, importAccounts } from './import-accounts.ts';
import type { Action } from './operation.ts';
import { posture } from './posture.ts';
import { revertChange } from './revert-change.ts';
import { deleteSchedule, putSchedule, schedule, schedules } from './schedules.ts';
import { createServiceToken, revokeServiceToken, serviceTokens } from './service-tokens.ts';
import { cancelSweep, startSweep, sweep, sweepResults, sweeps } from './sweeps.ts';
import { createExecutionRole, ensureExecutionRole, extendExecutionRole, retractCluster } from './write-role.ts';

/** Every operation, by name: what REST, GraphQL and jobs can ask for. */
export const operations = {
  account,
  accounts,
  putAccount,
  deleteAccount,
  importAccounts,
  accountImport,
  accountImportChanges,
  checkExecutionRole,
  executionRole,
  executionRoleCluster,
  executionRoles,
  createExecutionRole,
  ensureExecutionRole,
  extendExecutionRole,
  retractCluster,
  revertChange,
  claims,
  endClaim,
  changes,
  change,
  changeProof,
  auditVerification,
  createServiceToken,
  serviceTokens,
  revokeServiceToken,
  startSweep,
  sweep,
  sweeps,
  sweepResults,
  cancelSweep,
  posture,
  schedules,
  schedule,
  putSchedule,
  deleteSchedule,
  deadLetters,
  redeliverDeadLetter,
};

/** What jobs alone ask for, besides. */
export const jobOperations = { checkExecutionRoles };

/** Everything that permissions are given for. */
export const actions: readonly Action[] = [...Object.values(operations), ...Object.values(jobOperations), exporting];
