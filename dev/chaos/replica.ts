import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { awaitLater } from '#dev/await-later.ts';
import manifest from '../../package.json' with { type: 'json' };
import { externalId, hub } from '../sandbox/fleet.ts';
import { spawnBound } from '../sandbox/spawn-bound.ts';
import { atEnd, signal } from './endings.ts';

/** One process of the service, run as in production. */
export interface Replica {
  /** http://127.0.0.1:PORT */
  origin: string;
  pid: number;
  /** Kills the process (SIGKILL). Answers when it has ended. */
  kill(): Promise<void>;
  /** Stops the process (SIGTERM). Answers the exit code, or null when a signal ended it. */
  stop(): Promise<number | null>;
  pause(): void;
  resume(): void;
  /** The end of its output, for diagnosing a failure. */
  output(): string;
  /** The number of bytes that it has printed. */
  printedBytes(): number;
}

const ours = join(import.meta.dirname, '../..');
const keptOutput = 65_536;
/** The V8 options of `npm start`. They determine the memory of a process. */
const flags = (/ node (--.*) src\/main\.ts$/.exec(manifest.scripts.start)?.[1] ?? '').split(' ');

/** In `npm test`, that of all tests. */
let cache = process.env.NODE_COMPILE_CACHE;
/**
 * V8's compile cache. With it the next replica starts in two thirds of the time. Only a replica that stops
 * normally writes it.
 */
function compileCache(): string {
  if (cache !== undefined) return cache;
  const made = mkdtempSync(join(tmpdir(), 'rolewright-chaos-cache-'));
  atEnd(() => rmSync(made, { recursive: true, force: true }));
  cache = made;
  return made;
}

/**
 * Starts the service as `npm start` does, with only these settings, on a free port of 127.0.0.1. `root` is the
 * folder of another version. Throws an Error with its output when it ends at once.
 */
export async function startReplica(settings: Record<string, string>, root = ours): Promise<Replica> {
  const child = spawnBound(process.execPath, [...flags, 'src/main.ts'], {
    cwd: root,
    // Do not inherit the environment: the developer's shell may have a proxy or AWS credentials.
    env: {
      PATH: process.env.PATH,
      HOME: process.env.HOME,
      HOST: '127.0.0.1',
      PORT: '0',
      AUTH: 'none',
      NODE_ENV: 'production',
      RATE_LIMIT_PER_MINUTE: '0',
      LOG_LEVEL: 'info',
      MEMBER_EXTERNAL_ID: externalId,
      AWS_ACCESS_KEY_ID: hub.accessKeyId,
      AWS_SECRET_ACCESS_KEY: hub.secretAccessKey,
      AWS_REGION: 'us-east-1',
      AWS_EC2_METADATA_DISABLED: 'true',
      NODE_COMPILE_CACHE: compileCache(),
      ...settings,
    },
  });
  const end = atEnd(() => {
    child.kill('SIGCONT');
    child.kill('SIGKILL');
  });
  const exited = awaitLater(once(child, 'exit'));
  let text = '';
  let printed = 0;
  const origin = await new Promise<string>((resolve, reject) => {
    const hear = (chunk: string) => {
      text = (text + chunk).slice(-keptOutput);
      printed += chunk.length;
      const found = /Server listening at (http:\/\/127\.0\.0\.1:\d+)/.exec(text)?.[1];
      if (found !== undefined) resolve(found);
    };
    for (const stream of [child.stdout, child.stderr]) stream.setEncoding('utf8').on('data', hear);
    exited.then(() => reject(new Error(`a replica ended as it started:\n${text}`)), reject);
  });
  if (child.pid === undefined) throw new Error('a replica without a process');
  return {
    origin,
    pid: child.pid,
    async kill() {
      end();
      await exited;
    },
    async stop() {
      child.kill('SIGTERM');
      await exited;
      end();
      return child.exitCode;
    },
    pause: () => void child.kill('SIGSTOP'),
    resume: () => void (child.pid && signal(child.pid, 'SIGCONT')),
    output: () => text,
    printedBytes: () => printed,
  };
}
