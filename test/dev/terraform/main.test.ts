import t from 'tap';
import { runBound } from '#dev/sandbox/spawn-bound.ts';

t.test('without Go, e2e:terraform says so in one line and fails', async (t) => {
  await t.rejects(runBound(process.execPath, ['dev/terraform/main.ts'], { env: { PATH: '/nonexistent' } }), {
    code: 1,
    stdout: '',
    stderr: 'e2e:terraform needs go: go is not installed.\n',
  });
});
