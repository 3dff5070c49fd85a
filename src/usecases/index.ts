import { account, accounts, deleteAccount, putAccount } from './accounts.ts';
import { auditVerification, changeProof } from './audit.ts';
import { checkExecutionRole, executionRole, executionRoleCluster } from './check-role.ts';
import { executionRoles } from './discover-roles.ts';
import { change, changes } from './history.ts';
import { accountImport, accountImportChanges, importAccounts } from './import-accounts.ts';
import { revertChange } from './revert-change.ts';
import { createExecutionRole, ensureExecutionRole, extendExecutionRole, retractCluster } from './write-role.ts';

/** Every operation, by name: what REST, GraphQL and, later, jobs can ask for. */
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
  changes,
  change,
  changeProof,
  auditVerification,
};
