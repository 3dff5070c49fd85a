import type { TokenSource } from '../../typescript/src/index.ts';
import { WrongUsage } from './failure.ts';
import { contextNameOf, requireContext } from './login/contexts.ts';
import { readTokens } from './login/files.ts';
import { tokenSourceOf } from './login/token-source.ts';
import { byDefault, urlOf } from './url.ts';

/** Which service a command calls, as its flags say. */
export interface ServiceFlags {
  url?: string | undefined;
  context?: string | undefined;
}

export interface Settings {
  /** Without a slash at its end. */
  url: string;
  /** Never shown, nor part of any message. */
  token: string | TokenSource | undefined;
  /** The setting that `url` comes from, for messages. */
  urlFrom: string;
}

/**
 * The address of the service and the token: flags over the environment, and the environment over the context. A
 * token is never a flag, because every process can read command lines. A login is used for its own address alone.
 */
export function settingsOf(env: NodeJS.ProcessEnv, flags: ServiceFlags): Settings {
  const name = contextNameOf(env, flags.context);
  const context = name === undefined ? undefined : requireContext(env, name);
  // A context that is named on the command line is meant, whatever the environment says.
  const fromEnv = flags.context === undefined ? env.ROLEWRIGHT_URL || undefined : undefined;
  const given = flags.url ?? fromEnv ?? context?.url;
  const from =
    flags.url !== undefined ? '--url' : fromEnv !== undefined ? 'ROLEWRIGHT_URL' : `context ${name}`;
  const url = given === undefined ? byDefault : urlOf(given, from);
  const urlFrom = given === undefined ? 'the default; set ROLEWRIGHT_URL or --url' : `from ${from}`;
  const token = tokenFrom(env);
  if (token !== undefined || name === undefined || !context) return { url, token, urlFrom };
  const login = readTokens(env, name);
  return { url, token: login?.url === url ? tokenSourceOf(env, name, context) : undefined, urlFrom };
}

function tokenFrom(env: NodeJS.ProcessEnv): string | undefined {
  const token = env.ROLEWRIGHT_TOKEN?.trim() || undefined;
  // The error of fetch for an invalid header would contain the token.
  if (token !== undefined && !/^[!-~]+$/.test(token))
    throw new WrongUsage('ROLEWRIGHT_TOKEN must be one line of printable ASCII.');
  return token;
}
