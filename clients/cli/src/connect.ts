import { type Client, ConnectionError, createClient, Problem } from '../../typescript/src/index.ts';
import { Failure, Refused } from './failure.ts';
import type { Settings } from './settings.ts';
import { version } from './version.ts';

/** How often a request is sent again before a person hears of it. */
const retries = 2;
/** The same for a stream of a service that has answered before: half a minute, as when it restarts. */
const patience = 4;

/** How the service knows this command line: its remedies are then commands. */
export const userAgent = `rolewright/${version}`;

export interface Service {
  client: Client;
  /** The same, for streams that outlast a restart of the service. */
  patient: Client;
  /** Turns an error of the client into a message for people. */
  explain(error: unknown): unknown;
}

export function connect(settings: Settings): Service {
  const { url, token } = settings;
  const headers = { 'user-agent': userAgent };
  return {
    client: createClient({ url, token, headers, retries }),
    patient: createClient({ url, token, headers, retries: patience }),
    explain: (error) => explain(settings, error),
  };
}

function explain({ url, urlFrom }: Settings, error: unknown): unknown {
  if (error instanceof Problem) return new Refused(error);
  if (!(error instanceof ConnectionError)) return error;
  if (error.status === null)
    return new Failure(`The service at ${url} (${urlFrom}) could not be reached: ${reasonOf(error)}.`, {
      cause: error,
    });
  return new Failure(
    `${url} (${urlFrom}) answered ${error.status}, but not as Rolewright does. Check the address.`,
    { cause: error },
  );
}

const reasons: Record<string, string> = {
  ECONNREFUSED: 'connection refused',
  ENOTFOUND: 'host not found',
  EAI_AGAIN: 'the host name could not be resolved',
};

/** What `fetch` says of a connection stands in the causes of its error. */
export function reasonOf(error: Error): string {
  const { cause } = error;
  if (!(cause instanceof Error)) return error.message.replace(/\.$/, '');
  const { code } = cause as { code?: string };
  return (code !== undefined && reasons[code]) || reasonOf(cause);
}
