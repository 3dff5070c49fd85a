import { account, accounts, deleteAccount, putAccount } from './accounts/accounts.ts';
import { accountImport, accountImportChanges, importAccounts } from './accounts/import-accounts.ts';
import { auditVerification, changeProof } from './audit/audit.ts';
import { exporting } from './audit/export-log.ts';
import type { Action } from './call/action.ts';
import { change, changes } from './changes/history.ts';
import { revertChange } from './changes/revert-change.ts';
import { claims, endClaim } from './claims/claims.ts';
import { posture } from './posture/posture.ts';
import { checkExecutionRole, executionRole, executionRoleCluster } from './roles/check-role.ts';
import { checkExecutionRoles } from './roles/check-roles.ts';
import { executionRoles } from './roles/discover-roles.ts';
import { createExecutionRole, ensureExecutionRole, extendExecutionRole, retractCluster } from './roles/write-role.ts';
import { deleteSchedule, putSchedule, schedule, schedules } from './schedules/schedules.ts';
import { cancelSweep, startSweep, sweep, sweepResults, sweeps } from './sweeps/sweeps.ts';
import { defineCreateServiceToken, revokeServiceToken, serviceTokens } from './tokens/service-tokens.ts';
import { deadLetters, redeliverDeadLetter } from './webhooks/dead-letters.ts';

const withoutTokens = {
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

/** The names that the scope of a service token may hold. */
const names = [...Object.keys(withoutTokens), 'createServiceToken', 'serviceTokens', 'revokeServiceToken', exporting.name];

/** Every operation, by name: what REST, GraphQL and jobs can ask for. */
export const operations = {
  ...withoutTokens,
  createServiceToken: defineCreateServiceToken(names),
  serviceTokens,
  revokeServiceToken,
};

/** What jobs alone ask for, besides. */
export const jobOperations = { checkExecutionRoles };

/** Everything that permissions are given for. */
export const actions: readonly Action[] = [...Object.values(operations), ...Object.values(jobOperations), exporting];
