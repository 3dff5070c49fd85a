import type { JsonObject } from '../../schema/primitives.ts';
import type { Budget } from '../patterns/budget.ts';
import type { CheckContext } from '../role/check-context.ts';
import type { ConditionReading } from './condition/reading.ts';
import type { Line, SourceTest } from './condition/source-test.ts';
import type { Finding } from './findings/finding.ts';

/** One statement of a trust policy that says something about the Fargate service. */
export interface ServiceStatement extends ConditionReading {
  index: number;
  pointer: string;
  statement: JsonObject;
  effect: 'Allow' | 'Deny';
  /** Is the service named? `NotPrincipal` lets it in (or bars it) without a name. */
  named: boolean;
  /** Is the service the only principal? */
  alone: boolean;
}

/** Whom else an Allow statement trusts; of the deleted, also those that stand elsewhere. */
export interface OtherPrincipal {
  pointer: string;
  principal: string;
  kind: 'OTHER' | 'NODE' | 'DELETED';
}

export interface TrustReading extends CheckContext {
  statements: ServiceStatement[];
  /** The statements that let the service in, and can be counted on: all that is asked besides `aws:SourceArn` is known to hold. */
  reliable: ServiceStatement[];
  others: OtherPrincipal[];
  /** Pointers to the principals of Allow statements that let in everyone, and that no condition confines. */
  open: string[];
  /** What deciding the patterns has cost, of all policies that the operation reads. Whoever asks may meet BudgetExceeded. */
  budget: Budget;
  /** Whether clusters are allowed, as far as it was asked. */
  allowed: Map<string, boolean>;
  /** What is to be said of its lines, whatever clusters are asked about, once it was asked. */
  ofLines?: Finding[];
}

export const isConfined = (statement: ServiceStatement) => statement.opaque || statement.sourceTests.some((test) => !test.negated);

/**
 * The statement to which a line can be added, and where: it allows the service, has one positive operator that
 * honours wildcards on `aws:SourceArn`, and everything else in it holds for this account.
 */
export function findExtendable(reading: TrustReading): { statement: ServiceStatement; test: SourceTest } | null {
  for (const statement of reading.reliable) {
    const [test, ...more] = statement.sourceTests;
    if (test && more.length === 0 && !test.negated && (test.comparison === 'ARN' || test.comparison === 'STRING'))
      return { statement, test };
  }
  return null;
}

/** Every line by which the policy allows something. */
export const linesOf = (reading: TrustReading): Line[] =>
  reading.statements
    .filter((s) => s.effect === 'Allow')
    .flatMap((s) => s.sourceTests.filter((test) => !test.negated).flatMap((test) => test.lines));
