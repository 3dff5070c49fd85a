import { parseEntityRef, stringifyEntityRef } from '@backstage/catalog-model';
import type { Config } from '@backstage/config';

export interface ClientCredentials {
  tokenUrl: URL;
  clientId: string;
  clientSecret: string;
  scope: string | undefined;
  audience: string | undefined;
}

export interface Settings {
  /** Without a slash at its end. */
  baseUrl: string;
  /** Of the console, without a slash at its end. Null: none. */
  publicUrl: string | null;
  credential: { token: string } | ClientCredentials;
  /** The issuer of the people, a URL. */
  issuer: string;
  /** Rolewright's groups of each Backstage group, by its full entity ref. */
  groups: ReadonlyMap<string, readonly string[]>;
}

/** Reads `rolewright` of the configuration. Throws an Error that names the key, and never its value. */
export function readSettings(root: Config): Settings {
  const config = root.getConfig('rolewright');
  const publicUrl = config.getOptionalString('publicUrl');
  return {
    baseUrl: webAddress(config.getString('baseUrl'), 'rolewright.baseUrl'),
    publicUrl: publicUrl === undefined ? null : webAddress(publicUrl, 'rolewright.publicUrl'),
    credential: readCredential(config),
    issuer: readIssuer(root),
    groups: readGroups(config.getOptional('groups')),
  };
}

function readCredential(config: Config): Settings['credential'] {
  const token = config.getOptionalString('token');
  const client = config.getOptionalConfig('clientCredentials');
  if ((token === undefined) === (client === undefined))
    throw new Error('Set either rolewright.token or rolewright.clientCredentials.');
  if (token !== undefined) {
    // A header would be refused with an error that shows it.
    if (!/^[!-~]+$/.test(token)) throw new Error('rolewright.token must be one line of printable ASCII.');
    return { token };
  }
  if (!client) throw new Error('unreachable');
  return {
    tokenUrl: new URL(webAddress(client.getString('tokenUrl'), 'rolewright.clientCredentials.tokenUrl')),
    clientId: client.getString('clientId'),
    clientSecret: client.getString('clientSecret'),
    scope: client.getOptionalString('scope'),
    audience: client.getOptionalString('audience'),
  };
}

function readIssuer(root: Config): string {
  const key = 'rolewright.onBehalfOf.issuer';
  const own = root.getOptionalString(key);
  return webAddress(own ?? root.getString('app.baseUrl'), own === undefined ? 'app.baseUrl' : key);
}

/** By hand, as the configuration's own reader does not allow `:` and `/` in a key. */
function readGroups(given: unknown): Map<string, string[]> {
  const invalid = () =>
    new Error(
      'rolewright.groups must map full entity refs to lists of groups, such as group:default/platform: [rolewright-operators].',
    );
  if (given === undefined) return new Map();
  if (typeof given !== 'object' || given === null || Array.isArray(given)) throw invalid();
  return new Map(
    Object.entries(given).map(([ref, groups]) => {
      // A header carries them with commas between.
      const isGroup = (one: unknown) => typeof one === 'string' && /^[!-+\--~]{1,256}$/.test(one);
      if (!/^[^:/]+:[^:/]+\/[^:/]+$/.test(ref) || !Array.isArray(groups) || !groups.every(isGroup))
        throw invalid();
      return [stringifyEntityRef(parseEntityRef(ref)), groups as string[]];
    }),
  );
}

function webAddress(text: string, key: string): string {
  const url = URL.canParse(text) ? new URL(text) : null;
  if (!url || !/^https?:$/.test(url.protocol) || url.username || url.password || url.search || url.hash)
    throw new Error(`${key} must be an address such as https://rolewright.example.com.`);
  return text.replace(/\/+$/, '');
}
