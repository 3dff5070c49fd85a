import { readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { mkdtemp } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { gzipSync } from 'node:zlib';
import { build } from 'esbuild';
import t from 'tap';
import { installPackage } from '#dev/conform/own-packages.ts';
import { runBound } from '#dev/sandbox/spawn-bound.ts';
import { stage } from './stage.ts';

t.test('the bundle for browsers is small, and needs nothing of Node', async (t) => {
  const { outputFiles, metafile } = await build({
    entryPoints: ['clients/typescript/src/index.ts'],
    bundle: true,
    minify: true,
    format: 'esm',
    // Modules of Node cannot be resolved for browsers, and fail the build.
    platform: 'browser',
    metafile: true,
    write: false,
  });
  const size = gzipSync(outputFiles[0]?.contents ?? '', { level: 9 }).length;
  t.ok(size > 1000 && size < 8192, `${size} bytes, minified and gzipped`);
  t.same(
    Object.keys(metafile.inputs).filter((path) => !path.startsWith('clients/typescript/src/')),
    [],
    'it is made of its own files',
  );
  t.same(
    Object.values(metafile.outputs).flatMap(({ imports }) => imports),
    [],
  );
  t.notMatch(outputFiles[0]?.text, /\bprocess\b|\bBuffer\b|\brequire\b/);
});

/** Runs a program without the loaders that tap gives to every process of a test. */
const run = async (command: string, args: string[], options: Parameters<typeof runBound>[2] = {}) =>
  (await runBound('env', ['-u', 'NODE_OPTIONS', command, ...args], options)).stdout;

t.test('the package is compiled, and the page about it is true', async (t) => {
  const folder = await mkdtemp(join(tmpdir(), 'rolewright-client-'));
  t.teardown(() => rmSync(folder, { recursive: true, force: true }));
  await installPackage('typescript', folder);
  const place = join(folder, 'node_modules/rolewright-client');
  t.same(readdirSync(place).sort(), ['README.md', 'dist', 'package.json']);
  const { dependencies } = JSON.parse(readFileSync(join(place, 'package.json'), 'utf8'));
  t.equal(dependencies, undefined);

  const blocks = readFileSync('docs/clients.md', 'utf8').matchAll(/```ts\n([\s\S]*?)```/g);
  const program = [...blocks].map(([, text]) => text).join('\n');
  t.match(program, /extendExecutionRole[\s\S]*exportLog/);
  writeFileSync(join(folder, 'program.ts'), program);
  const compilerOptions = {
    ...{ target: 'es2024', module: 'nodenext', types: ['node'], typeRoots: [resolve('node_modules/@types')] },
    ...{ strict: true, noEmit: true, exactOptionalPropertyTypes: true },
  };
  writeFileSync(join(folder, 'tsconfig.json'), JSON.stringify({ compilerOptions, files: ['program.ts'] }));
  await run(resolve('node_modules/.bin/tsc'), ['-p', folder]).catch((error: { stdout: string }) =>
    t.fail(error.stdout),
  );

  const { service, url } = await stage(t, { sweepConcurrency: 2 });
  const account = await service.account({ accountId: '111122223333' });
  account.seed(['checkout']);
  const stdout = await run(process.execPath, [join(folder, 'program.ts')], {
    env: { PATH: process.env.PATH, ROLEWRIGHT_URL: url },
  });
  for (const wanted of [
    /^NEEDS_EXTENSION \[/,
    /^SUCCEEDED$/m,
    /CHG-1042/,
    /^1 of 1$/m,
    /^111122223333 COMPLIANT$/m,
  ])
    t.match(stdout, wanted);
  t.match(stdout, /Account 999999999998 is not registered/, 'a problem is caught');
});
