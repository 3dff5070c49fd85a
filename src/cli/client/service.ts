import type { Problem } from '../../schema/problem.ts';
import { version } from '../../version.ts';
import { Failure, Refused } from './failure.ts';
import type { Settings } from './settings.ts';

interface Call {
  method?: 'GET' | 'POST' | 'DELETE';
  /** A parameter with several values is sent several times. */
  query?: Record<string, string | readonly string[] | undefined>;
  body?: unknown;
  /** The expected media type; JSON by default. */
  accept?: string;
  headers?: Record<string, string>;
}

/** The service could not be reached, or its answer was cut short. It may work later. */
export class Unreached extends Failure {}

/** The service as this client calls it. Both methods throw Refused and Unreached. */
export interface Service {
  /** Calls a path below /v1. Answers the JSON. */
  ask<T>(path: string, call?: Call): Promise<T>;
  /** The same, and answers the response, to read its body as it arrives. */
  open(path: string, call?: Call): Promise<Response>;
}

const json = 'application/json';
const isOf = (type: string, { headers }: Response) => (headers.get('content-type') ?? '').startsWith(type);

/** How often a request is sent whose answer was lost. It is safe: writes have an Idempotency-Key. */
const tries = 3;

export function createService(settings: Settings): Service {
  async function open(
    path: string,
    { method = 'GET', query = {}, body, accept = json, headers = {} }: Call = {},
  ): Promise<Response> {
    const search = new URLSearchParams(
      Object.entries(query).flatMap(([name, value = []]) => [value].flat().map((one) => [name, one])),
    );
    const init: RequestInit = {
      method,
      // The token must not be sent to another address.
      redirect: 'error',
      headers: {
        accept,
        'user-agent': `rolewright/${version}`,
        ...(settings.token !== undefined && { authorization: `Bearer ${settings.token}` }),
        ...(body !== undefined && { 'content-type': json }),
        ...(method !== 'GET' && { 'idempotency-key': crypto.randomUUID() }),
        ...headers,
      },
      ...(body !== undefined && { body: JSON.stringify(body) }),
    };
    const url = `${settings.url}/v1${path}${search.size > 0 ? `?${search}` : ''}`;
    for (let left = tries - 1; ; left -= 1) {
      const response = await fetch(url, init).catch((error: unknown) => {
        if (left > 0 && wasLost(error)) return null;
        throw unreached(settings, error);
      });
      if (response?.status === 204 || (response?.ok && isOf(accept, response))) return response;
      if (response) throw await refusal(settings, response);
    }
  }

  return {
    open,
    async ask<T>(path: string, call: Call = {}): Promise<T> {
      const response = await open(path, call);
      try {
        return (await response.json()) as T;
      } catch (error) {
        throw unreached(settings, error);
      }
    },
  };
}

const codeOf = (error: unknown): string => {
  const { cause } = error as { cause?: { code?: unknown } };
  return typeof cause?.code === 'string' ? cause.code : '';
};
/** The connection was open, and broke before the answer. */
const wasLost = (error: unknown) => ['ECONNRESET', 'UND_ERR_SOCKET', 'EPIPE'].includes(codeOf(error));

const reasons: Record<string, string> = {
  ECONNREFUSED: 'connection refused',
  ENOTFOUND: 'host not found',
  EAI_AGAIN: 'the host name could not be resolved',
};

/** Turns what `fetch` throws into a message for the user. */
function unreached({ url, urlFrom }: Settings, error: unknown): Unreached {
  const code = codeOf(error);
  const { message, cause } = error as { message?: string; cause?: { message?: string } };
  const reason = reasons[code] ?? cause?.message ?? message ?? 'the connection failed';
  return new Unreached(`The service at ${url} (${urlFrom}) could not be reached: ${reason}.`, {
    cause: error,
  });
}

/**
 * Reads a problem. Other answers come from another service at this address, or from a gateway without its
 * service.
 */
async function refusal(settings: Settings, response: Response): Promise<Failure> {
  const { url, urlFrom } = settings;
  if (isOf('application/problem+json', response)) {
    const problem: Partial<Problem> = await response.json().catch((error: unknown) => {
      throw unreached(settings, error);
    });
    if (problem.code !== undefined && problem.errors !== undefined) return new Refused(problem as Problem);
  } else await response.body?.cancel();
  const Kind = response.status >= 500 ? Unreached : Failure;
  return new Kind(
    `${url} (${urlFrom}) answered ${response.status}, but not as Rolewright does. Check the address.`,
  );
}
