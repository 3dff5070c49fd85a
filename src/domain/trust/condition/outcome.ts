/** What evaluating a condition yields: it holds, it fails, or nobody can tell. */
export type Outcome = 'HOLDS' | 'FAILS' | 'UNKNOWN';

/** A failure settles a conjunction, whatever cannot be known beside it. */
export function both(one: Outcome, other: Outcome): Outcome {
  if (one === 'FAILS' || other === 'FAILS') return 'FAILS';
  return one === 'HOLDS' && other === 'HOLDS' ? 'HOLDS' : 'UNKNOWN';
}

/** One alternative that holds is enough. */
export function either(one: Outcome, other: Outcome): Outcome {
  if (one === 'HOLDS' || other === 'HOLDS') return 'HOLDS';
  return one === 'FAILS' && other === 'FAILS' ? 'FAILS' : 'UNKNOWN';
}

export const negate = (outcome: Outcome): Outcome => (outcome === 'UNKNOWN' ? 'UNKNOWN' : outcome === 'HOLDS' ? 'FAILS' : 'HOLDS');

/** The outcome where it depends on what nobody knows, and may be the one or the other. */
export const join = (one: Outcome, other: Outcome): Outcome => (one === other ? one : 'UNKNOWN');

export const outcomeOf = (holds: boolean): Outcome => (holds ? 'HOLDS' : 'FAILS');
