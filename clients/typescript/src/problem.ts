import type { components } from './generated/schema.ts';

export type ProblemDocument = components['schemas']['Problem'];
export type ProblemCode = ProblemDocument['code'];

/**
 * The service refused a request, or failed (RFC 9457). It has the members of the document. Branch on `code` and
 * `retryable`: texts may change.
 */
export class Problem extends Error implements Record<keyof ProblemDocument, unknown> {
  override readonly name = 'Problem';
  declare readonly type: string;
  declare readonly title: string;
  declare readonly status: number;
  /** What is wrong, and what to do: written for people. */
  declare readonly detail: string;
  declare readonly instance: string;
  declare readonly code: ProblemCode;
  declare readonly errors: ProblemDocument['errors'];
  /** The request in the service's log. */
  declare readonly requestId: string;
  declare readonly retryable: boolean;
  /** The plan that was refused, or that another choice would apply. */
  declare readonly plan: ProblemDocument['plan'] | undefined;
  /** MANAGED_ELSEWHERE: the same change in the source of the tool that owns the role. */
  declare readonly patch: ProblemDocument['patch'] | undefined;
  /** QUOTA_EXCEEDED: a request that fits. */
  declare readonly suggestion: ProblemDocument['suggestion'] | undefined;
  /** CLUSTER_CLAIMED: who needs the cluster. */
  declare readonly claims: ProblemDocument['claims'] | undefined;
  /** The entry in the log of a write that failed half-way. */
  declare readonly change: ProblemDocument['change'] | undefined;
  /** Seconds to wait, from the header Retry-After. */
  readonly retryAfter: number | null;

  constructor(document: ProblemDocument, retryAfter: number | null) {
    super(`${document.code}: ${document.detail} (request ${document.requestId})`);
    Object.assign(this, document);
    this.retryAfter = retryAfter;
  }
}

/**
 * The service could not be reached, or its answer was cut off. Where something else answered, such as a gateway,
 * `status` is its HTTP status.
 */
export class ConnectionError extends Error {
  override readonly name = 'ConnectionError';
  readonly status: number | null;
  /** Seconds to wait, from the header Retry-After. */
  readonly retryAfter: number | null;

  constructor(
    message: string,
    { cause, status, retryAfter }: { cause?: unknown; status?: number; retryAfter?: number | null },
  ) {
    super(message, { cause });
    this.status = status ?? null;
    this.retryAfter = retryAfter ?? null;
  }
}
