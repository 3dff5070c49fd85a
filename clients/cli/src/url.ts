import { WrongUsage } from './failure.ts';

export const byDefault = 'http://127.0.0.1:8080';

/** The address of a service, without a slash at its end. `name`: the setting, for messages. */
export function urlOf(given: string, name: string): string {
  const url = URL.parse(given);
  if (!url || !/^https?:$/.test(url.protocol) || url.username || url.password || url.search || url.hash)
    throw new WrongUsage(`${name} must be an address such as ${byDefault}, without credentials.`);
  return url.href.replace(/\/+$/, '');
}
