import type { SigningScope } from './sign.ts';

export interface Endpoint extends SigningScope {
  /** Scheme, host and port. */
  origin: string;
  /** The value of the Host header. */
  host: string;
}

/** The part of an SDK request that is used. */
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
 * The address to which the SDK would send a request, and the Region and service that it would sign for. So
 * the SDK decides about partitions, AWS_ENDPOINT_URL, FIPS and the shared configuration file. `sendBy` sends
 * any request through the given handler, which sends nothing.
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
  const [, region, service] =
    /Credential=[^/]+\/\d{8}\/([^/]+)\/([^/]+)\/aws4_request/.exec(headers.authorization ?? '') ?? [];
  if (region === undefined || service === undefined) throw new Error('the SDK signed for no Region');
  const host = port === undefined ? hostname : `${hostname}:${port}`;
  return { origin: `${protocol}//${host}`, host, region, service };
}
