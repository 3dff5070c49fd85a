import { GraphQLError } from 'graphql';
import { Fault } from '../../fault.ts';
import type { Problem } from '../../schema/problem.ts';
import { problemOf } from '../problem.ts';

/** What every error of an answer carries: the problem, as REST would send it. */
export interface Answer {
  statusCode: number;
  response: { data: unknown; errors: { message: string; path?: readonly (string | number)[]; extensions: Problem }[] };
}

/**
 * The errors of one GraphQL answer. An operation's fault keeps its code; what GraphQL itself refuses (syntax, unknown
 * fields, wrong types) is INVALID_INPUT; anything else is INTERNAL and shows nothing. The status is 200 once a field has
 * answered, be it with an error; of a request that came to none it is the problem's.
 */
export function answerTo(errors: readonly unknown[], data: unknown, requestId: string): Answer {
  const problems = errors.map((error) => ({ error, problem: problemOf(causeOf(error), '/graphql', requestId) }));
  const refusal = problems.find(({ error }) => !(error instanceof GraphQLError && error.path));
  return {
    statusCode: data == null && refusal ? refusal.problem.status : 200,
    response: {
      data: data ?? null,
      errors: problems.map(({ error, problem }) => ({
        message: problem.detail,
        ...(error instanceof GraphQLError && error.path && { path: error.path }),
        extensions: problem,
      })),
    },
  };
}

/** What went wrong beneath GraphQL, or null where GraphQL itself refused the request before any operation ran. */
function beneath(error: unknown): unknown {
  if (!(error instanceof GraphQLError)) return error;
  const { originalError } = error;
  // A wrong variable has the type's own complaint beneath, without the place.
  return originalError && !(originalError instanceof GraphQLError) ? originalError : null;
}

function causeOf(error: unknown): unknown {
  const cause = beneath(error);
  if (cause !== null || !(error instanceof GraphQLError)) return cause;
  const { message } = error;
  return new Fault('INVALID_INPUT', message, { errors: [{ pointer: pointerIn(message), message }] });
}

/** Where a variable is wrong, graphql-js says only in its text: `at "input.clusters[0].region"`. */
function pointerIn(message: string): string {
  const path =
    message
      .match(/ at "([^"]+)"/)?.[1]
      ?.replace(/\[(\d+)\]/g, '.$1')
      .split('.')
      .slice(1) ?? [];
  return path.map((segment) => `/${segment}`).join('');
}
