import { WrongUsage } from './failure.ts';

export interface Settings {
  /** Without a slash at its end. */
  url: string;
  /** Never shown, nor part of any message. */
  token: string | undefined;
  /** The setting that `url` comes from, for messages. */
  urlFrom: string;
}

const byDefault = 'http://127.0.0.1:8080';

/**
 * The address of the service and the token. The token comes only from the environment: every process can read
 * command lines.
 */
export function settingsOf(env: NodeJS.ProcessEnv, urlOption: string | undefined): Settings {
  const given = urlOption ?? (env.ROLEWRIGHT_URL || undefined);
  const name = urlOption !== undefined ? '--url' : 'ROLEWRIGHT_URL';
  const url = URL.parse(given ?? byDefault);
  if (!url || !/^https?:$/.test(url.protocol) || url.username || url.password || url.search || url.hash)
    throw new WrongUsage(`${name} must be an address such as ${byDefault}, without credentials.`);
  const token = env.ROLEWRIGHT_TOKEN?.trim() || undefined;
  // The error of fetch for an invalid header would contain the token.
  if (token !== undefined && !/^[!-~]+$/.test(token))
    throw new WrongUsage('ROLEWRIGHT_TOKEN must be one line of printable ASCII.');
  const urlFrom = given === undefined ? 'the default; set ROLEWRIGHT_URL or --url' : `from ${name}`;
  return { url: url.href.replace(/\/+$/, ''), token, urlFrom };
}
