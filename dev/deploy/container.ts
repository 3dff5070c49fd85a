import type { ChildProcess } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { type BoundOptions, runBound, spawnBound } from '../sandbox/spawn-bound.ts';

// A container without an engine: the kernel's own namespaces, by util-linux. A process sees another root and is
// the first process of its own. The system's folders are this machine's, read-only. The network is shared.

/** Folders of the system, which the base image has too. */
const system = ['bin', 'sbin', 'lib', 'lib32', 'lib64', 'libx32', 'etc'];

/**
 * $1 is the root, $2 "ro" or "rw", $3 folders in memory that may be written, $4 the working folder; the rest is
 * the command. Mount points are made before the root becomes read-only.
 */
const enter = `set -e
root=$1 mode=$2 memory=$3 cwd=$4; shift 4
mount --bind "$root" "$root"
bound=""
for one in ${system.join(' ')} $(ls /usr | sed 's|^|usr/|'); do
  [ "$one" != usr/local ] || continue
  if [ -L "/$one" ]; then [ -L "$root/$one" ] || cp -P "/$one" "$root/$one"
  elif [ -d "/$one" ]; then mkdir -p "$root/$one"; bound="$bound $one"; fi
done
mkdir -p "$root/proc" "$root/dev" "$root/tmp"
chmod 1777 "$root/tmp"
for one in $memory; do mkdir -p "$root$one"; done
# What is mounted on the folder is seen only through a path that is walked again.
cd "$root"
[ "$mode" = rw ] || mount -o remount,bind,ro "$root"
for one in $bound; do mount --bind "/$one" "$root/$one"; mount -o remount,bind,ro "$root/$one"; done
mount -t proc proc "$root/proc"
mount --rbind /dev "$root/dev"
for one in $memory; do mount -t tmpfs -o mode=1777 tmpfs "$root$one"; done
exec chroot "$root" /bin/sh -c 'cd "$0"; exec "$@"' "$cwd" "$@"`;

export interface Container {
  root: string;
  /** The number of a user. */
  user: number;
  cwd: string;
  env: Record<string, string>;
  isReadOnly?: boolean;
  /** Folders that may be written all the same, in memory. */
  memory?: string[];
}

const path = '/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin';

/** A command as this user, with these variables alone. */
function asUser({ user, env }: Container, command: string[]): string[] {
  const ids = ['--reuid', String(user), '--regid', String(user), '--clear-groups'];
  const confined = ['--no-new-privs', '--bounding-set=-all', '--inh-caps=-all'];
  const all = { PATH: path, HOME: user === 0 ? '/root' : '/home/node', ...env };
  const pairs = Object.entries(all).map(([name, value]) => `${name}=${value}`);
  return ['setpriv', ...ids, ...(user === 0 ? [] : confined), 'env', '-i', ...pairs, ...command];
}

/** Arguments of `unshare` that run a command in the container. */
function argumentsOf(container: Container, command: string[]): string[] {
  const { root, cwd, isReadOnly = false, memory = [] } = container;
  const namespaces = ['--mount', '--pid', '--fork', '--kill-child=KILL', '--propagation=private'];
  const settings = [root, isReadOnly ? 'ro' : 'rw', memory.join(' '), cwd];
  return [...namespaces, 'sh', '-c', enter, 'sh', ...settings, ...asUser(container, command)];
}

/** Runs a command to its end. Throws as `runBound` does. */
export const runIn = (container: Container, command: string[]) =>
  runBound('unshare', argumentsOf(container, command), { tree: true });

/** Starts the container. Its first process becomes the command. */
export const startIn = (container: Container, command: string[], options: BoundOptions = {}) =>
  spawnBound('unshare', argumentsOf(container, command), { ...options, tree: true });

/** The first process of a container, as this machine numbers it. It is the only child of `unshare`. */
export function firstProcessOf({ pid }: ChildProcess): number {
  const children = readFileSync(`/proc/${pid}/task/${pid}/children`, 'utf8').trim();
  if (!/^\d+$/.test(children)) throw new Error(`the container has no first process: ${children}`);
  return Number(children);
}

/** Runs a command in a container that runs, as `docker exec` does. Throws as `runBound` does. */
export function execIn(first: number, container: Container, command: string[]) {
  const target = ['--target', String(first), '--mount', '--pid', '--root', `--wdns=${container.cwd}`];
  return runBound('nsenter', [...target, ...asUser(container, command)]);
}
