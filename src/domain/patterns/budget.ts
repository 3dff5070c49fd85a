/**
 * The patterns of a policy take more work than one operation may spend. Nothing that depends on them is
 * decided.
 */
export class BudgetExceeded extends Error {
  override readonly name = 'BudgetExceeded';
}

/**
 * Units that one operation may spend on patterns. A unit is 5 to 10 ns. Ordinary policies stay far below
 * (budget.test.ts).
 */
const limit = 1_500_000;

/** Units that the most frequent steps cost. */
export const costs = { line: 8, pattern: 24, place: 6, findings: 400 } as const;

/** Counts the work of one operation. All the policies that the operation reads share it. */
export class Budget {
  spent = 0;

  /** Throws BudgetExceeded beyond the limit. */
  spend(units: number): void {
    this.spent += units;
    if (this.spent > limit) throw new BudgetExceeded(`more than ${limit} units`);
  }
}
