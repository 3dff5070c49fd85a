import {
  account,
  accountId,
  change,
  claim,
  clusters,
  cursor,
  deadLetter,
  ids,
  names,
  plan,
  readiness,
  report,
  role,
  schedule,
  serviceToken,
  sweep,
  times,
  trustHash,
  verdictReport,
} from './sample.ts';

const page = (...items: unknown[]) => ({ items, nextCursor: null });
const dryWrite = { plan, change: null, lineKept: null, report, propagating: null };

/**
 * An answer for each operation, by operationId. It belongs to the request in requests.ts: a write is proposed
 * as a dry run, so its answer has the plan and no change.
 */
export const answers: Record<string, unknown> = {
  listAccounts: { items: [account], nextCursor: cursor },
  getAccount: account,
  putAccount: account,
  importAccounts: accountImport('RUNNING'),
  getAccountImport: accountImport('DONE'),
  listAccountImportChanges: page({
    accountId,
    effect: 'ADDED',
    before: null,
    after: { name: account.name, partition: 'aws', status: 'ACTIVE', labels: account.labels },
  }),
  listExecutionRoles: page(role),
  createExecutionRole: dryWrite,
  getExecutionRole: role,
  ensureExecutionRole: dryWrite,
  checkExecutionRole: verdictReport,
  getExecutionRoleCheck: verdictReport,
  extendExecutionRole: dryWrite,
  getCluster: {
    id: `${accountId}.${names.role}.us-west-2.my-cluster`,
    accountId,
    roleName: names.role,
    ...clusters[0],
    coveredBy: [names.line],
    claims: [{ claimant: claim.claimant, actor: claim.actor, since: claim.since }],
    etag: role.etag,
  },
  putCluster: dryWrite,
  retractCluster: dryWrite,
  pruneExecutionRole: dryWrite,
  getFargateReadiness: readiness,
  listClaims: page(claim),
  endClaim: { change: null },
  listChanges: { ...page(change), previousCursor: null },
  getChange: change,
  getChangeProof: {
    seq: change.seq,
    previousHash: change.previousHash,
    hash: change.hash,
    path: [trustHash],
    checkpoint: checkpoint(),
  },
  revertChange: dryWrite,
  verifyLog: {
    ok: true,
    checked: 1200,
    head: { seq: 1200, hash: change.hash },
    checkpoint: checkpoint(),
    firstFault: null,
  },
  createServiceToken: { token: null, serviceToken },
  listServiceTokens: page(serviceToken),
  revokeServiceToken: { ...serviceToken, revokedAt: times.end, revokedBy: change.actor },
  startSweep: { ...sweep, state: 'QUEUED', done: 0, failed: 0, verdicts: {}, startedAt: null, endedAt: null },
  listSweeps: page(sweep),
  getSweep: sweep,
  listSweepResults: page({
    seq: 1,
    accountId,
    roleName: names.role,
    region: null,
    clusterName: null,
    verdict: 'COMPLIANT',
    report,
    readiness: null,
    plan: null,
    change: null,
    error: null,
  }),
  cancelSweep: { ...sweep, state: 'CANCELLED', done: 120 },
  getPosture: {
    total: 340,
    verdicts: { COMPLIANT: 320, NEEDS_EXTENSION: 12, NEEDS_REPAIR: 8 },
    changedAt: times.end,
    oldestCheckAt: times.start,
    items: [
      {
        accountId,
        accountName: 'payments-prod',
        roleName: names.role,
        verdict: 'NEEDS_EXTENSION',
        findings: ['CLUSTER_NOT_LISTED'],
        checkedAt: times.end,
        changedAt: times.end,
        ageSeconds: 40,
        sweepId: ids.sweep,
      },
    ],
    nextCursor: cursor,
  },
  getCaller: {
    subject: 'alice@example.com',
    issuer: 'https://id.example.com',
    groups: ['rolewright-auditors'],
    onBehalfOf: null,
    operations: ['account', 'accounts', 'changes', 'change', 'changeProof', 'auditVerification', 'exportLog'],
  },
  getPostureAccounts: {
    total: 1,
    unreachable: 0,
    items: [
      {
        accountId,
        name: 'payments-prod',
        verdict: 'NEEDS_EXTENSION',
        roles: 2,
        checkedAt: times.end,
        error: null,
      },
    ],
  },
  getPostureTrend: {
    days: [
      { day: '2026-11-23', total: 338, verdicts: { COMPLIANT: 310, NEEDS_EXTENSION: 20, NEEDS_REPAIR: 8 } },
      { day: '2026-11-24', total: 340, verdicts: { COMPLIANT: 320, NEEDS_EXTENSION: 12, NEEDS_REPAIR: 8 } },
    ],
  },
  listSchedules: page(schedule),
  getSchedule: schedule,
  putSchedule: schedule,
  listDeadLetters: page(deadLetter),
  redeliverDeadLetter: deadLetter,
};

function accountImport(state: 'RUNNING' | 'DONE') {
  const isDone = state === 'DONE';
  return {
    id: ids.import,
    state,
    dryRun: true,
    total: isDone ? 300 : 100,
    added: isDone ? 12 : 4,
    changed: 0,
    closed: 0,
    unchanged: isDone ? 288 : 96,
    untagged: 0,
    error: null,
    actor: change.actor,
    createdAt: times.start,
    endedAt: isDone ? times.end : null,
  };
}

function checkpoint() {
  return {
    origin: 'rolewright/0123456789abcdef',
    seq: 1200,
    hash: change.hash,
    root: trustHash,
    at: times.end,
    keyId: '0123456789abcdef',
    signature: `${'A'.repeat(86)}==`,
  };
}
