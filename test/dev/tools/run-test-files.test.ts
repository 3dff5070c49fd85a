import t from 'tap';
import { runTestFiles } from '#dev/tools/run-test-files.ts';

const passing = `import t from 'tap'; t.test('two', (t) => { t.ok(1); t.ok(2); t.end(); });`;
/** Each file with the line of it, and the counts after it. */
const cases: Record<string, { source: string; line: string; counts: string; output?: string }> = {
  'one that passes': { source: passing, line: 'ok 1 - FILE #', counts: 'total: 2, pass: 2' },
  'one that skips': {
    source: `import t from 'tap'; t.ok(1); t.ok(2, { skip: 'not here' });`,
    line: 'ok 1 - FILE #',
    counts: 'total: 2, pass: 1, skip: 1',
  },
  'one that fails': {
    source: `import t from 'tap'; console.error('a hint'); t.ok(1); t.ok(0, 'is one');`,
    line: 'not ok 1 - FILE: ended with 1 #',
    counts: 'total: 2, pass: 1, fail: 1',
    output: 'a hint|not ok 2 - is one',
  },
  'one that throws': {
    source: `import t from 'tap'; t.ok(1); throw new Error('no');`,
    line: 'not ok 1 - FILE: ended with 1 #',
    counts: 'total: 2, pass: 1, fail: 1',
    output: 'no',
  },
  'one that does not parse': {
    source: 'import t from',
    line: 'not ok 1 - FILE: ended with 1 #',
    counts: 'total: 1, pass: 0, fail: 1',
    output: 'SyntaxError',
  },
  'one that ends in the middle, content': {
    source: `import t from 'tap'; t.test('x', async (t) => { t.ok(1); process.exit(0); });`,
    line: 'not ok 1 - FILE: ended with 1 #',
    counts: 'total: 2, pass: 1, fail: 1',
  },
  'one without tap': {
    source: `console.log('ok');`,
    line: 'not ok 1 - FILE: ended without a result #',
    counts: 'total: 1, pass: 0, fail: 1',
  },
  'one that is killed': {
    source: `import t from 'tap'; t.ok(1); process.kill(process.pid, 'SIGKILL');`,
    line: 'not ok 1 - FILE: ended with SIGKILL #',
    counts: 'total: 1, pass: 0, fail: 1',
  },
  'one that passes, and then fails': {
    source: `import t from 'tap'; t.ok(1); process.on('exit', () => { process.exitCode = 3; });`,
    line: 'not ok 1 - FILE: ended with 3 #',
    counts: 'total: 2, pass: 1, fail: 1',
  },
};

async function run(files: string[], options: Parameters<typeof runTestFiles>[1] = {}) {
  let printed = '';
  const ok = await runTestFiles(files, { ...options, print: (text) => (printed += text) });
  return { ok, printed };
}

const folder = t.testdir(
  Object.fromEntries(Object.entries(cases).map(([name, { source }]) => [`${name}.mjs`, source])),
);

t.test('a file passes when tap says so and the process ends well', async (t) => {
  for (const [name, { line, counts, output = '' }] of Object.entries(cases)) {
    const file = `${folder}/${name}.mjs`;
    const { ok, printed } = await run([file]);
    t.equal(ok, line.startsWith('ok'), name);
    t.ok(printed.includes(`\n${line.replace('FILE', file)}`), `${name}: its line`);
    t.ok(printed.includes(`\n# { ${counts} }`), `${name}: the counts`);
    for (const text of output.split('|')) t.ok(printed.includes(text), `${name}: ${text}`);
  }
});

t.test('several files: the counts are sums, and only a failure shows its output', async (t) => {
  const files = ['one that passes', 'one that fails'].map((name) => `${folder}/${name}.mjs`);
  const { ok, printed } = await run(files, { jobs: 2 });
  t.equal(ok, false);
  t.match(printed, /# \{ total: 4, pass: 3, fail: 1 \}/);
  t.match(printed, 'is one');
  t.notMatch(printed, 'Subtest: two');
});

t.test('a file gets the environment', async (t) => {
  const file = `${t.testdir({ 'a.mjs': `import t from 'tap'; t.equal(process.env.GIVEN, 'x');` })}/a.mjs`;
  t.equal((await run([file], { env: { GIVEN: 'x' } })).ok, true);
});

t.test('a file that hangs is ended', async (t) => {
  const waits = t.testdir({
    'politely.mjs': `import t from 'tap'; t.test('waits', () => new Promise(() => setInterval(() => {}, 1000)));`,
    'busily.mjs': `import t from 'tap'; t.ok(1); for (;;);`,
  });
  for (const name of ['politely', 'busily']) {
    const { ok, printed } = await run([`${waits}/${name}.mjs`], { silenceMs: 1000, patienceMs: 1000 });
    t.equal(ok, false, name);
    t.match(printed, 'no output for 1 s', name);
  }
});

t.test('a file whose processes outlive it fails', async (t) => {
  const source = `import t from 'tap'; import { spawn } from 'node:child_process';
    spawn('/bin/sleep', ['3'], { detached: true, stdio: ['ignore', 'inherit', 'ignore'] }).unref(); t.ok(1);`;
  const { ok, printed } = await run([`${t.testdir({ 'a.mjs': source })}/a.mjs`], { patienceMs: 100 });
  t.equal(ok, false);
  t.match(printed, 'left a process running');
});

t.test('all end when they are told to', async (t) => {
  const source = `import t from 'tap'; t.ok(1, 'it runs'); await new Promise(() => setInterval(() => {}, 1000));`;
  const file = `${t.testdir({ 'a.mjs': source })}/a.mjs`;
  const stopping = new AbortController();
  const ok = await runTestFiles([file], {
    signal: stopping.signal,
    print: (text) => {
      if (text.includes('it runs')) stopping.abort();
    },
  });
  t.equal(ok, false);
  t.equal(
    await runTestFiles([file], { signal: stopping.signal, print: () => {} }),
    false,
    'none starts then',
  );
});
