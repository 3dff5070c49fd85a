import { canonicalHash } from '../../audit/canonical.ts';
import { Fault } from '../../fault.ts';
import type { IdempotencyKeys, KeptAnswer } from '../../ports/idempotency-keys.ts';
import type { Actor } from '../../schema/change.ts';
import { orUnavailable as orUnavailableFor, unavailable } from '../connection/or-unavailable.ts';
import type { PrismaClient } from '../generated/client.ts';
import { createAllowance } from './allowance.ts';

interface Found {
  isNew: boolean;
  fingerprint: string;
  answer: string | null;
  logHead: bigint;
}

/** Maximum number of keys of a caller. Each is kept for 48 hours with its answer. */
const maxKeys = 50_000;

/** Number of rows in one DELETE, so that it ends in time. */
const batchSize = 1000;

/**
 * Requests and their answers, by caller and idempotency key. Faults: AUDIT_UNAVAILABLE of every method;
 * RATE_LIMITED of `begin`, for a new key of a caller who has `most`.
 */
export function openIdempotencyKeys(prisma: PrismaClient, most = maxKeys): IdempotencyKeys {
  const mayKeepMore = createAllowance({
    most,
    async count(actor) {
      const { issuer, subject } = callerOf(actor);
      const [found] = await orUnavailable(
        prisma.$queryRaw<{ count: number }[]>`
          SELECT count(*)::int AS count FROM (
            SELECT FROM idempotency_key WHERE issuer = ${issuer} AND subject = ${subject} LIMIT ${most}) AS kept`,
      );
      return found?.count ?? 0;
    },
  });
  return {
    async begin(actor, key, operation, input) {
      const { issuer, subject } = callerOf(actor);
      const isAllowed = await mayKeepMore(actor);
      const fingerprint = canonicalHash([operation, input]);
      // One statement, so one round trip. The SELECT does not see the row of the INSERT beside it.
      const [found] = await orUnavailable(
        prisma.$queryRaw<Found[]>`
          WITH begun AS (
            INSERT INTO idempotency_key (issuer, subject, key, operation, fingerprint, log_head)
            SELECT ${issuer}::text, ${subject}::text, ${key}::text, ${operation}::text, ${fingerprint}::text,
              COALESCE((SELECT max(seq) FROM ledger_entry), 0)
            WHERE ${isAllowed}::boolean
            ON CONFLICT DO NOTHING RETURNING fingerprint, answer, log_head)
          SELECT TRUE AS "isNew", fingerprint, answer, log_head AS "logHead" FROM begun
          UNION ALL
          SELECT FALSE, fingerprint, answer, log_head FROM idempotency_key
          WHERE issuer = ${issuer} AND subject = ${subject} AND key = ${key}`,
      );
      if (!found && !isAllowed) throw new Fault('RATE_LIMITED', tooManyKeys(most));
      if (!found)
        throw unavailable(new Error('the key was taken at this moment, although its lock is ours'), code);
      return {
        isNew: found.isNew,
        isSame: found.fingerprint === fingerprint,
        answer: found.answer === null ? null : (JSON.parse(found.answer) as KeptAnswer),
        logHead: Number(found.logHead),
      };
    },

    async finish(actor, key, answer) {
      await orUnavailable(
        prisma.idempotencyKey.updateMany({
          where: { ...callerOf(actor), key, answer: null },
          data: { answer: JSON.stringify(answer) },
        }),
      );
    },

    async forget(actor, keys) {
      await orUnavailable(
        prisma.idempotencyKey.deleteMany({ where: { ...callerOf(actor), key: { in: keys } } }),
      );
    },

    async release(actor, key) {
      await orUnavailable(
        prisma.idempotencyKey.deleteMany({ where: { ...callerOf(actor), key, answer: null } }),
      );
    },

    async purge(before) {
      for (let purged = 0; ; ) {
        const count = await orUnavailable(
          prisma.$executeRaw`
            DELETE FROM idempotency_key WHERE (issuer, subject, key) IN (
              SELECT issuer, subject, key FROM idempotency_key WHERE created_at < ${before} ORDER BY created_at LIMIT ${batchSize})`,
        );
        purged += count;
        if (count < batchSize) return purged;
      }
    },
  };
}

const tooManyKeys = (most: number) =>
  `You have ${most} idempotency keys, the maximum. Each is kept for 48 hours. Send the request without a key, or later.`;

const callerOf = ({ issuer, subject }: Actor) => ({ issuer: issuer ?? '', subject });

const code = 'AUDIT_UNAVAILABLE';
const orUnavailable = <T>(query: PromiseLike<T>) => orUnavailableFor(query, code);
