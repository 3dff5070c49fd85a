import Type, { type Static } from 'typebox';
import { Change, LineKept } from './change.ts';
import { Plan } from './plan.ts';
import { nullable } from './primitives.ts';
import { RoleReport } from './report.ts';

/**
 * The answer of every write to a role. `change` is null when nothing had to be done, and in a dry run; then
 * nothing was written. `propagating` is what a request that waits still waited for at the end. `lineKept` says why DELETE of a line ended a claim and left the line; else it is null.
 */
export type WriteResult = Static<typeof WriteResult>;
export const WriteResult = Type.Object(
  {
    plan: Plan,
    change: nullable(Change, 'The record in the log. Null in a dry run, and when nothing had to be done'),
    lineKept: nullable(LineKept, 'Why DELETE of a line ended a claim and kept the line'),
    report: RoleReport,
    propagating: nullable(
      Type.Array(Type.String()),
      'With wait: what EKS may not know of the role yet, in sentences. Empty: the role is ready. Null: the request does not wait',
    ),
  },
  { $id: 'WriteResult', description: 'The answer to every write to a role', additionalProperties: false },
);
