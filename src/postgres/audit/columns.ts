import type { LogFault } from '../../audit/finding.ts';
import { roleKeyOf } from '../../domain/role/same.ts';
import { wordsOf } from '../changes/words.ts';
import type { Copier, Fields } from '../connection/copy-rows.ts';

// Computes the columns from a body as the triggers of the migration do, but outside the database, where an
// intruder in the database cannot change the code.

interface Body {
  id: string;
  settles: number | null;
  at: string;
  kind: string;
  outcome: string;
  accountId: string;
  roleName: string;
  actor: { subject: string };
  reason: string | null;
  idempotencyKey: string | null;
  clusters: { region: string; name: string }[];
  /** Left out of older entries. */
  onBehalfOf?: { subject: string } | null;
}

/** The columns of an entry that are computed from its body, in the order of the query. */
export const derivedColumns = [
  'change_id',
  'settles',
  'position',
  'at',
  'kind',
  'outcome',
  'account_id',
  'role_key',
  'actor',
  'idempotency_key',
  'clusters',
] as const;

function deriveColumns(seq: number, text: string): (string | null)[] {
  // As ledger_json does: replaces the escapes that PostgreSQL cannot store.
  const body = JSON.parse(
    text.includes('\\u') ? text.replace(/\\u(0000|[dD][89a-fA-F][0-9a-fA-F]{2})/g, '\\ufffd') : text,
  ) as Body;
  const { id, settles, at, kind, outcome, accountId, roleName, actor, reason, idempotencyKey, clusters } =
    body;
  const person = body.onBehalfOf?.subject ?? '';
  const listed = clusters.map(({ region, name }) => `${region}/${name}`).join();
  const opened = settles === null ? null : String(settles);
  return [
    id,
    opened,
    opened ?? String(seq),
    at,
    kind,
    outcome,
    accountId,
    roleKeyOf(roleName),
    actor.subject,
    idempotencyKey,
    listed,
    // Of an opening alone: see ledger_search.
    opened === null ? wordsOf([reason ?? '', actor.subject, roleName, listed, person].join(' ')) : null,
  ];
}

/**
 * Compares every column that filters use with its entry, and the words that a search looks through, up to entry `head`. It parses every body, so it
 * takes several times as long as checking the chain. It assumes that the bodies are intact. Throws the errors
 * of pg.
 */
export async function columnsFault(copier: Copier, head: number): Promise<LogFault | null> {
  let fault: LogFault | null = null;
  await copier.copy(
    `SELECT seq::text, body, change_id, settles::text, ledger_entry.position::text, at, kind, outcome, account_id, role_key, actor, idempotency_key, array_to_string(clusters, ','), said.words
     FROM ledger_entry LEFT JOIN ledger_search said ON said.position = seq WHERE seq <= ${head} ORDER BY seq`,
    ({ bytes, at, length }: Fields) => {
      const field = (index: number) => {
        const [start = 0, size = -1] = [at[index], length[index]];
        return size < 0 ? null : bytes.toString('utf8', start, start + size);
      };
      const seq = Number(field(0));
      const wanted = deriveColumns(seq, field(1) ?? '');
      const wrong = [...derivedColumns, 'words'].findIndex((_, index) => field(index + 2) !== wanted[index]);
      if (wrong === -1) return true;
      const name = derivedColumns[wrong] ?? 'words in ledger_search';
      fault = {
        seq,
        code: 'COLUMN_CHANGED',
        detail: `column ${name} of entry ${seq} differs from the entry`,
      };
      return false;
    },
  );
  return fault;
}
