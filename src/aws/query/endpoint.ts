import type { Place } from './sign.ts';

export interface Endpoint extends Place {
  /** Scheme, host and port. */
  origin: string;
  /** As in the Host header. */
  host: string;
}

/** As much of an SDK request as is looked at. */
interface SentRequest {
  protocol: string;
  hostname: string;
  port?: number;
  headers: Record<string, string>;
}

class Seen extends Error {
  readonly request: SentRequest;
  constructor(request: SentRequest) {
    super('seen');
    this.request = request;
  }
}

/**
 * Where the SDK would send a request to, and for which Region and service it would sign it: partitions, AWS_ENDPOINT_URL and
 * its kin, FIPS and the shared configuration file are its business. `sendBy` has the SDK send any request through the
 * handler that it is given, by which nothing goes out.
 */
export async function endpointOf(
  sendBy: (handler: { handle: (request: unknown) => Promise<never> }) => Promise<unknown>,
): Promise<Endpoint> {
  const request = await sendBy({
    handle: async (request: unknown): Promise<never> => {
      throw new Seen(request as SentRequest);
    },
  }).then(
    () => {
      throw new Error('the SDK sent nothing');
    },
    (error: unknown) => {
      if (error instanceof Seen) return error.request;
      throw error;
    },
  );
  const { protocol, hostname, port, headers } = request;
  const [, region, service] = /Credential=[^/]+\/\d{8}\/([^/]+)\/([^/]+)\/aws4_request/.exec(headers.authorization ?? '') ?? [];
  if (region === undefined || service === undefined) throw new Error('the SDK signed for no Region');
  const host = port === undefined ? hostname : `${hostname}:${port}`;
  return { origin: `${protocol}//${host}`, host, region, service };
}
