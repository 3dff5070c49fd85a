import type { Problem, ProblemCode } from 'rolewright-client';

/** What went wrong, for a person: one sentence, and one that says what to do. */
export class RolewrightError extends Error {
  override readonly name = 'RolewrightError';
  /** A code of Rolewright, or of the plugin. */
  readonly code: string;
  /** The HTTP status for a browser. */
  readonly status: number;
  readonly remedy: string;

  constructor(
    code: string,
    status: number,
    { message, remedy, cause }: { message: string; remedy: string; cause?: unknown },
  ) {
    super(message, { cause });
    this.code = code;
    this.status = status;
    this.remedy = remedy;
  }
}

const console = "in Rolewright's console";

/**
 * Remedies for a person at a portal. Where a code has none, the service's own one is used: those name parameters
 * that the portal does not have.
 */
const remedies: Partial<Record<ProblemCode, string>> = {
  ACCOUNT_UNKNOWN: 'Ask an administrator of Rolewright to register the account, or correct the annotation.',
  ACCOUNT_UNREACHABLE: "Ask an administrator of Rolewright to check the account's member role.",
  AUDIT_UNAVAILABLE: 'Try again in a minute.',
  AWS_THROTTLED: 'Try again in a minute.',
  CLUSTER_CLAIMED: `Ask those who need the cluster: their claims are ${console}.`,
  IDEMPOTENCY_IN_FLIGHT: 'Wait for the first request, and look at the history.',
  MANAGED_ELSEWHERE: `Make the change in the tool that owns the role: the text for it is ${console}.`,
  NOT_AN_EXECUTION_ROLE: 'Correct the annotation rolewright.io/role-name.',
  PRINCIPALS_LOST: `Extend the role ${console}, where it can be overridden.`,
  PROFILE_ACTIVE: `Extend the role ${console}, where it can be overridden.`,
  QUOTA_EXCEEDED: `Name fewer clusters, or shorten the trust policy ${console}.`,
  RATE_LIMITED: 'Try again in a minute.',
  ROLE_BUSY: 'Try again in a minute.',
  ROLE_CHANGED: 'Look at the role again, and repeat the request.',
  ROLE_EXISTS: 'Extend the role instead of creating it.',
  ROLE_NOT_FOUND: 'Create the role, or correct the annotation rolewright.io/role-name.',
  TRUST_MISMATCH: `Repair the role ${console}, which shows the plan.`,
  UNMODIFIABLE_ROLE: 'Correct the annotation rolewright.io/role-name.',
};

/**
 * Any error of a call, as a person can read it. Null for an error that is none of these. They are known by their
 * names, since each plugin of an installation may have a copy of this package.
 */
export function toRolewrightError(cause: unknown): RolewrightError | null {
  if (isNamed<RolewrightError>(cause, 'RolewrightError')) return cause;
  if (isNamed<Problem>(cause, 'Problem')) return fromProblem(cause);
  if (isNamed<Error>(cause, 'ConnectionError'))
    return new RolewrightError('UNREACHABLE', 502, {
      message: 'Rolewright could not be reached.',
      remedy: 'Try again, and if it stays, ask an administrator of Backstage to check rolewright.baseUrl.',
      cause,
    });
  if (isNamed<DOMException>(cause, 'TimeoutError'))
    return new RolewrightError('TIMEOUT', 504, {
      message: 'Rolewright did not answer in time.',
      remedy: 'Try again. After a write, look at the history first.',
      cause,
    });
  return null;
}

/** Whether Rolewright refused with this code. */
export const isProblem = (error: unknown, code: ProblemCode): boolean =>
  isNamed<Problem>(error, 'Problem') && error.code === code;

const isNamed = <T extends Error>(error: unknown, name: string): error is T =>
  error instanceof Error && error.name === name;

function fromProblem(problem: Problem): RolewrightError {
  const { code, detail, requestId } = problem;
  // The browser would take 401 for the end of its own session.
  if (code === 'UNAUTHENTICATED')
    return new RolewrightError('CREDENTIAL_REJECTED', 502, {
      message: "Rolewright does not accept the plugin's credential.",
      remedy: 'Ask an administrator of Backstage to renew it.',
      cause: problem,
    });
  if (code === 'FORBIDDEN' && /\bspeakFor\b/.test(detail))
    return new RolewrightError(code, 502, {
      message: "Rolewright does not let the plugin's credential act for people.",
      remedy: 'Ask an administrator of Rolewright to permit speakFor to it.',
      cause: problem,
    });
  if (code === 'INVALID_INPUT')
    return new RolewrightError(code, 400, {
      // A person did not write the member that a pointer names.
      message: shorten(
        `${oneLine(detail)
          .replace(/^\/(?:\w+\/)*(\w+) /, 'The $1 ')
          .replace(/\.$/, '')}.`,
      ),
      remedy: 'Correct what you entered.',
      cause: problem,
    });
  const [message = detail, ...rest] = oneLine(detail).split(/(?<=[.!?]) (?=[A-Z`])/);
  const own = rest.join(' ') || `Ask an administrator of Rolewright about the request ${oneLine(requestId)}.`;
  return new RolewrightError(code, problem.status === 500 ? 502 : problem.status, {
    message: shorten(message),
    remedy: shorten(remedies[code] ?? own),
    cause: problem,
  });
}

/** Without characters that a log or a terminal would obey. */
export const oneLine = (text: string): string => text.replace(/[\p{Cc}\p{Cf}\p{Zl}\p{Zp}\s]+/gu, ' ').trim();

const shorten = (text: string): string => (text.length <= 300 ? text : `${text.slice(0, 299)}…`);
