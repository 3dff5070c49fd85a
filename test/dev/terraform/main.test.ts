import t from 'tap';
import { runBound } from '#dev/sandbox/spawn-bound.ts';

t.test('without Go, each command says so in one line and fails', async (t) => {
  for (const [command, file] of [
    ['e2e:terraform', 'main.ts'],
    ['e2e:tofu', 'tofu.ts'],
  ] as const)
    await t.rejects(
      runBound(process.execPath, [`dev/terraform/${file}`], { env: { PATH: '/nonexistent' } }),
      { code: 1, stdout: '', stderr: `${command} needs go: go is not installed.\n` },
      command,
    );
});
