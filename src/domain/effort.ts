/** Deciding the patterns takes more work than one judgement may: nothing is to be said that depends on them. */
export class TooHard extends Error {
  override readonly name = 'TooHard';
}

/**
 * What deciding the patterns of one policy may cost, in steps of a few nanoseconds. Ten times what the densest policy
 * takes that IAM stores (docs/performance.md); what takes more was made to.
 */
const limit = 500_000;

export class Effort {
  spent = 0;

  /** Throws TooHard beyond the limit. */
  spend(steps: number): void {
    this.spent += steps;
    if (this.spent > limit) throw new TooHard(`more than ${limit} steps`);
  }
}
