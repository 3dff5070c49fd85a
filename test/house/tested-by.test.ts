import { existsSync, globSync, readFileSync } from 'node:fs';
import t from 'tap';

// Every file of these folders has a test of its own name, or a line here that says which test is its. Files
// of types alone need none.

const folders = ['src/jobs', 'src/operations', 'src/postgres'];

/** Without `src/` and `test/`, `.ts` and `.test.ts`. */
const testedBy: Record<string, string> = {
  'jobs/failed-result': 'jobs/sweep',
  'jobs/pause': 'jobs/result-keeper',
  'jobs/retry-account': 'jobs/sweep',
  'jobs/sweep-account': 'jobs/sweep',
  'operations/accounts/account': 'operations/accounts/import-accounts',
  'operations/accounts/account-import': 'operations/accounts/import-accounts',
  'operations/accounts/delete-account': 'http/parity',
  'operations/accounts/get-account': 'http/parity',
  'operations/accounts/get-account-import': 'operations/accounts/import-accounts',
  'operations/accounts/list-account-import-changes': 'operations/accounts/import-accounts',
  'operations/accounts/list-accounts': 'http/parity',
  'operations/accounts/put-account': 'http/parity',
  'operations/accounts/run-import': 'operations/accounts/import-accounts',
  'operations/audit/export-log': 'http/rest/export',
  'operations/audit/prove-change': 'http/parity',
  'operations/audit/verify-log': 'http/parity',
  'operations/call/begin-stream': 'http/rest/export',
  'operations/call/input': 'http/parity',
  'operations/call/log-draft': 'operations/call/authorize',
  'operations/call/operation': 'http/parity',
  'operations/call/paging': 'http/parity',
  'operations/call/permission': 'operations/call/authorize',
  'operations/call/refusal-counts': 'operations/call/undecided',
  'operations/call/require-audit': 'operations/call/authorize',
  'operations/call/visible-accounts': 'operations/sweeps/sweep-view',
  'operations/changes/export-changes': 'http/rest/changes-export',
  'operations/changes/get-change': 'http/parity',
  'operations/changes/list-changes': 'http/parity',
  'operations/changes/present': 'operations/changes/apply',
  'operations/changes/replay-write': 'operations/call/idempotency',
  'operations/changes/require-change': 'operations/changes/revert-change',
  'operations/changes/profiles/preview': 'operations/changes/profiles/profiles',
  'operations/changes/profiles/profile-effects': 'operations/changes/profiles/profiles',
  'operations/changes/profiles/question': 'operations/changes/profiles/profiles',
  'operations/changes/profiles/survey': 'operations/changes/profiles/profiles',
  'operations/changes/write/answer': 'operations/changes/apply',
  'operations/changes/write/attempt': 'operations/changes/apply',
  'operations/changes/write/conclude': 'operations/changes/apply',
  'operations/changes/write/draft': 'operations/changes/apply',
  'operations/changes/write/observe': 'operations/changes/apply',
  'operations/changes/write/outcome': 'operations/changes/apply',
  'operations/changes/write/plan-checks': 'operations/changes/apply',
  'operations/changes/write/plan-with-known': 'operations/changes/apply',
  'operations/changes/write/plan-write': 'operations/changes/apply',
  'operations/changes/write/read-back': 'operations/changes/apply',
  'operations/changes/write/record-outcome': 'operations/changes/outage',
  'operations/changes/write/validate-request': 'operations/roles/write-role',
  'operations/changes/write/write-steps': 'operations/changes/apply',
  'operations/claims/claim': 'operations/claims/claims',
  'operations/claims/end-claim': 'operations/claims/claims',
  'operations/claims/list-claims': 'operations/claims/claims',
  'operations/clusters/account-reads': 'operations/clusters/readiness',
  'operations/clusters/fargate-readiness': 'operations/clusters/readiness',
  'operations/roles/read-gone': 'operations/roles/prune-execution-role',
  'operations/guards/claim-guard': 'operations/claims/claims',
  'operations/guards/owner-guard': 'operations/guards/overrides',
  'operations/index': 'permissions/matrix',
  'operations/roles/report/changed-since': 'operations/roles/await-ready',
  'operations/roles/check-execution-roles': 'jobs/sweep',
  'operations/roles/create-execution-role': 'operations/roles/write-role',
  'operations/roles/ensure-execution-role': 'operations/roles/write-role',
  'operations/roles/extend-execution-role': 'operations/roles/write-role',
  'operations/roles/get-cluster': 'operations/roles/check-execution-role',
  'operations/roles/get-execution-role': 'http/parity',
  'operations/roles/list-execution-roles': 'operations/roles/discover-roles',
  'operations/roles/report/check-context': 'operations/roles/check-execution-role',
  'operations/roles/report/etag': 'operations/roles/check-execution-role',
  'operations/roles/report/read-role': 'operations/roles/check-execution-role',
  'operations/roles/report/report': 'operations/roles/check-execution-role',
  'operations/roles/retract-cluster': 'operations/roles/write-role',
  'operations/roles/role-resource': 'operations/roles/discover-roles',
  'operations/schedules/delete-schedule': 'jobs/schedule',
  'operations/schedules/get-schedule': 'jobs/schedule',
  'operations/schedules/list-schedules': 'operations/sweeps/sweep-view',
  'operations/schedules/put-schedule': 'jobs/schedule',
  'operations/schedules/schedule': 'jobs/schedule',
  'operations/sweeps/cancel-sweep': 'http/rest/sweeps',
  'operations/sweeps/follow-sweep': 'http/rest/sweeps',
  'operations/sweeps/follow-sweep-results': 'http/rest/sweeps',
  'operations/sweeps/get-sweep': 'http/rest/sweeps',
  'operations/sweeps/list-sweep-results': 'http/rest/sweeps',
  'operations/sweeps/list-sweeps': 'operations/sweeps/sweep-view',
  'operations/sweeps/start-sweep': 'http/rest/sweeps',
  'operations/sweeps/sweep': 'http/rest/sweeps',
  'operations/tokens/list-service-tokens': 'operations/tokens/create-service-token',
  'operations/tokens/revoke-service-token': 'operations/tokens/create-service-token',
  'operations/tokens/service-token': 'operations/tokens/create-service-token',
  'operations/webhooks/list-dead-letters': 'operations/webhooks/deliver-events',
  'operations/webhooks/redeliver-dead-letter': 'operations/webhooks/deliver-events',
  'postgres/audit/checkpoints': 'postgres/audit/checkpointer',
  'postgres/audit/columns': 'postgres/audit/verification',
  'postgres/audit/extend-tree': 'postgres/audit/checkpointer',
  'postgres/audit/prove': 'postgres/audit/audit',
  'postgres/audit/read-range': 'postgres/audit/verification',
  'postgres/audit/read-ranges': 'postgres/audit/verification',
  'postgres/audit/tree': 'postgres/audit/checkpointer',
  'postgres/audit/verify-worker': 'postgres/audit/verification',
  'postgres/changes/append': 'postgres/changes/ledger',
  'postgres/changes/append-statements': 'postgres/changes/ledger',
  'postgres/changes/chain-entries': 'postgres/changes/ledger',
  'postgres/changes/entry-row': 'postgres/changes/ledger',
  'postgres/changes/opened-within': 'postgres/changes/list-changes',
  'postgres/connection/copy-rows': 'postgres/audit/verification',
  'postgres/connection/or-unavailable': 'postgres/database',
  'postgres/connection/pool': 'postgres/database',
  'postgres/connection/prisma': 'postgres/database',
  'postgres/connection/transaction': 'postgres/sweeps/sweeps',
  'postgres/locks/session': 'postgres/locks/locks',
  'postgres/migrations/migrate-database': 'postgres/connection/rights',
  'postgres/migrations/migration-lock': 'postgres/migrations/migrate',
  'postgres/posture/keep-account-checks': 'operations/posture/posture-accounts',
  'postgres/posture/keep-days': 'postgres/posture/read-days',
  'postgres/posture/keep-posture': 'operations/posture/posture',
  'postgres/posture/posture': 'operations/posture/posture',
  'postgres/posture/read-accounts': 'operations/posture/posture-accounts',
  'postgres/posture/where': 'operations/posture/posture',
  'postgres/schedules/schedules': 'jobs/schedule',
  'postgres/sweeps/cancel': 'postgres/sweeps/sweeps',
  'postgres/sweeps/keep-results': 'postgres/sweeps/sweeps',
  'postgres/sweeps/purge': 'postgres/sweeps/sweeps',
  'postgres/sweeps/rows': 'postgres/sweeps/sweeps',
  'postgres/sweeps/start': 'postgres/sweeps/sweeps',
  'postgres/sweeps/watch': 'postgres/sweeps/sweeps',
  'postgres/webhooks/outbox': 'operations/webhooks/deliver-events',
};

const isOfTypesAlone = (text: string) =>
  /^export (type|interface)/m.test(text) && !/^export (?!type|interface)/m.test(text);

const files = folders
  .flatMap((folder) => globSync(`${folder}/**/*.ts`))
  .filter((path) => !path.includes('/generated/') && !isOfTypesAlone(readFileSync(path, 'utf8')))
  .map((path) => path.replace(/^src\/|\.ts$/g, ''))
  .sort();
const hasTest = (name: string) => existsSync(`test/${name}.test.ts`);

t.test('every file is tested by name', async (t) => {
  t.ok(files.length > 30, 'the files were found');
  for (const file of files)
    t.ok(hasTest(testedBy[file] ?? file), `${file}: test/${testedBy[file] ?? file}.test.ts`);
});

t.test('the table has no superfluous line', async (t) => {
  for (const file of Object.keys(testedBy)) t.ok(files.includes(file) && !hasTest(file), file);
});
