import { copyFileSync, existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { installPackage } from './own-packages.ts';
import { installed, installedPackages, place, root, run } from './tools.ts';

// Generates clients from openapi.yaml with other projects' generators. Each is compiled, and a program
// (clients/) calls a sandbox with it.

/** The sandbox's URL, and the caller's token. */
type Environment = { ROLEWRIGHT_URL: string; ROLEWRIGHT_TOKEN: string };

const description = join(root, 'openapi.yaml');
const programs = join(import.meta.dirname, 'clients');
const generatorVersion = '7.17.0';
const copyPlugin = 'org.apache.maven.plugins:maven-dependency-plugin:3.6.1';

/** An empty folder for generated sources. Toolchains keep their downloads elsewhere. */
function emptyFolder(name: string): string {
  const folder = join(place, 'clients', name);
  rmSync(folder, { recursive: true, force: true });
  mkdirSync(folder, { recursive: true });
  return folder;
}

function copyProgram(name: string, to: string): void {
  mkdirSync(dirname(to), { recursive: true });
  copyFileSync(join(programs, name), to);
}

/**
 * Generates `folder` with openapi-generator from Maven Central. `properties`: the options that docs/portal.md
 * gives for the language.
 */
async function generate(
  language: string,
  folder: string,
  properties: string,
  ...more: string[]
): Promise<void> {
  const jar = `openapi-generator-cli-${generatorVersion}.jar`;
  const artifact = `-Dartifact=org.openapitools:openapi-generator-cli:${generatorVersion}`;
  const generator = await installed('openapi-generator', generatorVersion, (into) =>
    run('mvn', ['-q', '-B', `${copyPlugin}:copy`, artifact, `-DoutputDirectory=${into}`]),
  );
  const parts = 'models,apis,supportingFiles,apiDocs=false,modelDocs=false,apiTests=false,modelTests=false';
  await run('java', [
    ...['-jar', join(generator, jar), 'generate', '-i', description, '-g', language, '-o', folder],
    ...['--global-property', parts, `--additional-properties=${properties}`, ...more],
  ]);
}

async function java(env: Environment): Promise<void> {
  const cwd = emptyFolder('java');
  await generate(
    'java',
    cwd,
    'containerDefaultToNull=true,useSingleRequestParameter=true',
    '--library',
    'native',
    // Every object of Java has a method wait() already.
    '--parameter-name-mappings',
    'wait=waitFor',
  );
  copyProgram('Main.java', join(cwd, 'src/main/java/Main.java'));
  await run(
    'mvn',
    [
      '-q',
      '-B',
      '-Dmaven.test.skip',
      'compile',
      `${copyPlugin}:build-classpath`,
      '-Dmdep.outputFile=classpath.txt',
    ],
    {
      cwd,
    },
  );
  const classpath = `target/classes:${readFileSync(join(cwd, 'classpath.txt'), 'utf8').trim()}`;
  await run('java', ['-cp', classpath, 'Main'], { cwd, env: { ...process.env, ...env } });
}

async function go(env: Environment): Promise<void> {
  const cwd = emptyFolder('go');
  await generate('go', join(cwd, 'client'), 'enumClassPrefix=true,packageName=client,withGoMod=false');
  copyProgram('main.go', join(cwd, 'main.go'));
  writeFileSync(join(cwd, 'go.mod'), 'module rolewright\n\ngo 1.24\n');
  await run('go', ['vet', './...'], { cwd });
  await run('go', ['run', '.'], { cwd, env: { ...process.env, ...env } });
}

async function python(env: Environment): Promise<void> {
  const cwd = emptyFolder('python');
  await generate('python', cwd, 'packageName=rolewright_client');
  const requirements = join(cwd, 'requirements.txt');
  const venv = await installed('python-client', readFileSync(requirements, 'utf8'), async (folder) => {
    await run('python3', ['-m', 'venv', folder]);
    await run(join(folder, 'bin/pip'), [
      'install',
      '--quiet',
      '--disable-pip-version-check',
      '-r',
      requirements,
    ]);
  });
  copyProgram('main.py', join(cwd, 'main.py'));
  await run(join(venv, 'bin/python'), ['main.py'], { cwd, env: { ...process.env, ...env } });
}

const packages = {
  'openapi-typescript': '7.13.0',
  'openapi-fetch': '0.17.0',
  orval: '8.38.0',
  typescript: '5.9.3',
  '@types/node': '24.19.2',
};
const compilerOptions = {
  ...{ target: 'es2024', lib: ['es2024', 'dom', 'dom.iterable'], module: 'nodenext', types: ['node'] },
  ...{
    strict: true,
    noEmit: true,
    allowImportingTsExtensions: true,
    verbatimModuleSyntax: true,
    skipLibCheck: true,
  },
};

/**
 * Compiles and runs a program with a TypeScript client, in the folder of the npm packages, where imports
 * resolve.
 */
async function typescript(
  name: string,
  program: string,
  makeClient: (folder: string) => Promise<unknown>,
  env: Environment,
): Promise<void> {
  const folder = await installedPackages('npm-clients', packages);
  const cwd = join(folder, name);
  if (!existsSync(cwd)) mkdirSync(cwd);
  await makeClient(folder);
  copyProgram(`${program}.mts`, join(cwd, `${program}.ts`));
  writeFileSync(join(cwd, 'tsconfig.json'), JSON.stringify({ compilerOptions, files: [`${program}.ts`] }));
  await run(join(folder, 'node_modules/.bin/tsc'), ['-p', cwd], { cwd });
  await run(process.execPath, [`${program}.ts`], { cwd, env: { ...process.env, ...env } });
}

const openapiTypescript = (env: Environment) =>
  typescript(
    'openapi-typescript',
    'openapi-fetch',
    (folder) =>
      run(join(folder, 'node_modules/.bin/openapi-typescript'), [
        description,
        '-o',
        join(folder, 'openapi-typescript/schema.ts'),
      ]),
    env,
  );

const orval = (env: Environment) =>
  typescript(
    'orval',
    'orval',
    async (folder) => {
      const output = {
        target: 'client.ts',
        client: 'fetch',
        mode: 'single',
        baseUrl: { runtime: 'process.env.ROLEWRIGHT_URL' },
      };
      const config = `export default ${JSON.stringify({ rolewright: { input: description, output } })};\n`;
      writeFileSync(join(folder, 'orval/orval.config.mjs'), config);
      await run(join(folder, 'node_modules/.bin/orval'), ['--config', 'orval.config.mjs'], {
        cwd: join(folder, 'orval'),
      });
    },
    env,
  );

/** Our own client, installed as a program of another folder installs it. */
async function typescriptClient(env: Environment): Promise<void> {
  const cwd = emptyFolder('typescript');
  await installPackage('typescript', cwd);
  copyProgram('rolewright-client.mts', join(cwd, 'program.ts'));
  const typeRoots = [join(root, 'node_modules/@types')];
  const options = { ...compilerOptions, typeRoots };
  writeFileSync(
    join(cwd, 'tsconfig.json'),
    JSON.stringify({ compilerOptions: options, files: ['program.ts'] }),
  );
  await run(join(root, 'node_modules/.bin/tsc'), ['-p', cwd], { cwd });
  await run(process.execPath, ['program.ts'], { cwd, env: { ...process.env, ...env } });
}

export const clients = {
  typescript: typescriptClient,
  java,
  go,
  python,
  'openapi-typescript': openapiTypescript,
  orval,
};
