import type { FastifyInstance, FastifyRequest } from 'fastify';
import { Fault } from '../../fault.ts';

/**
 * Refuses requests that Node would answer by itself, without our headers, or would read in another way than what stands in front of it:
 * those without exactly one Host, and those with an expectation that this service does not meet. http-server.ts lets them come so far.
 * Faults: INVALID_INPUT, EXPECTATION_FAILED.
 */
export function refuseImproperRequests(app: FastifyInstance): void {
  app.addHook('onRequest', async (request) => {
    const message = hostFault(request);
    if (message !== null)
      throw new Fault('INVALID_INPUT', `The header Host ${message}.`, { errors: [{ pointer: '', message: `Host ${message}` }] });
    const { expect } = request.headers;
    if (expect !== undefined && !/^100-continue$/i.test(expect))
      throw new Fault('EXPECTATION_FAILED', 'The header Expect must be 100-continue. Otherwise leave it out.');
  });
}

/** What is wrong with the Host of a request. Null if nothing is. */
function hostFault({ raw: { rawHeaders, httpVersion } }: FastifyRequest): string | null {
  const hosts = rawHeaders.filter((_, i) => i % 2 === 1 && rawHeaders[i - 1]?.toLowerCase() === 'host');
  const [host] = hosts;
  if (hosts.length > 1) return 'must be sent once';
  // HTTP/1.0 has none, and health checks of load balancers still speak it.
  if (host === undefined) return httpVersion === '1.0' ? null : 'is missing';
  return /^[^\s,/?#@\\]*$/.test(host) && (host === '' || URL.canParse(`http://${host}`))
    ? null
    : 'must be a host name, with or without a port';
}
