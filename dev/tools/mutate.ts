import { execFileSync } from 'node:child_process';
import { existsSync, globSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { spawnBound } from '../sandbox/spawn-bound.ts';
import { changedRanges, sampleRanges } from './changed-lines.ts';

// `npm run mutate` tests the tests of the domain: Stryker makes small changes to the code, and the tests must
// fail.
//
//   npm run mutate              40 of the lines that changed in the day before HEAD, or since MUTATE_BASE
//   npm run mutate -- FILE…     all lines of these files, of the domain or of another folder
//   npm run mutate -- --all     the whole domain: some two hours
//
// It exits with 1 when the tests notice fewer than `goal` of a hundred changes.

const root = join(import.meta.dirname, '../..');
/**
 * In percent. The others are changes without effect, such as of a limit that other code also enforces. Whole
 * files reach 81 to 97. A sample of forty lines varies by some five.
 */
const goal = 70;
const maxLines = 40;

const domain = globSync('src/domain/**/*.ts', { cwd: root });
// Property tests have random cases, so they would detect some changes only sometimes.
const domainTests = globSync('test/domain/**/*.test.ts', { cwd: root }).filter(
  (path) => !/(-properties|fuzz)\.test\.ts$/.test(path),
);
/** All tests of the domain for one of its files; for any other file the test of its own name. */
const testsOf = (path: string) =>
  path.startsWith('src/domain/') ? domainTests : [path.replace(/^src\/(.*)\.ts$/, 'test/$1.test.ts')];

const git = (...args: string[]) =>
  execFileSync('git', args, { cwd: root, encoding: 'utf8', maxBuffer: 1 << 28 }).trim();
/** The empty tree of git: all lines differ from it. */
const emptyTree = '4b825dc642cb6eb9a060e54bf8d69288fbee4904';
/** The last commit that is a day older than HEAD. In a shallow clone without one, the empty tree. */
const dayBefore = () =>
  git('rev-list', '-1', `--before=${Number(git('log', '-1', '--format=%ct')) - 86_400}`, 'HEAD') || emptyTree;

function chosen(): string[] {
  const { values, positionals } = parseArgs({
    options: { all: { type: 'boolean' } },
    allowPositionals: true,
  });
  if (values.all) return domain;
  const unknown = positionals.filter(
    (path) => !existsSync(join(root, path)) || testsOf(path).some((test) => !existsSync(join(root, test))),
  );
  if (unknown.length > 0)
    throw new Error(
      `${unknown.join(', ')}: no such file, or it has no test of its own name. Name files of src/domain, or files with a test.`,
    );
  if (positionals.length > 0) return positionals;
  const base = process.env.MUTATE_BASE ?? dayBefore();
  const diff = git('diff', '--unified=0', '--no-renames', '--diff-filter=d', base, '--', ...domain);
  const ranges = changedRanges(diff);
  const sample = sampleRanges(ranges, maxLines);
  console.log(
    `${ranges.length} ranges of lines differ from ${base}${sample.length < ranges.length ? `; ${sample.length} of them are tried` : ''}`,
  );
  return sample.map(({ path, from, to }) => `${path}:${from}-${to}`);
}

const mutate = chosen();
if (mutate.length === 0) process.exit(0);

const place = mkdtempSync(join(tmpdir(), 'rolewright-mutate-'));
process.on('exit', () => rmSync(place, { recursive: true, force: true }));
const configuration = join(place, 'stryker.json');
writeFileSync(
  configuration,
  JSON.stringify({
    mutate,
    testRunner: 'tap',
    plugins: ['@stryker-mutator/tap-runner'],
    tap: {
      testFiles: [...new Set(mutate.flatMap((range) => testsOf(range.replace(/:.*/, ''))))],
      forceBail: true,
    },
    coverageAnalysis: 'perTest',
    // Strings are prose, or values that the types check.
    mutator: { excludedMutations: ['StringLiteral'] },
    // Stryker 10 reads tsconfig.json with TypeScript 5, which fails on ours. Types are stripped, so it needs
    // none.
    tsconfigFile: 'none.json',
    symlinkNodeModules: true,
    // Folders with a dot hold what commands of the project install.
    ignorePatterns: ['docs', 'deploy', 'integrations', '.*/'],
    tempDirName: '.stryker-tmp',
    cleanTempDir: 'always',
    concurrency: 2,
    reporters: ['clear-text'],
    clearTextReporter: { reportTests: false, logTests: false },
    allowConsoleColors: false,
    thresholds: { high: 100, low: goal, break: goal },
  }),
);
const child = spawnBound(join(root, 'node_modules/.bin/stryker'), ['run', configuration], {
  cwd: root,
  stderr: 'inherit',
});
child.stdout?.pipe(process.stdout);
child.on('close', (code) => process.exit(code ?? 1));
