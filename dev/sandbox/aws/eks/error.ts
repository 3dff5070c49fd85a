import { AwsError } from '../aws-error.ts';

/** EKS's error codes and HTTP statuses, from its service model and from real answers. */
const statuses = {
  AccessDeniedException: 403,
  ClientException: 400,
  ExpiredTokenException: 403,
  InvalidParameterException: 400,
  InvalidRequestException: 400,
  MissingAuthenticationTokenException: 403,
  ResourceInUseException: 409,
  ResourceLimitExceededException: 400,
  ResourceNotFoundException: 404,
  ServerException: 500,
  ServiceUnavailableException: 503,
  ThrottlingException: 429,
  UnrecognizedClientException: 403,
} as const;

const table: Readonly<Record<string, number>> = statuses;

/** The HTTP status of a code. 500 for a code that is not in the table. */
export const eksStatusOf = (code: string): number => table[code] ?? 500;

/** What an error is about. EKS sends these names beside the message. */
interface About {
  clusterName?: string;
  nodegroupName?: string;
  fargateProfileName?: string;
}

/** An error in EKS's words. */
export class EksError extends AwsError {
  readonly about: About;

  constructor(code: keyof typeof statuses, message: string, about: About = {}) {
    super(code, message, statuses[code]);
    this.about = about;
  }
}

/** Errors that all protocols share, under the names that they have in EKS. */
const names: Record<string, keyof typeof statuses> = {
  AccessDenied: 'AccessDeniedException',
  ExpiredToken: 'ExpiredTokenException',
  InternalFailure: 'ServerException',
  InvalidClientTokenId: 'UnrecognizedClientException',
  MissingAuthenticationToken: 'MissingAuthenticationTokenException',
};

/** The error's answer. */
export const errorAnswer = (error: AwsError): { code: string; status: number; body: string } => {
  const name = names[error.code];
  const code = name ?? error.code;
  const about =
    error instanceof EksError
      ? { clusterName: null, nodegroupName: null, fargateProfileName: null, addonName: null, ...error.about }
      : {};
  return {
    code,
    status: name ? statuses[name] : error.status,
    body: JSON.stringify({ ...about, message: error.message }),
  };
};
