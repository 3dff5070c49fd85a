import { GraphQLError } from 'graphql';
import { Fault, type FieldError } from '../../fault.ts';
import type { Problem } from '../../schema/problem.ts';
import { problemOf } from '../problem.ts';

/** What every error of an answer carries: the problem, as REST would send it. */
export interface Answer {
  statusCode: number;
  response: { data: unknown; errors: { message: string; path?: readonly (string | number)[]; extensions: Problem }[] };
}

/**
 * The errors of one GraphQL answer. An operation's fault keeps its code; what GraphQL itself refuses (syntax, unknown
 * fields, wrong types) is INVALID_INPUT; anything else is INTERNAL and shows nothing.
 */
export function answerTo(errors: readonly unknown[], data: unknown, requestId: string): Answer {
  const problems = errors.map((error) => ({ error, problem: problemOf(causeOf(error), '/graphql', requestId) }));
  const refusals = problems.filter(({ error }) => isRefusal(error));
  return {
    statusCode: data == null && refusals.length > 0 ? 400 : 200,
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

/** GraphQL refused the request before any operation ran. */
const isRefusal = (error: unknown) => error instanceof GraphQLError && !error.originalError;

/** What a GraphQL error is about: an operation's own fault, or GraphQL's refusal as one. */
export function causeOf(error: unknown): unknown {
  if (!(error instanceof GraphQLError)) return error;
  if (error.originalError) return causeOf(error.originalError);
  const entry: FieldError = { pointer: pointerIn(error.message), message: error.message };
  return new Fault('INVALID_INPUT', error.message, { errors: [entry] });
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
