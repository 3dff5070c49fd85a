import { chmodSync, copyFileSync, cpSync, linkSync, mkdirSync, realpathSync, symlinkSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { runBound } from '../sandbox/spawn-bound.ts';
import { runIn } from './container.ts';
import { copyFromContext, copyFromStage, type Source } from './copy.ts';
import { type Stage, stageNamed } from './dockerfile.ts';

/**
 * Stands for the image `node:24-slim`: this Node, and the npm of this machine, where that image has them. Its
 * system is this machine's. Throws an Error when this Node is not of the version that the image names.
 */
function layBase(base: string, root: string, npm: string): void {
  const [major = ''] = process.versions.node.split('.');
  if (base !== `node:${major}-slim`)
    throw new Error(`the Dockerfile begins from ${base}, and the replay has Node ${process.versions.node}`);
  for (const folder of ['usr/local/bin', 'usr/local/lib/node_modules', 'opt', 'root', 'home/node', 'var/tmp'])
    mkdirSync(join(root, folder), { recursive: true });
  const bin = join(root, 'usr/local/bin');
  const node = realpathSync(process.execPath);
  try {
    linkSync(node, join(bin, 'node'));
  } catch {
    // On another file system.
    copyFileSync(node, join(bin, 'node'));
  }
  chmodSync(join(bin, 'node'), 0o755);
  cpSync(npm, join(root, 'usr/local/lib/node_modules/npm'), { recursive: true, verbatimSymlinks: true });
  for (const name of ['npm', 'npx'])
    symlinkSync(`../lib/node_modules/npm/bin/${name}-cli.js`, join(bin, name));
}

/** The client's settings for a registry or a proxy, which an engine is given as well. */
const network = () =>
  Object.fromEntries(
    Object.entries(process.env).filter(
      (pair): pair is [string, string] =>
        /^(npm_config_registry|https?_proxy|no_proxy|NODE_EXTRA_CA_CERTS|SSL_CERT_\w+)$/i.test(pair[0]) &&
        pair[1] !== undefined,
    ),
  );

export interface Build {
  stages: Stage[];
  context: Source;
  /** A folder; each stage has its root below it. */
  place: string;
  /** The folder of npm. */
  npm: string;
  report: (line: string) => void;
}

/** Builds the stage and those that it needs, each once. Answers its root. */
export async function buildStage(
  build: Build,
  stage: Stage,
  done = new Map<Stage, string>(),
): Promise<string> {
  const before = done.get(stage);
  if (before !== undefined) return before;
  const { stages, context, place, npm, report } = build;
  const root = join(place, stage.name || 'service');
  mkdirSync(root, { recursive: true });
  const base = stages.find(({ name }) => name === stage.base);
  if (base === undefined) layBase(stage.base, root, npm);
  // Hard links, as the packages of `build` are a gigabyte. COPY replaces files, and writes into none.
  else await runBound('cp', ['-al', `${await buildStage(build, base, done)}/.`, root]);
  for (const step of stage.steps) {
    // What an instruction needs is built first, so that its time is its own.
    const from = step.does === 'COPY' && step.from !== null ? stageNamed(stages, step.from) : null;
    const source = from && (await buildStage(build, from, done));
    const began = performance.now();
    mkdirSync(join(root, step.cwd), { recursive: true });
    if (step.does === 'RUN')
      await runIn({ root, user: step.user, cwd: step.cwd, env: { ...network(), ...step.env } }, [
        '/bin/sh',
        '-c',
        step.command,
      ]);
    else if (source !== null) copyFromStage(source, step.paths, root, join(step.cwd, step.to));
    else {
      const to = `${join(step.cwd, step.to)}${step.to.endsWith('/') ? '/' : ''}`;
      copyFromContext(context, step.paths, root, to);
    }
    const seconds = ((performance.now() - began) / 1000).toFixed(1);
    report(`${stage.name || 'service'}: ${step.text.replace(/\s+/g, ' ')} (${seconds} s)`);
  }
  done.set(stage, root);
  return root;
}

/** The folder of the npm that this machine has. */
export const folderOfNpm = (path: string): string => dirname(dirname(realpathSync(path)));
