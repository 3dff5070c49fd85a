import { account, accounts, deleteAccount, putAccount } from './accounts.ts';
import { auditVerification, changeProof } from './audit.ts';
import { checkExecutionRole, executionRole, executionRoleCluster } from './check-role.ts';
import { executionRoles } from './discover-roles.ts';
import { exporting } from './export-log.ts';
import { change, changes } from './history.ts';
import type { Action } from './operation.ts';
import { revertChange } from './revert-change.ts';
import { createServiceToken, revokeServiceToken, serviceTokens } from './service-tokens.ts';
import { createExecutionRole, ensureExecutionRole, extendExecutionRole, retractCluster } from './write-role.ts';

/** Every operation, by name: what REST, GraphQL and, later, jobs can ask for. */
export const operations = {
  account,
  accounts,
  putAccount,
  deleteAccount,
  checkExecutionRole,
  executionRole,
  executionRoleCluster,
  executionRoles,
  createExecutionRole,
  ensureExecutionRole,
  extendExecutionRole,
  retractCluster,
  revertChange,
  changes,
  change,
  changeProof,
  auditVerification,
  createServiceToken,
  serviceTokens,
  revokeServiceToken,
};

/** Everything that permissions are given for. */
export const actions: readonly Action[] = [...Object.values(operations), exporting];
