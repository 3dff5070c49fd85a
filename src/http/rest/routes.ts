import type { Operation } from '../../operations/call/operation.ts';
import { operations } from '../../operations/index.ts';
import { ListAccountsInput } from '../../schema/account.ts';
import { PostureAccountsInput, PostureInput } from '../../schema/posture.ts';
import { CreateExecutionRoleInput, ExtendExecutionRoleInput } from '../../schema/role.ts';
import type { Input, InputRoute } from './parameter-locations.ts';
import {
  CheckQuery,
  LineBody,
  parseClusters,
  parseLabels,
  parseLine,
  parseWait,
  withLabelQuery,
  withWaitQuery,
} from './shapes.ts';
import type { Streamed } from './streams.ts';
import { sweepResultLines } from './sweep-results.ts';

/** One route of the REST API, and the operation that it calls. */
export interface Route extends InputRoute {
  operation: Operation;
  /**
   * The method name in generated clients. It need not be the operation's name, which policies and token
   * scopes use.
   */
  operationId: string;
  status?: (answer: unknown, input: Input) => 200 | 201 | 204;
  /** Answers 202. The Location header leads to the result, below this path. */
  accepted?: string;
  /**
   * The operation behind GET of the same URL: PUT takes its answer, read-only members included. See
   * read-only.ts.
   */
  read?: Operation;
  /** Answers as a stream when the client asks for NDJSON. See streams.ts. */
  stream?: Streamed;
}

const isNew = ({ createdAt, updatedAt }: { createdAt: string; updatedAt: string }) => createdAt === updatedAt;
const statusOfWrite = (answer: unknown) =>
  (answer as { change?: { kind?: string } | null }).change?.kind === 'CREATE' ? 201 : 200;
const role = '/accounts/:accountId/execution-roles/:roleName';
const line = `${role}/clusters/:region/:name`;

