import { createHash } from 'node:crypto';
import { AssumeRoleCommand } from '@aws-sdk/client-sts';
import { Fault } from '../fault.ts';
import type { Caller } from '../ports.ts';
import type { Account } from '../schema/account.ts';
import type { Actor } from '../schema/change.ts';
import type { Clients, IamClients } from './clients.ts';
import { toFault } from './faults.ts';
import { createSharedCache } from './shared-cache.ts';

/** A member role assumed for one caller. Its credentials never change: a new session follows on an old one. */
interface Session extends IamClients {
  expiresAt: Date;
}

interface Sessions {
  /** Faults: ACCOUNT_UNREACHABLE, AWS_THROTTLED, AWS_FAILED. */
  get(account: Account, caller: Caller): Promise<Session>;
  /** Forgets a session that AWS does not accept any more. */
  drop(account: Account, caller: Caller, session: Session): void;
}

const prefix = 'rolewright-';
const maxLength = 64;

/**
 * The session name under which CloudTrail shows what was done for a caller: the subject, in the letters that STS
 * allows. It ends in a hash of issuer and subject unless the subject alone is the caller: another issuer's `jane` is
 * someone else, and no subject may pass for the hashed name of another.
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

/** A role may be assumed from a role, as ours is, for an hour at most, whatever its own maximum. */
const durationSeconds = 3600;
const renewBeforeMs = 5 * 60_000;
/** Two clients, some 40 KB, each. */
const maxSessions = 2000;

/** `arn:PARTITION:sts::ACCOUNT:assumed-role/NAME/SESSION` */
const belongsTo = (account: Account, assumedRoleArn: string): boolean => {
  const [, partition, , , accountId] = assumedRoleArn.split(':');
  return partition === account.partition && accountId === account.accountId;
};

const assume = async (clients: Clients, account: Account, name: string): Promise<Session> => {
  const command = new AssumeRoleCommand({
    RoleArn: account.memberRoleArn,
    RoleSessionName: name,
    DurationSeconds: durationSeconds,
    ...(account.externalId === null ? {} : { ExternalId: account.externalId }),
  });
  const answer = await clients
    .sts(account.partition)
    .send(command)
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
      `The member role ${account.memberRoleArn} turned out to be ${arn}, which is not in account ${account.accountId} of partition ${account.partition}. Register the member role of this account.`,
    );
  }
  const credentials = { accessKeyId: AccessKeyId, secretAccessKey: SecretAccessKey, sessionToken: SessionToken };
  return { ...clients.iam(account.partition, credentials), expiresAt: Expiration };
};

/** Assumes member roles, each once for each caller, until shortly before the credentials expire. */
export const createSessions = ({ clients, now }: { clients: Clients; now: () => Date }): Sessions => {
  const cache = createSharedCache<Session>({
    now,
    max: maxSessions,
    freshUntil: ({ expiresAt }) => expiresAt.getTime() - renewBeforeMs,
  });
  // The account is in the key as well: a session must not pass for that of another account with the same member role.
  const key = ({ partition, accountId, memberRoleArn, externalId }: Account, name: string) =>
    JSON.stringify([partition, accountId, memberRoleArn, externalId, name]);

  return {
    get(account, caller) {
      const name = sessionName(caller.actor);
      return cache.get(key(account, name), () => assume(clients, account, name));
    },
    drop(account, caller, session) {
      cache.drop(key(account, sessionName(caller.actor)), session);
    },
  };
};
