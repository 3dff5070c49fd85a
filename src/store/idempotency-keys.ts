import { canonicalHash } from '../audit/canonical.ts';
import { Fault } from '../fault.ts';
import type { IdempotencyKeys, KeptAnswer } from '../ports.ts';
import type { Actor } from '../schema/change.ts';
import type { PrismaClient } from './generated/client.ts';

interface Found {
  isNew: boolean;
  fingerprint: string;
  answer: string | null;
  logHead: bigint;
}

/** As many as one DELETE should hold, so that it ends in time. */
const batchSize = 1000;

/** Requests and their answers, by caller and idempotency key. Fault of every method: AUDIT_UNAVAILABLE. */
export function openIdempotencyKeys(prisma: PrismaClient): IdempotencyKeys {
  return {
    async begin(actor, key, operation, input) {
      const { issuer, subject } = callerOf(actor);
      const fingerprint = canonicalHash([operation, input]);
      // One statement, so one way to the database. The SELECT does not see what the INSERT beside it puts there.
      const [found] = await keeping(
        prisma.$queryRaw<Found[]>`
          WITH begun AS (
            INSERT INTO idempotency_key (issuer, subject, key, operation, fingerprint, log_head)
            VALUES (${issuer}, ${subject}, ${key}, ${operation}, ${fingerprint}, COALESCE((SELECT max(seq) FROM ledger_entry), 0))
            ON CONFLICT DO NOTHING RETURNING fingerprint, answer, log_head)
          SELECT TRUE AS "isNew", fingerprint, answer, log_head AS "logHead" FROM begun
          UNION ALL
          SELECT FALSE, fingerprint, answer, log_head FROM idempotency_key
          WHERE issuer = ${issuer} AND subject = ${subject} AND key = ${key}`,
      );
      if (!found) throw unavailable(new Error('the key was taken at this moment, although its lock is ours'));
      return {
        isNew: found.isNew,
        isSame: found.fingerprint === fingerprint,
        answer: found.answer === null ? null : (JSON.parse(found.answer) as KeptAnswer),
        logHead: Number(found.logHead),
      };
    },

    async finish(actor, key, answer) {
      await keeping(
        prisma.idempotencyKey.updateMany({
          where: { ...callerOf(actor), key, answer: null },
          data: { answer: JSON.stringify(answer) },
        }),
      );
    },

    async release(actor, key) {
      await keeping(prisma.idempotencyKey.deleteMany({ where: { ...callerOf(actor), key, answer: null } }));
    },

    async purge(before) {
      for (let purged = 0; ; ) {
        const count = await keeping(
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

const callerOf = ({ issuer, subject }: Actor) => ({ issuer: issuer ?? '', subject });

async function keeping<T>(query: PromiseLike<T>): Promise<T> {
  try {
    return await query;
  } catch (error) {
    throw unavailable(error);
  }
}

const unavailable = (cause: unknown) =>
  new Fault('AUDIT_UNAVAILABLE', 'The database that keeps idempotency keys did not answer. Try again in a moment.', {}, { cause });
