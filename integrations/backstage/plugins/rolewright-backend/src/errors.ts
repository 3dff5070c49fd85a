import type { LoggerService } from '@backstage/backend-plugin-api';
import type { ErrorBody } from 'backstage-plugin-rolewright-common';
import { RolewrightError, toRolewrightError } from 'backstage-plugin-rolewright-node';
import type { ErrorRequestHandler } from 'express';

/** Answers every error as one sentence and its remedy. Of an unknown one, nothing internal is shown. */
export function answerErrors(log: LoggerService): ErrorRequestHandler {
  return (given, request, response, next) => {
    if (response.headersSent) return next(given);
    const { code, status, message, remedy } = toRolewrightError(given) ?? fromOther(given);
    if (status >= 500) log.error(`${request.method} /api/rolewright${request.path}: ${code}`, given);
    response.status(status).json({ error: { code, message, remedy } } satisfies ErrorBody);
  };
}

/** Errors of Backstage's own services, and of the parser of bodies. */
function fromOther(given: unknown): RolewrightError {
  const { name, status } = given as { name?: unknown; status?: unknown };
  if (name === 'AuthenticationError')
    return new RolewrightError('UNAUTHENTICATED', 401, {
      message: 'You are not signed in.',
      remedy: 'Sign in to Backstage.',
    });
  if (name === 'NotAllowedError')
    return new RolewrightError('NO_PERSON', 403, {
      message: 'Rolewright needs a signed-in person.',
      remedy: 'Sign in to Backstage as yourself, and not with a token of a service.',
    });
  if (status === 400 || status === 413)
    return new RolewrightError('INVALID_INPUT', status, {
      message: status === 413 ? 'The request is too large.' : 'The request is not JSON.',
      remedy: 'Correct the request.',
    });
  return new RolewrightError('INTERNAL', 500, {
    message: 'The Rolewright plugin failed.',
    remedy: 'Try again, and if it stays, ask an administrator of Backstage to look at the log.',
  });
}
