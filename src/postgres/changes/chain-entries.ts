import { randomUUID } from 'node:crypto';
import { canonicalJson } from '../../audit/canonical.ts';
import { entryHash } from '../../audit/entry.ts';
import type { Change, ChangeBody } from '../../schema/change.ts';

/** An append: the opening of a change, or the outcome of an open one. */
export type Request = { opening: Opening } | { changeId: string; outcome: Outcome };
type Opening = Omit<ChangeBody, 'at' | 'endedAt'>;
type Outcome = Pick<
  ChangeBody,
  'outcome' | 'roleId' | 'after' | 'diff' | 'steps' | 'error' | 'recovered' | 'editedOutside'
>;

/** The opening as it will be hashed, made before the log is locked. `mark` is the placeholder of the time. */
export interface Prepared {
  text: string;
  mark: string;
}

export class NoSuchIntent extends Error {}

/** Callers cannot know the mark, so their texts cannot contain it. */
export function prepare(opening: Opening): Prepared {
  const mark = randomUUID();
  return { text: canonicalJson(openedAt(opening, mark)), mark };
}

/** A refusal ends as it is opened. */
const openedAt = (opening: Opening, at: string): ChangeBody => ({
  ...opening,
  at,
  endedAt: opening.outcome === 'PENDING' ? null : at,
});

export interface Entry {
  seq: number;
  body: string;
  hash: Buffer;
}
/** `at` is the database's time when we held the lock, so that times are in the order of the chain. */
export type Head = Pick<Entry, 'seq' | 'hash'> & { at: string };

/** Answers the batch's entries, each chained to the one before, and the change that answers each request. */
export function link(
  { at, ...head }: Head,
  known: Map<string, Change>,
  batch: readonly { request: Request; prepared: Prepared | null }[],
): { entries: Entry[]; changes: Change[] } {
  let { seq, hash } = head;
  const entries: Entry[] = [];
  const changes = batch.map(({ request, prepared }) => {
    const body = bodyOf(request, known, at);
    if ('hash' in body) return body;
    const canonical = prepared ? prepared.text.replaceAll(prepared.mark, at) : canonicalJson(body);
    const previousHash = hash;
    seq += 1;
    hash = entryHash(previousHash, canonical);
    const { id, ...rest } = body;
    const change = {
      id,
      seq,
      ...rest,
      previousHash: previousHash.toString('hex'),
      hash: hash.toString('hex'),
    };
    entries.push({ seq, body: canonical, hash });
    known.set(id, change);
    return change;
  });
  return { entries, changes };
}

/** The body to append. If the change already has an outcome, that change: the first outcome stands. */
function bodyOf(request: Request, known: Map<string, Change>, at: string): ChangeBody | Change {
  if ('opening' in request) return openedAt(request.opening, at);
  const found = known.get(request.changeId);
  if (!found) throw new NoSuchIntent(`the log has no intent ${request.changeId}`);
  if (found.outcome !== 'PENDING') return found;
  const { seq, hash: _, previousHash: __, ...opening } = found;
  return { ...opening, ...request.outcome, endedAt: at, settles: seq };
}
