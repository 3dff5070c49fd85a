import { existsSync, globSync } from 'node:fs';
import t from 'tap';

// Every file of these folders has a test of its own name, or a line here that says which test is its.

const folders = ['src/postgres'];

/** Without `src/` and `test/`, `.ts` and `.test.ts`. */
const testedBy: Record<string, string> = {
  'postgres/audit/checkpoints': 'postgres/audit/checkpointer',
  'postgres/audit/columns': 'postgres/audit/verification',
  'postgres/audit/extend-tree': 'postgres/audit/checkpointer',
  'postgres/audit/prove': 'postgres/audit/audit',
  'postgres/audit/read-range': 'postgres/audit/verification',
  'postgres/audit/read-ranges': 'postgres/audit/verification',
  'postgres/audit/tree': 'postgres/audit/checkpointer',
  'postgres/audit/verify-worker': 'postgres/audit/verification',
  'postgres/changes/append': 'postgres/changes/ledger',
  'postgres/changes/opened-within': 'postgres/changes/list-changes',
  'postgres/connection/copy-rows': 'postgres/audit/verification',
  'postgres/connection/or-unavailable': 'postgres/database',
  'postgres/connection/pool': 'postgres/database',
  'postgres/connection/prisma': 'postgres/database',
  'postgres/connection/transaction': 'postgres/sweeps/sweeps',
  'postgres/migrations/migration-lock': 'postgres/migrations/migrate',
  'postgres/posture/keep-posture': 'operations/posture/posture',
  'postgres/posture/posture': 'operations/posture/posture',
  'postgres/schedules/schedules': 'jobs/schedule',
  'postgres/sweeps/cancel': 'postgres/sweeps/sweeps',
  'postgres/sweeps/keep-results': 'postgres/sweeps/sweeps',
  'postgres/sweeps/purge': 'postgres/sweeps/sweeps',
  'postgres/sweeps/rows': 'postgres/sweeps/sweeps',
  'postgres/sweeps/start': 'postgres/sweeps/sweeps',
  'postgres/sweeps/watch': 'postgres/sweeps/sweeps',
  'postgres/webhooks/outbox': 'operations/webhooks/deliver-events',
};

const files = folders
  .flatMap((folder) => globSync(`${folder}/**/*.ts`))
  .filter((path) => !path.includes('/generated/'))
  .map((path) => path.replace(/^src\/|\.ts$/g, ''))
  .sort();
const hasTest = (name: string) => existsSync(`test/${name}.test.ts`);

t.test('every file is tested by name', async (t) => {
  t.ok(files.length > 30, 'the files were found');
  for (const file of files) t.ok(hasTest(testedBy[file] ?? file), `${file}: test/${testedBy[file] ?? file}.test.ts`);
});

t.test('the table says nothing that is not needed', async (t) => {
  for (const file of Object.keys(testedBy)) t.ok(files.includes(file) && !hasTest(file), file);
});
