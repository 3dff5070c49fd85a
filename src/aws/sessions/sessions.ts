import { createHash } from 'node:crypto';
import type { IAMClient } from '@aws-sdk/client-iam';
import type { AssumeRoleCommandInput } from '@aws-sdk/client-sts';
import { LRUCache } from 'lru-cache';
import { Fault } from '../../fault.ts';
import { unobserved } from '../../observe.ts';
import type { Intent } from '../../ports/ledger.ts';
import type { Observer } from '../../ports/observer.ts';
import type { Account } from '../../schema/account.ts';
import type { Caller } from '../../schema/caller.ts';
import type { Actor } from '../../schema/change.ts';
import type { Partition } from '../../schema/primitives.ts';
import type { Clients } from '../clients.ts';
import { toFault } from '../faults/faults.ts';
import type { Credentials } from '../query/sign.ts';
import { createPaces, type Pace } from '../retries/pace.ts';
import { type Retries, readRetries, writeRetries } from '../retries/retries.ts';
import { readPolicy, writePolicy } from './session-policy.ts';
import { createSharedCache } from './shared-cache.ts';

/**
 * A member role assumed for one caller. Its credentials never change: a new session follows on an old one.
 */
export interface Session {
  readonly iam: IAMClient;
  credentials: Credentials;
  /** Decides when calls of this session may be sent, and retried. */
  retries: Retries;
  /** The session may be used for new calls until then, in ms since 1970. */
  freshUntil: number;
}

/**
 * Patterns of the policies that may be attached, for session policies that have no room to name each policy.
 */
export type Attachable = (partition: Partition) => string[];

export interface Sessions {
  /**
   * Answers a session that can do what the intent says and no more. Without an intent it can only read.
   * Faults: ACCOUNT_UNREACHABLE, AWS_THROTTLED, AWS_FAILED.
   */
  get(account: Account, caller: Caller, intent?: Intent | null): Promise<Session>;
  /** Forgets a session that AWS no longer accepts. */
  drop(account: Account, caller: Caller, intent: Intent | null, session: Session): void;
}

const prefix = 'rolewright-';
const maxLength = 64;

/**
 * The session name under which CloudTrail shows what was done for a caller: the subject, in the characters
 * that STS allows. It ends with a hash of issuer and subject, unless there is no issuer and the subject was
 * not changed. So two issuers' `jane` differ, and no subject can take the hashed name of another.
 */
export const sessionName = ({ subject, issuer }: Actor): string => {
  const fitting = subject.replace(/[^A-Za-z0-9_+=,.@-]/g, '-').slice(0, maxLength - prefix.length);
  if (issuer === null && fitting === subject && !/-[0-9a-f]{8}$/i.test(subject)) return prefix + subject;
  const hash = createHash('sha256')
    .update(`${issuer ?? ''}\0${subject}`)
    .digest('hex')
    .slice(0, 8);
  return `${prefix}${fitting.slice(0, maxLength - prefix.length - hash.length - 1)}-${hash}`;
};

/** The longest session when one role assumes another, as here: one hour. */
const readingSeconds = 3600;
const renewBeforeMs = 5 * 60_000;
/** The shortest session that STS allows. */
const writingSeconds = 900;
/**
 * A session for writes expires after this time. AWS then refuses a late write, such as one of a process that
 * was paused after its lock was confirmed. AWS tolerates clocks that differ by the same time.
 */
const leaseMs = 5 * 60_000;
/** Time that a write with all its attempts may take of that. */
const leaseLeftMs = 60_000;
const maxSessions = 2000;
/** An SDK client takes some 25 KB, and a tenth of a millisecond to create. */
const maxClients = 200;
/** Sessions for writes serve one change each, and are evicted when new ones come. */
const maxWriting = 200;

/** `arn:PARTITION:sts::ACCOUNT:assumed-role/NAME/SESSION` */
const belongsTo = (account: Account, assumedRoleArn: string): boolean => {
  const [, partition, , , accountId] = assumedRoleArn.split(':');
  return partition === account.partition && accountId === account.accountId;
};

interface Scope {
  policy: string;
  seconds: number;
  purpose: 'READ' | 'WRITE';
  /** The request of the change; null for reads, whose session many requests share. */
  requestId: string | null;
  freshUntil: (expiration: Date) => number;
}

const readScope: Scope = {
  policy: readPolicy,
  seconds: readingSeconds,
  purpose: 'READ',
  requestId: null,
  freshUntil: (expiration) => expiration.getTime() - renewBeforeMs,
};

