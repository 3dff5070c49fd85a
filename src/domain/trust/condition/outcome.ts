/** The outcome of a condition. UNKNOWN: the information here does not decide it. */
export type Outcome = 'HOLDS' | 'FAILS' | 'UNKNOWN';

/** Both must hold. One failure decides, even if the other is unknown. */
export function both(one: Outcome, other: Outcome): Outcome {
  if (one === 'FAILS' || other === 'FAILS') return 'FAILS';
  return one === 'HOLDS' && other === 'HOLDS' ? 'HOLDS' : 'UNKNOWN';
}

/** One of the two must hold. */
export function either(one: Outcome, other: Outcome): Outcome {
  if (one === 'HOLDS' || other === 'HOLDS') return 'HOLDS';
  return one === 'FAILS' && other === 'FAILS' ? 'FAILS' : 'UNKNOWN';
}

export const negate = (outcome: Outcome): Outcome =>
  outcome === 'UNKNOWN' ? 'UNKNOWN' : outcome === 'HOLDS' ? 'FAILS' : 'HOLDS';

/** The outcome when it is unknown which of the two applies. */
export const join = (one: Outcome, other: Outcome): Outcome => (one === other ? one : 'UNKNOWN');

export const outcomeOf = (holds: boolean): Outcome => (holds ? 'HOLDS' : 'FAILS');
