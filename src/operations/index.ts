import { deleteAccount } from './accounts/delete-account.ts';
import { account } from './accounts/get-account.ts';
import { accountImport } from './accounts/get-account-import.ts';
import { importAccounts } from './accounts/import-accounts.ts';
import { accountImportChanges } from './accounts/list-account-import-changes.ts';
import { accounts } from './accounts/list-accounts.ts';
import { putAccount } from './accounts/put-account.ts';
import { exportAction } from './audit/export-log.ts';
import { changeProof } from './audit/prove-change.ts';
import { auditVerification } from './audit/verify-log.ts';
import type { Action } from './call/action.ts';
import { speakFor } from './call/permission.ts';
import { defineCaller } from './caller/get-caller.ts';
import { change } from './changes/get-change.ts';
import { changes } from './changes/list-changes.ts';
import { revertChange } from './changes/revert-change.ts';
import { endClaim } from './claims/end-claim.ts';
import { claims } from './claims/list-claims.ts';
import { accountReadiness } from './clusters/account-readiness.ts';
import { fargateReadiness } from './clusters/fargate-readiness.ts';
import { posture } from './posture/posture.ts';
import { postureAccounts } from './posture/posture-accounts.ts';
import { postureTrend } from './posture/posture-trend.ts';
import { checkExecutionRole } from './roles/check-execution-role.ts';
import { checkExecutionRoles } from './roles/check-execution-roles.ts';
import { createExecutionRole } from './roles/create-execution-role.ts';
import { ensureExecutionRole } from './roles/ensure-execution-role.ts';
import { extendExecutionRole } from './roles/extend-execution-role.ts';
import { executionRoleCluster } from './roles/get-cluster.ts';
import { executionRole } from './roles/get-execution-role.ts';
import { executionRoles } from './roles/list-execution-roles.ts';
import { pruneExecutionRole } from './roles/prune-execution-role.ts';
import { retractCluster } from './roles/retract-cluster.ts';
import { deleteSchedule } from './schedules/delete-schedule.ts';
import { schedule } from './schedules/get-schedule.ts';
import { schedules } from './schedules/list-schedules.ts';
import { putSchedule } from './schedules/put-schedule.ts';
import { cancelSweep } from './sweeps/cancel-sweep.ts';
import { sweep } from './sweeps/get-sweep.ts';
import { sweepResults } from './sweeps/list-sweep-results.ts';
import { sweeps } from './sweeps/list-sweeps.ts';
import { startSweep } from './sweeps/start-sweep.ts';
import { defineCreateServiceToken } from './tokens/create-service-token.ts';
import { serviceTokens } from './tokens/list-service-tokens.ts';
import { revokeServiceToken } from './tokens/revoke-service-token.ts';
import { deadLetters } from './webhooks/list-dead-letters.ts';
import { redeliverDeadLetter } from './webhooks/redeliver-dead-letter.ts';

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
  pruneExecutionRole,
  revertChange,
  fargateReadiness,
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
  postureAccounts,
  postureTrend,
  schedules,
  schedule,
  putSchedule,
  deleteSchedule,
  deadLetters,
  redeliverDeadLetter,
};

/** The names that the scope of a service token may hold. */
const names = [
  ...Object.keys(withoutTokens),
  'createServiceToken',
  'serviceTokens',
  'revokeServiceToken',
  exportAction.name,
  speakFor.name,
];

const permitted = {
  ...withoutTokens,
  createServiceToken: defineCreateServiceToken(names),
  serviceTokens,
  revokeServiceToken,
};

/** Every operation by name: what REST, GraphQL and jobs can call. */
export const operations = {
  ...permitted,
  caller: defineCaller([...Object.values(permitted), exportAction]),
};

/** Operations that only jobs can call. */
export const jobOperations = { checkExecutionRoles, accountReadiness };

/** Everything that permissions are given for. `accountReadiness` shares the action of `fargateReadiness`. */
export const actions: readonly Action[] = [
  ...Object.values(permitted),
  jobOperations.checkExecutionRoles,
  exportAction,
  speakFor,
];
