import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { globSync, readFileSync } from 'node:fs';
import { text } from 'node:stream/consumers';
import t, { type Test } from 'tap';
import { runBound, spawnBound } from '#dev/sandbox/spawn-bound.ts';

t.test('it is the command itself: process ID, arguments, output and exit code', async (t) => {
  const child = spawnBound(process.execPath, [
    '--eval',
    'console.log(process.pid, process.argv[1]); process.exitCode = 7',
    '$0 "x"',
  ]);
  const [said, [code]] = await Promise.all([text(child.stdout), once(child, 'close')]);
  t.equal(said, `${child.pid} $0 "x"\n`);
  t.equal(code, 7);
});

t.test('it reads nothing', async (t) => {
  const child = spawnBound('/bin/cat', []);
  const [code] = await once(child, 'close');
  t.equal(code, 0);
});

t.test('a failed command reports its output and exit code', async (t) => {
  t.strictSame(await runBound('/bin/sh', ['-c', 'echo a; echo b >&2']), { stdout: 'a\n', stderr: 'b\n' });
  await t.rejects(runBound('/bin/sh', ['-c', 'echo a; echo b >&2; exit 3']), {
    code: 3,
    stdout: 'a\n',
    stderr: 'b\n',
  });
  await t.rejects(runBound('/nowhere/command', []), { code: 127 });
});

/** A process that starts another, bound to it, and prints the process ID of that one. */
async function owner(t: Test, command: string, options: object) {
  const child = spawn(
    process.execPath,
    [
      '--input-type=module',
      '--eval',
      `import { runBound, spawnBound } from '#dev/sandbox/spawn-bound.ts';
       console.log(spawnBound('/bin/sh', ['-c', '${command}'], { stdout: 'inherit', ...${JSON.stringify(options)} }).pid);`,
    ],
    { stdio: ['ignore', 'pipe', 'inherit'] },
  );
  t.teardown(() => child.kill('SIGKILL'));
  const [pid] = await once(child.stdout.setEncoding('utf8'), 'data');
  return { child, pid: Number(pid) };
}

for (const signal of ['SIGKILL', 'SIGALRM', 'SIGTERM'] as const)
  t.test(`it ends with its owner, which ends by ${signal}`, async (t) => {
    const { child, pid } = await owner(t, 'exec sleep 600', {});
    t.doesNotThrow(() => process.kill(pid, 0), 'it runs');
    child.kill(signal);
    // Both hold the same pipe: it closes when the last of them has ended.
    await once(child.stdout.resume(), 'close');
    t.pass('it has ended');
  });

t.test('with all that it has started', async (t) => {
  const { child } = await owner(t, 'sleep 600 & sleep 600', { tree: true });
  child.kill('SIGKILL');
  await once(child.stdout.resume(), 'close');
  t.pass('they have ended');
});

// A process started in another way would outlive a killed test.
t.test('tests and tools start processes in this way only', async (t) => {
  const allowed: Record<string, string> = {
    'test/dev/sandbox/spawn-bound.test.ts': 'tests it against the other way',
    'test/dev/sandbox/postgres.test.ts': 'has processes that outlive each other on purpose',
    'dev/bench/support/process.ts': 'starts what ends with its standard input',
    'dev/bench/fleet.ts': 'starts what ends with its standard input, and measures what ends by itself',
    'dev/bench/ledger.ts': 'starts what ends with its standard input',
  };
  const files = globSync('{test,dev}/**/*.{ts,mjs}');
  t.ok(files.length > 100);
  for (const path of files)
    if (path !== 'dev/sandbox/spawn-bound.ts' && !(path in allowed))
      t.notMatch(
        readFileSync(path, 'utf8'),
        /^import (?!type).*\b(spawn|exec|execFile|fork)\b.* from 'node:child_process'/m,
        `${path}: use spawnBound`,
      );
});