const writeScope = (
  account: Account,
  intent: Intent,
  requestId: string,
  now: Date,
  attachable: string[],
): Scope => {
  const until = new Date(now.getTime() + leaseMs);
  return {
    policy: writePolicy(account, intent, until, attachable),
    seconds: writingSeconds,
    purpose: 'WRITE',
    requestId,
    freshUntil: () => until.getTime() - leaseLeftMs,
  };
};

/** Details of a session in CloudTrail, besides its name. Sessions that this session assumes keep them. */
const traceOf = ({ accountId }: Account, name: string, { requestId }: Scope) => ({
  SourceIdentity: name,
  Tags: [
    { Key: 'account', Value: accountId },
    ...(requestId === null ? [] : [{ Key: 'requestId', Value: requestId }]),
  ],
});

const assume = async (
  { clients, iamClients }: { clients: Clients; iamClients: LRUCache<Credentials, IAMClient> },
  account: Account,
  name: string,
  scope: Scope,
  isTraced: boolean,
  pace: Pace,
): Promise<Session> => {
  const input: AssumeRoleCommandInput = {
    RoleArn: account.memberRoleArn,
    RoleSessionName: name,
    DurationSeconds: scope.seconds,
    Policy: scope.policy,
    ...(account.externalId === null ? {} : { ExternalId: account.externalId }),
    ...(isTraced && traceOf(account, name, scope)),
  };
  const answer = await clients.hot
    .assumeRole(account.partition, clients.sts(account.partition), input)
    .catch((error: unknown) => {
      throw toFault({ action: 'sts:AssumeRole', account, write: false }, error);
    });
  const { AccessKeyId, SecretAccessKey, SessionToken, Expiration } = answer.Credentials ?? {};
  const arn = answer.AssumedRoleUser?.Arn;
  if (!AccessKeyId || !SecretAccessKey || !SessionToken || !Expiration || !arn) {
    throw new Fault('AWS_FAILED', 'AWS answered sts:AssumeRole without credentials.');
  }
  if (!belongsTo(account, arn)) {
    throw new Fault(
      'ACCOUNT_UNREACHABLE',
      `The member role ${account.memberRoleArn} is ${arn}, which is not in account ${account.accountId} of partition ${account.partition}. Register the member role of this account.`,
    );
  }
  const credentials = {
    accessKeyId: AccessKeyId,
    secretAccessKey: SecretAccessKey,
    sessionToken: SessionToken,
  };
  const retries = scope.purpose === 'READ' ? readRetries(pace) : writeRetries(pace);
  return {
    // Made when first asked for: the reads of a sweep do without.
    get iam() {
      const iam = iamClients.get(credentials) ?? clients.iam(account.partition, credentials, retries);
      iamClients.set(credentials, iam);
      return iam;
    },
    credentials,
    retries,
    freshUntil: scope.freshUntil(Expiration),
  };
};

/**
 * Assumes member roles: for reads once for each caller, until shortly before the credentials expire; for
 * writes once for each change.
 */
export const createSessions = ({
  clients,
  now,
  sourceIdentity = false,
  attachable = () => [],
  observer = unobserved,
}: {
  clients: Clients;
  now: () => Date;
  sourceIdentity?: boolean;
  attachable?: Attachable;
  observer?: Observer;
}): Sessions => {
  const cacheOf = (max: number) =>
    createSharedCache<Session>({ now, max, freshUntil: ({ freshUntil }) => freshUntil });
  const paces = createPaces();
  const iamClients = new LRUCache<Credentials, IAMClient>({ max: maxClients });
  const [forReads, forWrites] = [cacheOf(maxSessions), cacheOf(maxWriting)];
  const cacheFor = (intent: Intent | null) => (intent === null ? forReads : forWrites);
  // The key has the account too: a session must not serve another account with the same member role.
  const key = (
    { partition, accountId, memberRoleArn, externalId }: Account,
    name: string,
    intent: Intent | null,
  ) => JSON.stringify([partition, accountId, memberRoleArn, externalId, name, intent?.changeId]);

  return {
    get(account, caller, intent = null) {
      const name = sessionName(caller.actor);
      const make = () => {
        const scope =
          intent === null
            ? readScope
            : writeScope(account, intent, caller.requestId, now(), attachable(account.partition));
        return observer.observe({ of: 'SESSION', purpose: scope.purpose }, () =>
          assume({ clients, iamClients }, account, name, scope, sourceIdentity, paces.of(account)),
        );
      };
      return cacheFor(intent).get(key(account, name, intent), make);
    },
    drop(account, caller, intent, session) {
      iamClients.delete(session.credentials);
      cacheFor(intent).drop(key(account, sessionName(caller.actor), intent), session);
    },
  };
};
