/**
 * AWS's error codes and HTTP statuses, from the service models of IAM, STS and Organizations, and from real
 * answers.
 */
const statuses = {
  AWSOrganizationsNotInUseException: 400,
  AccessDenied: 403,
  AccessDeniedException: 400,
  ConcurrentModification: 409,
  DeleteConflict: 409,
  EntityAlreadyExists: 409,
  EntityTemporarilyUnmodifiable: 409,
  ExpiredToken: 403,
  ExpiredTokenException: 400,
  InternalFailure: 500,
  InvalidAction: 400,
  InvalidClientTokenId: 403,
  InvalidInput: 400,
  InvalidInputException: 400,
  LimitExceeded: 409,
  MalformedPolicyDocument: 400,
  MissingAction: 400,
  MissingAuthenticationToken: 403,
  NoSuchEntity: 404,
  PolicyNotAttachable: 400,
  RequestEntityTooLarge: 413,
  ServiceFailure: 500,
  ServiceUnavailable: 503,
  TargetNotFoundException: 400,
  Throttling: 400,
  TooManyRequestsException: 400,
  UnknownOperationException: 400,
  UnmodifiableEntity: 400,
  ValidationError: 400,
} as const;

const table: Readonly<Record<string, number>> = statuses;

/** The HTTP status of a code. 500 for a code that is not in the table. */
export const statusOf = (code: string): number => table[code] ?? 500;

/** An error in AWS's words. */
export class AwsError extends Error {
  readonly code: string;
  readonly status: number;

  constructor(code: string, message: string, status: number) {
    super(message);
    this.code = code;
    this.status = status;
  }
}

export const refuse = (code: keyof typeof statuses, message: string) =>
  new AwsError(code, message, statuses[code]);
