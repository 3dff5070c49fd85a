// Written by `npm run describe`. Do not edit it.

/**
 * Every operation by its operationId: where its input goes, and how its answer is read. What has no other place
 * goes into the path or the body.
 */
export const operations = {
  /** Gets who calls, and which operations the policies and the token permit to this caller. */
  getCaller: { method: 'GET', path: '/v1/caller', query: ["accountId"], header: [], isWrite: false, answer: 'json' },
  /** Lists the registered accounts that the caller may see, by ID. */
  listAccounts: { method: 'GET', path: '/v1/accounts', query: ["label","limit","cursor"], header: [], isWrite: false, answer: 'page' },
  /** Gets one registered account. */
  getAccount: { method: 'GET', path: '/v1/accounts/{accountId}', query: [], header: [], isWrite: false, answer: 'json' },
  /** Registers an account, or replaces its registration. */
  putAccount: { method: 'PUT', path: '/v1/accounts/{accountId}', query: ["dryRun"], header: ["idempotency-key"], isWrite: true, answer: 'json' },
  /** Removes an account from the registry. Nothing changes in AWS, and the history of the account is kept. */
  deleteAccount: { method: 'DELETE', path: '/v1/accounts/{accountId}', query: ["dryRun"], header: ["idempotency-key"], isWrite: true, answer: 'json' },
  /** Starts to import the accounts of the AWS organization, with their tags as labels. GET /v1/account-imports/{id} shows the progress. */
  importAccounts: { method: 'POST', path: '/v1/accounts/import', query: ["dryRun"], header: ["idempotency-key"], isWrite: true, answer: 'json' },
  /** Gets an import of accounts and its progress. */
  getAccountImport: { method: 'GET', path: '/v1/account-imports/{id}', query: [], header: [], isWrite: false, answer: 'json' },
  /** Lists what an import did to each account, or would do in a dry run, by account ID. Unchanged accounts are left out. */
  listAccountImportChanges: { method: 'GET', path: '/v1/account-imports/{id}/changes', query: ["limit","cursor"], header: [], isWrite: false, answer: 'page' },
  /** Lists the roles of the account that are, or look like, pod execution roles, by name. Each has its verdict. */
  listExecutionRoles: { method: 'GET', path: '/v1/accounts/{accountId}/execution-roles', query: ["limit","cursor"], header: [], isWrite: false, answer: 'page' },
  /** Creates a role with its trust policy, tags and policies. Completes a role whose creation was interrupted. */
  createExecutionRole: { method: 'POST', path: '/v1/accounts/{accountId}/execution-roles', query: ["override","dryRun","wait"], header: ["if-match","idempotency-key"], isWrite: true, answer: 'json' },
  /** Gets an execution role. */
  getExecutionRole: { method: 'GET', path: '/v1/accounts/{accountId}/execution-roles/{roleName}', query: [], header: [], isWrite: false, answer: 'json' },
  /** Creates the role, or adds what is missing. Never removes anything. */
  ensureExecutionRole: { method: 'PUT', path: '/v1/accounts/{accountId}/execution-roles/{roleName}', query: ["override","dryRun"], header: ["if-match","idempotency-key"], isWrite: true, answer: 'json' },
  /** Checks whether the role is a pod execution role that covers these clusters. The findings say what is wrong, and how to fix it. */
  checkExecutionRole: { method: 'POST', path: '/v1/accounts/{accountId}/execution-roles/{roleName}/check', query: [], header: [], isWrite: false, answer: 'json' },
  /** Checks whether the role is a pod execution role that covers these clusters. The findings say what is wrong, and how to fix it. */
  getExecutionRoleCheck: { method: 'GET', path: '/v1/accounts/{accountId}/execution-roles/{roleName}/check', query: ["cluster"], header: [], isWrite: false, answer: 'json' },
  /** Extends the role to cover more clusters. Keeps a claim of each cluster on request. */
  extendExecutionRole: { method: 'POST', path: '/v1/accounts/{accountId}/execution-roles/{roleName}/extend', query: ["claimant","override","dryRun","wait"], header: ["if-match","idempotency-key"], isWrite: true, answer: 'json' },
  /** Removes the lines of clusters that EKS showed once and no longer has, unless they are claimed. Nothing else changes. */
  pruneExecutionRole: { method: 'POST', path: '/v1/accounts/{accountId}/execution-roles/{roleName}/prune', query: ["override","dryRun"], header: ["if-match","idempotency-key"], isWrite: true, answer: 'json' },
  /** Gets one line of the trust policy. It exists while the cluster is covered. */
  getCluster: { method: 'GET', path: '/v1/accounts/{accountId}/execution-roles/{roleName}/clusters/{region}/{name}', query: [], header: [], isWrite: false, answer: 'json' },
  /** Extends the role to cover more clusters. Keeps a claim of each cluster on request. */
  putCluster: { method: 'PUT', path: '/v1/accounts/{accountId}/execution-roles/{roleName}/clusters/{region}/{name}', query: ["claimant","override","dryRun","wait"], header: ["if-match","idempotency-key"], isWrite: true, answer: 'json' },
  /** Ends the caller's claim of one cluster, and removes its line unless another claim needs it. Nothing else changes. */
  retractCluster: { method: 'DELETE', path: '/v1/accounts/{accountId}/execution-roles/{roleName}/clusters/{region}/{name}', query: ["claimant","reason","override","dryRun"], header: ["if-match","idempotency-key"], isWrite: true, answer: 'json' },
  /** Says whether pods can start on Fargate in a cluster: its profiles, their roles, and how the cluster knows those roles. */
  getFargateReadiness: { method: 'GET', path: '/v1/accounts/{accountId}/clusters/{region}/{name}/fargate-readiness', query: ["roleName"], header: [], isWrite: false, answer: 'json' },
  /** Lists the claims on roles that the caller may see, newest first. */
  listClaims: { method: 'GET', path: '/v1/claims', query: ["accountId","roleName","claimant","limit","cursor"], header: [], isWrite: false, answer: 'page' },
  /** Ends a claim in place of its claimant. The line stays. */
  endClaim: { method: 'DELETE', path: '/v1/claims/{id}', query: ["dryRun"], header: ["idempotency-key"], isWrite: true, answer: 'json' },
  /** Lists the changes in the accounts that the caller may see, newest first. */
  listChanges: { method: 'GET', path: '/v1/changes', query: ["accountId","roleName","cluster","q","actor","actorIssuer","kind","outcome","since","until","limit","cursor"], header: [], isWrite: false, answer: 'page' },
  /** Gets one change. */
  getChange: { method: 'GET', path: '/v1/changes/{id}', query: [], header: [], isWrite: false, answer: 'json' },
  /** Gets the proof that a change is in the signed audit log. */
  getChangeProof: { method: 'GET', path: '/v1/changes/{id}/proof', query: [], header: [], isWrite: false, answer: 'json' },
  /** Verifies that the audit log is intact. */
  verifyLog: { method: 'GET', path: '/v1/audit/verification', query: ["from"], header: [], isWrite: false, answer: 'json' },
  /** Restores a role to its state before a change. */
  revertChange: { method: 'POST', path: '/v1/changes/{id}/revert', query: ["override","dryRun"], header: ["if-match","idempotency-key"], isWrite: true, answer: 'json' },
  /** Creates a service token, the credential of a machine. The secret is shown only once. */
  createServiceToken: { method: 'POST', path: '/v1/service-tokens', query: ["dryRun"], header: [], isWrite: true, answer: 'json' },
  /** Lists the service tokens by name, also revoked and expired ones. Their secrets are not stored. */
  listServiceTokens: { method: 'GET', path: '/v1/service-tokens', query: ["limit","cursor"], header: [], isWrite: false, answer: 'page' },
  /** Revokes a service token at once and for good. It stays in the list. */
  revokeServiceToken: { method: 'DELETE', path: '/v1/service-tokens/{id}', query: ["dryRun"], header: ["idempotency-key"], isWrite: true, answer: 'json' },
  /** Starts a sweep that checks or extends the execution roles of many accounts, or checks their EKS clusters. Answers at once; the work goes on. */
  startSweep: { method: 'POST', path: '/v1/sweeps', query: ["dryRun"], header: ["idempotency-key"], isWrite: true, answer: 'json' },
  /** Lists the sweeps that the caller may see, newest first. */
  listSweeps: { method: 'GET', path: '/v1/sweeps', query: ["limit","cursor"], header: [], isWrite: false, answer: 'page' },
  /** Gets one sweep and its progress. */
  getSweep: { method: 'GET', path: '/v1/sweeps/{id}', query: [], header: [], isWrite: false, answer: 'json' },
  /** Lists the results of a sweep for the accounts that the caller may see, in the order in which they arrived. */
  listSweepResults: { method: 'GET', path: '/v1/sweeps/{id}/results', query: ["limit","cursor","format"], header: [], isWrite: false, answer: 'page' },
  /** Cancels a sweep. No further account is started, and finished accounts stay as they are. */
  cancelSweep: { method: 'POST', path: '/v1/sweeps/{id}/cancel', query: [], header: ["idempotency-key"], isWrite: true, answer: 'json' },
  /** Gets the last known verdict of every role, with counts. Sweeps that check keep it up to date. */
  getPosture: { method: 'GET', path: '/v1/posture', query: ["label","verdict","finding","q","accountId","changedSince","limit","cursor"], header: [], isWrite: false, answer: 'page' },
  /** Gets the worst verdict of each account that the caller may see, all accounts at once. */
  getPostureAccounts: { method: 'GET', path: '/v1/posture/accounts', query: ["label","verdict","finding","q","accountId","changedSince"], header: [], isWrite: false, answer: 'json' },
  /** Gets how many roles had which verdict, day by day, in the accounts that the caller may see. */
  getPostureTrend: { method: 'GET', path: '/v1/posture/trend', query: ["days"], header: [], isWrite: false, answer: 'json' },
  /** Lists the schedules that the caller may see, by name. */
  listSchedules: { method: 'GET', path: '/v1/schedules', query: ["limit","cursor"], header: [], isWrite: false, answer: 'page' },
  /** Gets one schedule, with its last sweep. */
  getSchedule: { method: 'GET', path: '/v1/schedules/{name}', query: [], header: [], isWrite: false, answer: 'json' },
  /** Stores a schedule that checks roles or clusters at certain times, in the name of the caller. Replaces a schedule of the same name. */
  putSchedule: { method: 'PUT', path: '/v1/schedules/{name}', query: ["dryRun"], header: ["idempotency-key"], isWrite: true, answer: 'json' },
  /** Deletes a schedule. A sweep that it has started goes on. */
  deleteSchedule: { method: 'DELETE', path: '/v1/schedules/{name}', query: ["dryRun"], header: ["idempotency-key"], isWrite: true, answer: 'json' },
  /** Lists the events that the receiver of the webhook did not accept, oldest first. */
  listDeadLetters: { method: 'GET', path: '/v1/webhooks/dead-letters', query: ["limit","cursor"], header: [], isWrite: false, answer: 'page' },
  /** Sends an event again that the receiver did not accept. It keeps its ID, and later events of the same role may arrive before it. */
  redeliverDeadLetter: { method: 'POST', path: '/v1/webhooks/dead-letters/{id}/redeliver', query: [], header: ["idempotency-key"], isWrite: true, answer: 'json' },
  /** Streams the changes that listChanges lists, newest first. If reading fails on the way, the connection is cut. */
  exportChanges: { method: 'GET', path: '/v1/changes/export', query: ["format","accountId","roleName","cluster","q","actor","actorIssuer","kind","outcome","since","until"], header: [], isWrite: false, answer: 'lines' },
  /** Streams the whole log, or a range of it. If the log fails on the way, the connection is cut. */
  exportLog: { method: 'GET', path: '/v1/audit/export', query: ["format","from","to","since","until"], header: [], isWrite: false, answer: 'lines' },
  /** Streams the progress of a sweep as server-sent events. The stream ends when the sweep has ended. */
  streamSweepEvents: { method: 'GET', path: '/v1/sweeps/{id}/events', query: [], header: ["last-event-id"], isWrite: false, answer: 'events' },
} as const;
