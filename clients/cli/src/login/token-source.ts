import { closeSync, mkdirSync, openSync, rmSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import type { TokenSource } from '../../../typescript/src/index.ts';
import { Failure } from '../failure.ts';
import { type Context, folderOf, readTokens, type Tokens, writeTokens } from './files.ts';
import { refresh } from './issuer.ts';

/** A token that ends this soon is refreshed before it is sent, in ms. */
const marginMs = 30_000;
/** A lock this old belongs to a process that has ended, in ms. */
const staleMs = 30_000;

/** The token of a login, refreshed when it ends or when the service refuses it. */
export function tokenSourceOf(env: NodeJS.ProcessEnv, name: string, context: Context): TokenSource {
  let sent: string | undefined;
  return async ({ isRejected }) => {
    const isGood = (tokens: Tokens) =>
      tokens.expiresAt - marginMs > Date.now() && !(isRejected && tokens.accessToken === sent);
    const known = requireTokens(env, name);
    if (!isGood(known))
      await withLock(env, async () => {
        // Another process may have refreshed it: many issuers take a refresh token only once.
        const now = requireTokens(env, name);
        if (!isGood(now)) writeTokens(env, name, await refresh(context, now));
      });
    sent = requireTokens(env, name).accessToken;
    return sent;
  };
}

function requireTokens(env: NodeJS.ProcessEnv, name: string): Tokens {
  const tokens = readTokens(env, name);
  if (!tokens) throw new Failure('The login has ended. Log in again: rolewright login');
  return tokens;
}

async function withLock(env: NodeJS.ProcessEnv, act: () => Promise<void>): Promise<void> {
  mkdirSync(folderOf(env), { recursive: true, mode: 0o700 });
  const path = join(folderOf(env), 'tokens.lock');
  while (!take(path)) await pause(100);
  try {
    await act();
  } finally {
    rmSync(path, { force: true });
  }
}

function take(path: string): boolean {
  try {
    closeSync(openSync(path, 'wx'));
    return true;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error;
    const since = statSync(path, { throwIfNoEntry: false })?.mtimeMs;
    if (since !== undefined && Date.now() - since > staleMs) rmSync(path, { force: true });
    return false;
  }
}
