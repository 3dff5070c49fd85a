/** Deciding the patterns takes more work than one judgement may: nothing is to be said that depends on them. */
export class BudgetExceeded extends Error {
  override readonly name = 'TooHard';
}

/** What one operation may spend on deciding patterns, in units of some 5 to 10 ns. What people write stays below it (budget.test.ts). */
const limit = 1_500_000;

/** What these cost, of what is done most. */
export const costs = { line: 8, pattern: 24, place: 6, findings: 400 } as const;

export class Budget {
  spent = 0;

  /** Throws TooHard beyond the limit. */
  spend(units: number): void {
    this.spent += units;
    if (this.spent > limit) throw new BudgetExceeded(`more than ${limit} units`);
  }
}
