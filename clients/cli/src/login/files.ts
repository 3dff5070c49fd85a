import { mkdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import { homedir } from 'node:os';
import { dirname, join } from 'node:path';
import { Failure } from '../failure.ts';

/** Where one service is, and who issues tokens for it. */
export interface Context {
  url: string;
  issuer?: string;
  clientId?: string;
  /** The scopes that a login asks for. */
  scope?: string;
}

/** config.json: no secret is in it. */
export interface Config {
  current?: string;
  contexts: Record<string, Context>;
}

export interface Tokens {
  /** The address that the tokens are sent to, and no other. */
  url: string;
  accessToken: string;
  refreshToken?: string;
  /** Milliseconds since 1970. */
  expiresAt: number;
}

type Env = NodeJS.ProcessEnv;

/** The folder of both files: ROLEWRIGHT_CONFIG_DIR, or a folder of the user's configuration. */
export function folderOf(env: Env): string {
  if (env.ROLEWRIGHT_CONFIG_DIR) return env.ROLEWRIGHT_CONFIG_DIR;
  const base = process.platform === 'win32' ? env.APPDATA : env.XDG_CONFIG_HOME;
  return join(base || join(homedir(), '.config'), 'rolewright');
}

const tokensPath = (env: Env) => join(folderOf(env), 'tokens.json');

function readJson<T>(path: string, byDefault: T): T {
  try {
    return JSON.parse(readFileSync(path, 'utf8')) as T;
  } catch (cause) {
    if ((cause as NodeJS.ErrnoException).code === 'ENOENT') return byDefault;
    throw new Failure(`${path} cannot be read: ${(cause as Error).message}`, { cause });
  }
}

/** Replaces the file as a whole: a reader sees the old one or the new one. Only its owner may read it. */
function writeJson(path: string, value: unknown): void {
  mkdirSync(dirname(path), { recursive: true, mode: 0o700 });
  const next = `${path}.${process.pid}`;
  writeFileSync(next, `${JSON.stringify(value, null, 2)}\n`, { mode: 0o600 });
  renameSync(next, path);
}

export const readConfig = (env: Env): Config =>
  readJson<Config>(join(folderOf(env), 'config.json'), { contexts: {} });
export const writeConfig = (env: Env, config: Config): void =>
  writeJson(join(folderOf(env), 'config.json'), config);

/** The tokens of each context. */
const readAll = (env: Env) => readJson<Record<string, Tokens>>(tokensPath(env), {});
export const readTokens = (env: Env, context: string): Tokens | undefined => readAll(env)[context];

/** Undefined takes the tokens of the context away. */
export function writeTokens(env: Env, context: string, tokens: Tokens | undefined): void {
  const all = readAll(env);
  if (tokens) all[context] = tokens;
  else delete all[context];
  writeJson(tokensPath(env), all);
}
