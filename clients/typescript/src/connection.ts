/**
 * Answers the bearer token. `isRejected`: the service has refused the token that this function gave for the same
 * request, so that a cached one has to be renewed.
 */
export type TokenSource = (given: { isRejected: boolean }) => string | Promise<string>;

export interface ClientOptions {
  /** The address of the service, without /v1. Empty: the page's own origin. */
  url: string;
  /** An access token or a service token; or a function, which is called for each request. */
  token?: string | TokenSource | undefined;
  /** Headers of every request, such as user-agent or traceparent. */
  headers?: Record<string, string> | undefined;
  /** How often a request is sent again that may succeed later. Default 4. */
  retries?: number | undefined;
  fetch?: typeof globalThis.fetch | undefined;
}

/** How time passes. Tests have a faster one. */
export interface Clock {
  /** Waits so many ms. Throws the signal's reason when it is aborted. */
  pause(ms: number, signal: AbortSignal | undefined): Promise<void>;
  /** From 0 up to 1. */
  random(): number;
}

/** The options, with their defaults. */
export interface Connection extends Clock {
  url: string;
  token: string | TokenSource | undefined;
  headers: Record<string, string>;
  retries: number;
  fetch: typeof globalThis.fetch;
}

export function connect(options: ClientOptions, clock: Clock): Connection {
  const { url, token, headers = {}, retries = 4, fetch = globalThis.fetch } = options;
  // `fetch` of a browser wants to be called on the window.
  return {
    ...clock,
    url: url.replace(/\/+$/, ''),
    token,
    headers,
    retries,
    fetch: (...given) => fetch(...given),
  };
}

export const realClock: Clock = {
  random: Math.random,
  pause: (ms, signal) =>
    new Promise((resolve, reject) => {
      const end = () => {
        clearTimeout(timer);
        reject(signal?.reason);
      };
      const timer = setTimeout(() => {
        signal?.removeEventListener('abort', end);
        resolve();
      }, ms);
      if (signal?.aborted) end();
      else signal?.addEventListener('abort', end, { once: true });
    }),
};
