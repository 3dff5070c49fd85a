import { cpSync, existsSync, mkdirSync, readdirSync, readFileSync, rmSync, statSync } from 'node:fs';
import { basename, dirname, join, relative } from 'node:path';
import ignore from '@balena/dockerignore';

/** Where a COPY takes its files: the build context without what .dockerignore names, or another stage. */
export interface Source {
  root: string;
  files: string[];
}

/** The files of a build context that are sent to the engine. */
export function readContext(root: string): Source {
  const ignored = ignore.default().add(readFileSync(join(root, '.dockerignore'), 'utf8'));
  const files = readdirSync(root, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => relative(root, join(entry.parentPath, entry.name)))
    .filter((path) => !ignored.ignores(path));
  return { root, files };
}

/**
 * Copies as COPY does: of a folder, what is in it; a file into `to` when that ends with a slash, and in its place
 * otherwise. `to` is within `target`. Throws an Error when a path has no file.
 */
export function copyFromContext({ root, files }: Source, paths: string[], target: string, to: string): void {
  const isFolder = to.endsWith('/') || paths.length > 1;
  for (const path of paths) {
    const chosen = files.filter((one) => one === path || one.startsWith(`${path}/`));
    if (chosen.length === 0) throw new Error(`COPY ${path}: there is no such file in the build context`);
    for (const file of chosen) {
      const own = file === path ? (isFolder ? basename(file) : '') : file.slice(path.length + 1);
      const place = join(target, to, own);
      mkdirSync(dirname(place), { recursive: true });
      rmSync(place, { force: true });
      cpSync(join(root, file), place);
    }
  }
}

/** Copies from another stage, whose root is `root`. Throws an Error when there is nothing at a path. */
export function copyFromStage(root: string, paths: string[], target: string, to: string): void {
  for (const path of paths) {
    const from = join(root, path);
    if (!existsSync(from)) throw new Error(`COPY --from ${path}: there is no such file`);
    const isFile = statSync(from).isFile();
    const place = join(target, to, isFile && to.endsWith('/') ? basename(path) : '');
    mkdirSync(dirname(place), { recursive: true });
    cpSync(from, place, { recursive: true, verbatimSymlinks: true, preserveTimestamps: true });
  }
}
