import { setTimeout as sleep } from 'node:timers/promises';
import type pg from 'pg';
import { genesis } from '../../audit/entry.ts';
import type { ChainRange } from '../../ports/ledger.ts';
import type { LoggedEntry } from '../../schema/audit.ts';
import { orUnavailable } from '../connection/or-unavailable.ts';
import { hex, type Row, rowOf } from './entry-row.ts';
import { openedWithin } from './opened-within.ts';

/** Entries in a batch. An entry has some 2 KB, at most 40. */
const batchSize = 500;

/**
 * Reads a part of the chain in order, batch by batch. Entries are only ever appended, so the head at the
 * start is a snapshot: no transaction stays open, however slow the reader is. Fault: UNAVAILABLE.
 */
export async function* readEntries(
  pool: pg.Pool,
  { from = 1, to, since, until }: ChainRange,
): AsyncGenerator<LoggedEntry[]> {
  const { rows } = await orUnavailable(
    pool.query<{ head: string | null }>('SELECT max(seq) AS head FROM ledger_entry'),
  );
  const head = Number(rows[0]?.head ?? 0);
  const end = Math.min(head, to ?? head, await readLastBefore(pool, until, head));
  let next = since === undefined ? from : Math.max(from, await readFirstFrom(pool, since, head + 1));
  for (let isFirst = true; next <= end; isFirst = false) {
    const read = () =>
      orUnavailable(
        pool.query<Row>(
          `SELECT ${rowOf('entry')} FROM ledger_entry entry WHERE seq BETWEEN $1 AND $2 ORDER BY seq LIMIT ${batchSize}`,
          [next, end],
        ),
      );
    const batch = await (isFirst ? read() : withRetries(read));
    const entries = batch.rows.map(({ seq, body, hash, previous }) => ({
      seq: Number(seq),
      body,
      previousHash: hex(previous ?? genesis),
      hash: hex(hash),
    }));
    const last = entries.at(-1);
    if (!last) return;
    yield entries;
    next = last.seq + 1;
  }
}

/**
 * Delays in ms before a batch is read again. Without retries the reader of a long log would have to start
 * over.
 */
const delays = [100, 1000, 3000];

async function withRetries<T>(read: () => Promise<T>): Promise<T> {
  for (let attempt = 0; ; attempt += 1) {
    try {
      return await read();
    } catch (error) {
      const delay = delays[attempt];
      if (delay === undefined) throw error;
      await sleep(delay);
    }
  }
}

/**
 * The seq after which all changes were opened at that time or later. Old entries have times of several
 * replicas' clocks, so their times are not in order. `all` when no time is given.
 */
async function readLastBefore(pool: pg.Pool, time: string | undefined, all: number): Promise<number> {
  if (time === undefined) return all;
  const { before } = await openedWithin(pool, { until: time });
  const { rows } = await orUnavailable(
    pool.query<{ next: string | null }>(
      `SELECT min(seq) AS next FROM ledger_entry WHERE settles IS NULL AND seq > COALESCE(
         (SELECT seq FROM ledger_entry WHERE seq < $1 AND settles IS NULL AND at < $2 ORDER BY seq DESC LIMIT 1), 0)`,
      [before ?? all + 1, new Date(time).toISOString()],
    ),
  );
  const next = rows[0]?.next ?? null;
  return next === null ? all : Number(next) - 1;
}

/**
 * The seq of the first change that was opened at that time or later. `none` when there is none, or no time is
 * given.
 */
async function readFirstFrom(pool: pg.Pool, time: string | undefined, none: number): Promise<number> {
  if (time === undefined) return none;
  const { after } = await openedWithin(pool, { since: time });
  const { rows } = await orUnavailable(
    pool.query<{ seq: string }>(
      'SELECT seq FROM ledger_entry WHERE seq > $1 AND settles IS NULL AND at >= $2 ORDER BY seq LIMIT 1',
      [after ?? 0, new Date(time).toISOString()],
    ),
  );
  return rows[0] ? Number(rows[0].seq) : none;
}
