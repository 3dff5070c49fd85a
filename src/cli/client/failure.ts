import type { Problem } from '../../schema/problem.ts';
import { oneLine } from './output.ts';

/** What ends a command with exit code 2. The message is all that is shown. */
export class Failure extends Error {}

/** A wrong command line. */
export class WrongUsage extends Failure {}

/** What the service answered in the place of what was asked (RFC 9457). */
export class Refused extends Failure {
  readonly problem: Problem;

  constructor(problem: Problem) {
    super(oneLine(describeProblem(problem)));
    this.problem = problem;
  }
}

/** One line: what is wrong, field by field where the service says so, what to do, and the ID under which its log has it. */
function describeProblem({ code, detail, errors, requestId, retryable }: Problem): string {
  const fields = errors.map(({ pointer, message }) => `${pointer.slice(1) || 'it'} ${message}`);
  const parts = [
    // The detail of wrong fields is made of them.
    `${code}: ${fields.length > 0 && code === 'INVALID_INPUT' ? `${fields.join('; ')}.` : detail}`,
    ...(code === 'UNAUTHENTICATED' ? ['The token is read from ROLEWRIGHT_TOKEN.'] : []),
    ...(retryable ? ['The same command may work in a moment.'] : []),
    `(request ${requestId})`,
  ];
  return parts.join(' ');
}
