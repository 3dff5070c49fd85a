/**
 * Every error code with its HTTP status, its title, and whether the same request may succeed later.
 * docs/findings.md explains each.
 */
export const faults = {
  INVALID_INPUT: { status: 400, title: 'Invalid input', retryable: false },
  UNAUTHENTICATED: { status: 401, title: 'Authentication required', retryable: false },
  FORBIDDEN: { status: 403, title: 'Permission denied', retryable: false },
  ACCOUNT_UNKNOWN: { status: 404, title: 'Account not registered', retryable: false },
  ROLE_NOT_FOUND: { status: 404, title: 'Role not found', retryable: false },
  CHANGE_NOT_FOUND: { status: 404, title: 'Change not found', retryable: false },
  SERVICE_TOKEN_NOT_FOUND: { status: 404, title: 'Service token not found', retryable: false },
  SWEEP_NOT_FOUND: { status: 404, title: 'Sweep not found', retryable: false },
  IMPORT_NOT_FOUND: { status: 404, title: 'Import not found', retryable: false },
  SCHEDULE_NOT_FOUND: { status: 404, title: 'Schedule not found', retryable: false },
  DEAD_LETTER_NOT_FOUND: { status: 404, title: 'Dead letter not found', retryable: false },
  CLAIM_NOT_FOUND: { status: 404, title: 'Claim not found', retryable: false },
  CLUSTER_NOT_LISTED: { status: 404, title: 'Cluster not listed in the trust policy', retryable: false },
  ROLE_EXISTS: { status: 409, title: 'Role already exists', retryable: false },
  TRUST_MISMATCH: { status: 409, title: 'Trust policy mismatch', retryable: false },
  MANAGED_ELSEWHERE: { status: 409, title: 'Role managed by another tool', retryable: false },
  NOT_AN_EXECUTION_ROLE: { status: 409, title: 'Not a pod execution role', retryable: false },
  PRINCIPALS_LOST: { status: 409, title: 'Other principals lost', retryable: false },
  CLUSTER_CLAIMED: { status: 409, title: 'Cluster claimed', retryable: false },
  PROFILE_ACTIVE: { status: 409, title: 'Active Fargate profile', retryable: false },
  LAST_CLUSTER: { status: 409, title: 'Last line of the trust policy', retryable: false },
  ROLE_BUSY: { status: 409, title: 'Another change of the role in progress', retryable: true },
  IMPORT_RUNNING: { status: 409, title: 'Another import in progress', retryable: true },
  IDEMPOTENCY_IN_FLIGHT: { status: 409, title: 'First request with this key in progress', retryable: true },
  UNMODIFIABLE_ROLE: { status: 409, title: 'Role reserved for AWS', retryable: false },
  ROLE_CHANGED: { status: 412, title: 'Role not in the expected state', retryable: false },
  IDEMPOTENCY_MISMATCH: { status: 422, title: 'Idempotency key used for another request', retryable: false },
  QUOTA_EXCEEDED: { status: 422, title: 'AWS quota exceeded', retryable: false },
  RATE_LIMITED: { status: 429, title: 'Too many requests', retryable: true },
  ACCOUNT_UNREACHABLE: { status: 502, title: 'Account unreachable', retryable: false },
  AWS_FAILED: { status: 502, title: 'AWS call failed', retryable: true },
  AWS_THROTTLED: { status: 503, title: 'AWS calls throttled', retryable: true },
  AUDIT_UNAVAILABLE: { status: 503, title: 'Audit log unavailable', retryable: true },
  // These belong to the transport, not to an operation.
  ROUTE_NOT_FOUND: { status: 404, title: 'Route not found', retryable: false },
  METHOD_NOT_ALLOWED: { status: 405, title: 'Method not allowed', retryable: false },
  PAYLOAD_TOO_LARGE: { status: 413, title: 'Request body too large', retryable: false },
  EXPECTATION_FAILED: { status: 417, title: 'Expectation failed', retryable: false },
  UNSUPPORTED_MEDIA_TYPE: { status: 415, title: 'Unsupported media type', retryable: false },
  INTERNAL: { status: 500, title: 'Internal error', retryable: true },
  UNAVAILABLE: { status: 503, title: 'Service unavailable', retryable: true },
} as const satisfies Record<string, { status: number; title: string; retryable: boolean }>;

export type FaultCode = keyof typeof faults;

/** Creates the fault of a caller who has stored as much as allowed. It holds until something is deleted. */
export const tooMuchStored = (message: string): Fault =>
  new Fault('RATE_LIMITED', message, {}, { retryable: false });

/** An error in one field. `pointer` is a JSON pointer into the input of the operation. */
export interface FieldError {
  pointer: string;
  message: string;
}

/** The members of a fault besides its message. All of them are shown to the caller. */
export interface FaultDetails {
  errors?: FieldError[];
  /** The plan that was refused, or that another choice would apply (TRUST_MISMATCH, MANAGED_ELSEWHERE). */
  plan?: unknown;
  /** The entry of the attempt in the log. */
  change?: unknown;
  [member: string]: unknown;
}

/**
 * The exception of this service. Callers see `message`: it says what is wrong and what to do, and nothing
 * internal.
 */
export class Fault extends Error {
  readonly code: FaultCode;
  readonly details: FaultDetails;
  /** The request failed, and may have taken effect all the same. */
  readonly isUncertain: boolean;
  /** AWS may lag behind a write of this service, so the same write may succeed in a moment. */
  readonly isFromLag: boolean;
  /** The same request may succeed later. Taken from the code if left out. */
  readonly retryable: boolean;

  constructor(
    code: FaultCode,
    message: string,
    details: FaultDetails = {},
    options: { cause?: unknown; isUncertain?: boolean; isFromLag?: boolean; retryable?: boolean } = {},
  ) {
    super(message, { cause: options.cause });
    this.name = 'Fault';
    this.code = code;
    this.details = details;
    this.isUncertain = options.isUncertain ?? false;
    this.isFromLag = options.isFromLag ?? false;
    this.retryable = options.retryable ?? faults[code].retryable;
  }
}

/**
 * The cause of a fault: this machine's clock differs too much from the database's. Another replica may accept
 * the request.
 */
export class ClockOff extends Error {
  constructor(offMs: number) {
    super(
      `the clock of this machine is ${Math.round(Math.abs(offMs) / 1000)} s ${offMs > 0 ? 'ahead of' : 'behind'} the database's`,
    );
  }
}