export const routes: Route[] = [
  { method: 'GET', url: '/caller', operation: operations.caller, operationId: 'getCaller' },
  {
    method: 'GET',
    url: '/accounts',
    operation: operations.accounts,
    operationId: 'listAccounts',
    shape: withLabelQuery(ListAccountsInput),
    translate: parseLabels,
  },
  { method: 'GET', url: '/accounts/:accountId', operation: operations.account, operationId: 'getAccount' },
  {
    method: 'PUT',
    url: '/accounts/:accountId',
    operation: operations.putAccount,
    operationId: 'putAccount',
    read: operations.account,
    status: (answer, { dryRun }) =>
      !dryRun && isNew(answer as { createdAt: string; updatedAt: string }) ? 201 : 200,
  },
  {
    method: 'DELETE',
    url: '/accounts/:accountId',
    operation: operations.deleteAccount,
    operationId: 'deleteAccount',
    status: () => 204,
  },
  {
    method: 'POST',
    url: '/accounts/import',
    operation: operations.importAccounts,
    operationId: 'importAccounts',
    accepted: '/account-imports',
  },
  {
    method: 'GET',
    url: '/account-imports/:id',
    operation: operations.accountImport,
    operationId: 'getAccountImport',
  },
  {
    method: 'GET',
    url: '/account-imports/:id/changes',
    operation: operations.accountImportChanges,
    operationId: 'listAccountImportChanges',
  },
  {
    method: 'GET',
    url: '/accounts/:accountId/execution-roles',
    operation: operations.executionRoles,
    operationId: 'listExecutionRoles',
  },
  {
    method: 'POST',
    url: '/accounts/:accountId/execution-roles',
    operation: operations.createExecutionRole,
    operationId: 'createExecutionRole',
    shape: withWaitQuery(CreateExecutionRoleInput),
    translate: parseWait,
    status: statusOfWrite,
  },
  { method: 'GET', url: role, operation: operations.executionRole, operationId: 'getExecutionRole' },
  {
    method: 'PUT',
    url: role,
    operation: operations.ensureExecutionRole,
    operationId: 'ensureExecutionRole',
    read: operations.executionRole,
    status: statusOfWrite,
  },
  {
    method: 'POST',
    url: `${role}/check`,
    operation: operations.checkExecutionRole,
    operationId: 'checkExecutionRole',
  },
  {
    method: 'GET',
    url: `${role}/check`,
    operation: operations.checkExecutionRole,
    operationId: 'getExecutionRoleCheck',
    shape: CheckQuery,
    translate: parseClusters,
  },
  {
    method: 'POST',
    url: `${role}/extend`,
    operation: operations.extendExecutionRole,
    operationId: 'extendExecutionRole',
    shape: withWaitQuery(ExtendExecutionRoleInput),
    translate: parseWait,
  },
  {
    method: 'POST',
    url: `${role}/prune`,
    operation: operations.pruneExecutionRole,
    operationId: 'pruneExecutionRole',
  },
  { method: 'GET', url: line, operation: operations.executionRoleCluster, operationId: 'getCluster' },
  {
    method: 'PUT',
    url: line,
    operation: operations.extendExecutionRole,
    operationId: 'putCluster',
    read: operations.executionRoleCluster,
    shape: LineBody,
    translate: parseLine,
  },
  { method: 'DELETE', url: line, operation: operations.retractCluster, operationId: 'retractCluster' },
  {
    method: 'GET',
    url: '/accounts/:accountId/clusters/:region/:name/fargate-readiness',
    operation: operations.fargateReadiness,
    operationId: 'getFargateReadiness',
  },
  { method: 'GET', url: '/claims', operation: operations.claims, operationId: 'listClaims' },
  { method: 'DELETE', url: '/claims/:id', operation: operations.endClaim, operationId: 'endClaim' },
  { method: 'GET', url: '/changes', operation: operations.changes, operationId: 'listChanges' },
  { method: 'GET', url: '/changes/:id', operation: operations.change, operationId: 'getChange' },
  {
    method: 'GET',
    url: '/changes/:id/proof',
    operation: operations.changeProof,
    operationId: 'getChangeProof',
  },
  {
    method: 'GET',
    url: '/audit/verification',
    operation: operations.auditVerification,
    operationId: 'verifyLog',
  },
  {
    method: 'POST',
    url: '/changes/:id/revert',
    operation: operations.revertChange,
    operationId: 'revertChange',
  },
  {
    method: 'POST',
    url: '/service-tokens',
    operation: operations.createServiceToken,
    operationId: 'createServiceToken',
    status: (_, { dryRun }) => (dryRun ? 200 : 201),
  },
  {
    method: 'GET',
    url: '/service-tokens',
    operation: operations.serviceTokens,
    operationId: 'listServiceTokens',
  },
  {
    method: 'DELETE',
    url: '/service-tokens/:id',
    operation: operations.revokeServiceToken,
    operationId: 'revokeServiceToken',
  },
  {
    method: 'POST',
    url: '/sweeps',
    operation: operations.startSweep,
    operationId: 'startSweep',
    accepted: '/sweeps',
    alsoInBody: ['dryRun'],
  },
  { method: 'GET', url: '/sweeps', operation: operations.sweeps, operationId: 'listSweeps' },
  { method: 'GET', url: '/sweeps/:id', operation: operations.sweep, operationId: 'getSweep' },
  {
    method: 'GET',
    url: '/sweeps/:id/results',
    operation: operations.sweepResults,
    operationId: 'listSweepResults',
    stream: sweepResultLines,
  },
  {
    method: 'POST',
    url: '/sweeps/:id/cancel',
    operation: operations.cancelSweep,
    operationId: 'cancelSweep',
  },
  {
    method: 'GET',
    url: '/posture',
    operation: operations.posture,
    operationId: 'getPosture',
    shape: withLabelQuery(PostureInput),
    translate: parseLabels,
  },
  {
    method: 'GET',
    url: '/posture/accounts',
    operation: operations.postureAccounts,
    operationId: 'getPostureAccounts',
    shape: withLabelQuery(PostureAccountsInput),
    translate: parseLabels,
  },
  {
    method: 'GET',
    url: '/posture/trend',
    operation: operations.postureTrend,
    operationId: 'getPostureTrend',
  },
  { method: 'GET', url: '/schedules', operation: operations.schedules, operationId: 'listSchedules' },
  { method: 'GET', url: '/schedules/:name', operation: operations.schedule, operationId: 'getSchedule' },
  {
    method: 'PUT',
    url: '/schedules/:name',
    operation: operations.putSchedule,
    operationId: 'putSchedule',
    read: operations.schedule,
    status: (answer, { dryRun }) =>
      !dryRun && isNew(answer as { createdAt: string; updatedAt: string }) ? 201 : 200,
  },
  {
    method: 'DELETE',
    url: '/schedules/:name',
    operation: operations.deleteSchedule,
    operationId: 'deleteSchedule',
    status: () => 204,
  },
  {
    method: 'GET',
    url: '/webhooks/dead-letters',
    operation: operations.deadLetters,
    operationId: 'listDeadLetters',
  },
  {
    method: 'POST',
    url: '/webhooks/dead-letters/:id/redeliver',
    operation: operations.redeliverDeadLetter,
    operationId: 'redeliverDeadLetter',
  },
];
