import { WrongUsage } from './failure.ts';

export interface Settings {
  /** Without a slash at its end. */
  url: string;
  /** Never shown, nor part of any message. */
  token: string | undefined;
  /** Which setting `url` is of, for messages. */
  urlFrom: string;
}

const byDefault = 'http://127.0.0.1:8080';

/** Where the service is and who calls. The token is in the environment alone: a command line can be read by every process. */
export function settingsOf(env: NodeJS.ProcessEnv, urlOption: string | undefined): Settings {
  const given = urlOption ?? (env.ROLEWRIGHT_URL || undefined);
  const name = urlOption !== undefined ? '--url' : 'ROLEWRIGHT_URL';
  const url = URL.parse(given ?? byDefault);
  if (!url || !/^https?:$/.test(url.protocol) || url.username || url.password || url.search || url.hash)
    throw new WrongUsage(`${name} must be an address such as ${byDefault}, without credentials.`);
  const token = env.ROLEWRIGHT_TOKEN?.trim() || undefined;
  // fetch would name a header that it does not take, with the token in it.
  if (token !== undefined && !/^[!-~]+$/.test(token)) throw new WrongUsage('ROLEWRIGHT_TOKEN must be one line of printable ASCII.');
  const urlFrom = given === undefined ? 'the default; set ROLEWRIGHT_URL or --url' : `from ${name}`;
  return { url: url.href.replace(/\/+$/, ''), token, urlFrom };
}
