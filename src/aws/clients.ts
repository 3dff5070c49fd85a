import { Agent as HttpAgent } from 'node:http';
import { Agent as HttpsAgent } from 'node:https';
import { EKSClient } from '@aws-sdk/client-eks';
import { IAMClient } from '@aws-sdk/client-iam';
import { OrganizationsClient } from '@aws-sdk/client-organizations';
import { STSClient } from '@aws-sdk/client-sts';
import { NodeHttpHandler } from '@smithy/node-http-handler';
import { LRUCache } from 'lru-cache';
import { unobserved } from '../observe.ts';
import type { Observer } from '../ports/observer.ts';
import type { Partition } from '../schema/primitives.ts';
import { iamRegion, stsRegion } from './partitions.ts';
import { createHotReads, type HotReads } from './query/hot-reads.ts';
import type { Credentials } from './query/sign.ts';
import { createPace } from './retries/pace.ts';
import { type Retries, readRetries } from './retries/retries.ts';
import { watchCalls } from './watch-calls.ts';

export interface ClientOptions {
  /** The version of this service, for the user agent. */
  version?: string;
  /** Milliseconds until a call that AWS does not answer is given up; 5000 by default. */
  requestTimeoutMs?: number;
  /**
   * Maximum number of member roles that this process assumes a second; left out, any number. It may change,
   * as replicas share it.
   */
  stsPerSecond?: () => number;
  /** Replaces AWS_ENDPOINT_URL and its variants, which the SDK reads itself. */
  endpoint?: string;
  observer?: Observer;
}

export interface Clients {
  sts(partition: Partition): STSClient;
  /** IAM with one set of credentials. */
  iam(partition: Partition, credentials: Credentials, retries: Retries): IAMClient;
  /**
   * EKS with one set of credentials, in one Region. The client is kept: a sweep asks one cluster after the
   * other.
   */
  eks(region: string, credentials: Credentials, retries: Retries): EKSClient;
  /** Organizations, with credentials that are renewed before they expire. */
  organizations(
    partition: Partition,
    credentials: () => Promise<Credentials & { expiration: Date }>,
    retries: Retries,
  ): OrganizationsClient;
  hot: HotReads;
  /** Closes the connections of all of them. */
  close(): void;
}

/** As of IAM in sessions.ts: a client takes some 25 KB. */
const maxEksClients = 200;

/**
 * Creates the SDK clients. All share their connections: IAM has one host name per partition, so the SDK's
 * limit of 50 sockets would limit the whole service.
 */
export const createClients = ({
  version,
  requestTimeoutMs = 5000,
  endpoint,
  stsPerSecond = () => Number.POSITIVE_INFINITY,
  observer = unobserved,
}: ClientOptions): Clients => {
  // Idle connections are closed before AWS closes them. A write on a connection that the other side has just
  // closed ends in a reset, and then nobody knows whether it took effect.
  const sockets = { keepAlive: true, maxSockets: 512, timeout: 10_000 };
  const httpAgent = new HttpAgent(sockets);
  const httpsAgent = new HttpsAgent(sockets);
  const requestHandler = new NodeHttpHandler({
    httpAgent,
    httpsAgent,
    connectionTimeout: Math.min(2000, requestTimeoutMs),
    requestTimeout: requestTimeoutMs,
    throwOnRequestTimeout: true, // without it the SDK logs a warning and keeps waiting
    socketTimeout: requestTimeoutMs, // requestTimeout ends with the headers of the answer; this covers its body
  });
  const shared = {
    requestHandler,
    customUserAgent: [version === undefined ? ['rolewright'] : ['rolewright', version]] as [
      string,
      string?,
    ][],
    ...(endpoint === undefined ? {} : { endpoint }),
  };
  // One client per partition: each keeps the credentials of the service's own principal until they expire.
  const stsClients = new Map<Partition, STSClient>();

  // The quota of the service's own account, which all member accounts share.
  const stsPace = createPace({
    now: () => performance.now(),
    after: setTimeout,
    atOnce: sockets.maxSockets,
    perSecond: stsPerSecond,
  });
  const stsRetries = readRetries(stsPace);
  const hot = createHotReads({
    userAgent: version === undefined ? 'rolewright' : `rolewright/${version}`,
    timeoutMs: requestTimeoutMs,
    connections: sockets.maxSockets,
    retries: stsRetries,
    endpoint: endpoint === undefined ? {} : { endpoint },
    observer,
  });

  const eksClients = new LRUCache<string, EKSClient>({ max: maxEksClients });

  return {
    hot,
    eks(region, credentials, retries) {
      // An access key belongs to one session.
      const key = `${region}/${credentials.accessKeyId}`;
      const client =
        eksClients.get(key) ??
        watchCalls(new EKSClient({ ...shared, region, credentials, retryStrategy: retries }), observer);
      eksClients.set(key, client);
      return client;
    },
    sts(partition) {
      const known = stsClients.get(partition);
      if (known) return known;
      const region = stsRegion(partition, process.env.AWS_REGION);
      const client = watchCalls(new STSClient({ ...shared, region, retryStrategy: stsRetries }), observer);
      stsClients.set(partition, client);
      return client;
    },
    iam(partition, credentials, retries) {
      const region = iamRegion(partition);
      return watchCalls(new IAMClient({ ...shared, region, credentials, retryStrategy: retries }), observer);
    },
    organizations(partition, credentials, retries) {
      const region = iamRegion(partition);
      return watchCalls(
        new OrganizationsClient({ ...shared, region, credentials, retryStrategy: retries }),
        observer,
      );
    },
    close() {
      httpAgent.destroy();
      httpsAgent.destroy();
      hot.close();
    },
  };
};
