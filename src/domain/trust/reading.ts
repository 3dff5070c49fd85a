import type { JsonObject } from '../../schema/primitives.ts';
import type { Budget } from '../patterns/budget.ts';
import type { CheckContext } from '../role/check-context.ts';
import type { ConditionReading } from './condition/reading.ts';
import type { Line, SourceTest } from './condition/source-test.ts';
import type { Finding } from './findings/finding.ts';

/** One statement of a trust policy that is about the service. */
export interface ServiceStatement extends ConditionReading {
  index: number;
  pointer: string;
  statement: JsonObject;
  effect: 'Allow' | 'Deny';
  /** Is the service named? `NotPrincipal` can apply to it without naming it. */
  isNamed: boolean;
  /** Is the service the only principal? */
  isAlone: boolean;
}

/** Another principal that an Allow statement trusts, or a deleted principal anywhere. */
export interface OtherPrincipal {
  pointer: string;
  principal: string;
  kind: 'OTHER' | 'NODE' | 'DELETED';
}

/** The meaning of a trust policy for the service. */
export interface TrustReading extends CheckContext {
  statements: ServiceStatement[];
  /**
   * The Allow statements for the service whose conditions, except those on `aws:SourceArn`, are known to
   * hold.
   */
  reliable: ServiceStatement[];
  others: OtherPrincipal[];
  /**
   * Pointers to principals of Allow statements that let in everyone, without a condition that confines them.
   */
  open: string[];
  /**
   * The work spent on patterns. All policies of the operation share it. Any question can throw
   * BudgetExceeded.
   */
  budget: Budget;
  document: JsonObject;
  /** What the operation has read so far. All of its readings share the list. */
  readings: TrustReading[];
  /** Are the patterns read? Not when they are too complex to evaluate. */
  isDecidable: boolean;
  /** Answers so far: is a cluster allowed? */
  allowed: Map<string, boolean>;
  /** The findings about its lines, which do not depend on a cluster. Set on first use. */
  ofLines?: Finding[];
}

/** Does a condition on `aws:SourceArn` confine the statement? */
export const isConfined = (statement: ServiceStatement) =>
  statement.isOpaque || statement.sourceTests.some((test) => !test.isNegated);

/**
 * The statement to which a line can be added, with the test that takes it. It allows the service, has one
 * positive operator with wildcards on `aws:SourceArn`, and its other conditions hold for this account.
 */
export function findExtendable(
  reading: TrustReading,
): { statement: ServiceStatement; test: SourceTest } | null {
  for (const statement of reading.reliable) {
    const [test, ...more] = statement.sourceTests;
    if (
      test &&
      more.length === 0 &&
      !test.isNegated &&
      (test.comparison === 'ARN' || test.comparison === 'STRING')
    )
      return { statement, test };
  }
  return null;
}

/** The lines of all Allow statements. */
export const linesOf = (reading: TrustReading): Line[] =>
  reading.statements
    .filter((s) => s.effect === 'Allow')
    .flatMap((s) => s.sourceTests.filter((test) => !test.isNegated).flatMap((test) => test.lines));
