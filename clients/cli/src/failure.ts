import type { ProblemDocument } from '../../typescript/src/index.ts';
import { oneLine } from './text/output.ts';

/** Ends a command with exit code 2. Only the message is shown. */
export class Failure extends Error {}

/** A wrong command line. */
export class WrongUsage extends Failure {}

/** The service answered with a problem (RFC 9457). */
export class Refused extends Failure {
  readonly problem: ProblemDocument;

  constructor(problem: ProblemDocument) {
    super(oneLine(describeProblem(problem)));
    this.problem = problem;
  }
}

/**
 * One line: what is wrong, by field if the service names fields, what to do, and the request's ID in the
 * service's log.
 */
function describeProblem({ code, detail, errors, requestId, retryable }: ProblemDocument): string {
  const fields = errors.map(({ pointer, message }) => `${pointer.slice(1) || 'it'} ${message}`);
  const parts = [
    // The detail only repeats the fields.
    `${code}: ${fields.length > 0 && code === 'INVALID_INPUT' ? `${fields.join('; ')}.` : detail}`,
    ...(code === 'UNAUTHENTICATED'
      ? ['The token is read from ROLEWRIGHT_TOKEN. Or log in: rolewright login.']
      : []),
    ...(retryable ? ['The same command may work in a moment.'] : []),
    `(request ${requestId})`,
  ];
  return parts.join(' ');
}
