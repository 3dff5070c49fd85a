import type { Shape } from '../shape.ts';

export type Verification = Shape<'Verification'>;

/** What this tab knows of the log. */
export interface Verified {
  verification: Verification;
  /** The entries up to this one were not read. 0: all were. */
  from: number;
  /** When the service answered. */
  at: string;
}

/** A log up to this length is read as a whole without being asked: it takes well under a second. */
export const shortLog = 10_000;

/**
 * Adds a verification to what is known. One that goes on from a checkpoint that an earlier one has reached covers
 * what both have read. A fault stays known until its entry is read again.
 */
export function join(earlier: Verified | null, later: Verified): Verified {
  if (earlier === null || later.from === 0) return later;
  const { ok, firstFault } = earlier.verification;
  if (!ok && later.verification.ok && later.from >= (firstFault?.seq ?? 0)) return earlier;
  const goesOn = later.from <= reachedBy(earlier) && earlier.from < later.from;
  return goesOn ? { ...later, from: earlier.from } : later;
}

/** The newest checkpoint up to which a verification found the log intact. 0: none. */
export const reachedBy = (known: Verified | null): number =>
  known?.verification.ok ? (known.verification.checkpoint?.seq ?? 0) : 0;

const number = new Intl.NumberFormat('en');
export const entry = (seq: number): string => number.format(seq);

/** For the header: few words, and a mark. */
export function badgeText({ verification, from }: Verified): string {
  const { ok, head } = verification;
  if (!ok) return 'log not intact ✕';
  if (from === 0) return `verified to ${entry(head.seq)} ✓`;
  return from >= head.seq ? `signed to ${entry(from)} ✓` : `verified ${entry(from + 1)}–${entry(head.seq)} ✓`;
}

/** One or two sentences. */
export function verifiedText({ verification, from }: Verified): string {
  const { ok, head, firstFault } = verification;
  if (!ok)
    return `The log is not intact. ${firstFault ? `Entry ${entry(firstFault.seq)}: ${firstFault.detail}.` : ''}`.trim();
  if (head.seq === 0) return 'The log is empty.';
  if (from === 0) return `The log is intact up to entry ${entry(head.seq)}.`;
  const unread = `The entries up to ${entry(from)} were not read this time; a checkpoint signs them.`;
  return from >= head.seq
    ? `The signature at entry ${entry(from)} holds. ${unread}`
    : `Entries ${entry(from + 1)} to ${entry(head.seq)} are intact. ${unread}`;
}
