/** Deciding the patterns takes more work than one judgement may: nothing is to be said that depends on them. */
export class TooHard extends Error {
  override readonly name = 'TooHard';
}

/** What one operation may spend on deciding patterns, in steps of some 50 ns. No policy that people write comes near it. */
const limit = 250_000;

export class Effort {
  spent = 0;

  /** Throws TooHard beyond the limit. */
  spend(steps: number): void {
    this.spent += steps;
    if (this.spent > limit) throw new TooHard(`more than ${limit} steps`);
  }
}
