import type { FastifyInstance, FastifyRequest } from 'fastify';
import { Fault } from '../../fault.ts';

/**
 * Refuses requests without exactly one Host, and those with an expectation that this service does not meet.
 * Node would answer them without our headers, or read them in another way than a proxy does. http-server.ts
 * lets them through. Faults: INVALID_INPUT, EXPECTATION_FAILED.
 */
export function refuseImproperRequests(app: FastifyInstance): void {
  app.addHook('onRequest', async (request) => {
    const message = hostFault(request);
    if (message !== null)
      throw new Fault('INVALID_INPUT', `The header Host ${message}.`, {
        errors: [{ pointer: '', message: `Host ${message}` }],
      });
    const { expect } = request.headers;
    if (expect !== undefined && !/^100-continue$/i.test(expect))
      throw new Fault(
        'EXPECTATION_FAILED',
        'The header Expect must be 100-continue. Otherwise leave it out.',
      );
  });
}

/** Returns what is wrong with the Host of a request. Null: nothing. */
function hostFault({ raw: { rawHeaders, httpVersion } }: FastifyRequest): string | null {
  const hosts = rawHeaders.filter((_, i) => i % 2 === 1 && rawHeaders[i - 1]?.toLowerCase() === 'host');
  const [host] = hosts;
  if (hosts.length > 1) return 'must be sent once';
  // HTTP/1.0 has no Host, and health checks of load balancers still use it.
  if (host === undefined) return httpVersion === '1.0' ? null : 'is missing';
  return /^[^\s,/?#@\\]*$/.test(host) && (host === '' || URL.canParse(`http://${host}`))
    ? null
    : 'must be a host name, with or without a port';
}
