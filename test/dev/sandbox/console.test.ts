import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import t, { type Test } from 'tap';
import { fingerprintFile, fingerprintSources } from '#dev/console/fingerprint.ts';
import { startConsoleBuild } from '#dev/sandbox/console.ts';

/** Starts a program that stands for the build. */
function start(t: Test, source: string, files: Record<string, string> = {}) {
  const folder = t.testdir({ 'build.mjs': source, built: files });
  const lines = t.capture(console, 'error');
  const logged = Promise.withResolvers<unknown[]>();
  const stop = startConsoleBuild(
    { info: (...line) => logged.resolve(line), error: (...line) => logged.resolve(line) },
    { built: join(folder, 'built'), program: join(folder, 'build.mjs') },
  );
  t.teardown(stop);
  return {
    stop,
    logged: logged.promise,
    screen: () =>
      lines()
        .flatMap(({ args }) => args)
        .join('\n'),
  };
}

t.test('a console that is missing is built', async (t) => {
  const { logged, screen } = start(t, '');
  t.same(await logged, ['the console was built']);
  t.equal(screen(), '', 'the terminal stays as it is');
});

t.test('a build that fails is said on the terminal, and in the log', async (t) => {
  const { logged, stop, screen } = start(t, 'console.error("src/x.tsx is wrong"); process.exit(1)');
  t.same(await logged, [{ output: 'src/x.tsx is wrong' }, 'the console could not be built']);
  await stop();
  t.match(screen(), /could not be built.*npm run console:build[^\n]*\nsrc\/x\.tsx is wrong/s);
});

t.test('the end of the sandbox ends the build', async (t) => {
  const { stop, screen } = start(t, 'setInterval(() => {}, 1000)');
  await stop();
  t.equal(screen(), '');
});

t.test('a console that is current is not built', async (t) => {
  const lines: unknown[] = [];
  const built = t.testdir({});
  writeFileSync(join(built, fingerprintFile), fingerprintSources());
  const log = { info: (line: unknown) => lines.push(line), error: (line: unknown) => lines.push(line) };
  await startConsoleBuild(log, { built, program: 'not there' })();
  t.same(lines, []);
});
