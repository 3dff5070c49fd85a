import type { PostureFilter } from '../../ports/posture.ts';
import { Prisma } from '../generated/client.ts';

/** The SQL of a filter, about rows of `account` with their rows of `posture`. */
export const whereAccount = ({ accountId, labels, finding, q, changedSince }: PostureFilter) => Prisma.sql`
  (${accountId ?? null}::text IS NULL OR account_id = ${accountId ?? null})
    AND (${labels ? JSON.stringify(labels) : null}::jsonb IS NULL OR labels @> ${labels ? JSON.stringify(labels) : null}::jsonb)
    AND (${finding ?? null}::text IS NULL OR ${finding ?? null} = ANY (findings))
    AND (${timeOf(changedSince)}::timestamptz IS NULL OR changed_at >= ${timeOf(changedSince)}::timestamptz)
    AND NOT EXISTS (SELECT FROM unnest(${wordsIn(q)}::text[]) AS word
      WHERE strpos(lower(concat_ws(' ', account.name, account_id, role_key)), lower(word)) = 0)`;

const timeOf = (text: string | undefined) => (text === undefined ? null : new Date(text));

const wordsIn = (q = '') => q.split(/\s+/).filter(Boolean);
