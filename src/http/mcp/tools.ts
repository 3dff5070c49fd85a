import type { Tool } from './tool.ts';
import { checkRole } from './tools/check-role.ts';
import { clusterReadiness } from './tools/cluster-readiness.ts';
import { explainFinding } from './tools/explain-finding.ts';
import { findAccounts } from './tools/find-accounts.ts';
import { findRoles } from './tools/find-roles.ts';
import { fleetPosture } from './tools/fleet-posture.ts';
import { listChanges } from './tools/list-changes.ts';
import { planExtension } from './tools/plan-extension.ts';

/** Every tool that an assistant can call, in the order in which it sees them. */
export const tools: readonly Tool[] = [
  findAccounts,
  findRoles,
  checkRole,
  clusterReadiness,
  fleetPosture,
  listChanges,
  explainFinding,
  planExtension,
];
