import { GraphQLError } from 'graphql';
import { Fault } from '../../fault.ts';
import { problemOf } from '../../problem.ts';
import type { Problem } from '../../schema/problem.ts';
import { translateTransportError } from '../connection/transport-faults.ts';
import { InvalidDocument } from './documents.ts';

/** An answer with errors. The extensions of each error are the problem that REST would send. */
export interface Answer {
  statusCode: number;
  response: {
    data: unknown;
    errors: { message: string; path?: readonly (string | number)[]; extensions: Problem }[];
  };
}

/**
 * Creates the answer for these errors. The fault of an operation keeps its code. What GraphQL itself refuses
 * (syntax, unknown fields, wrong types) is INVALID_INPUT, and any other error is INTERNAL. The status is 200
 * once a field has answered, also with an error. Otherwise it is the status of the problem.
 *
 * GraphQL's own messages name types, fields and suggestions, and their places and number tell which names are
 * right. They are shown only if `explorable` is true, since the schema could be derived from them.
 */
export function answerTo(
  errors: readonly unknown[],
  data: unknown,
  requestId: string,
  explorable: boolean,
): Answer {
  const problems = errors.map((error) => ({
    error,
    problem: problemOf(causeOf(error, explorable), '/graphql', requestId),
  }));
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

/**
 * Selects the errors to show of a request that reached no operation. Unless `explorable`, the first one only:
 * their number tells how many names are right.
 */
export function refusalsIn(errors: readonly unknown[], explorable: boolean): readonly unknown[] {
  const all = errors.flatMap((error) => (error instanceof InvalidDocument ? error.errors : error));
  return explorable ? all : all.slice(0, 1);
}

/** Finds the error of an operation. Null: GraphQL itself refused the request before any operation ran. */
function findOriginal(error: unknown): unknown {
  if (!(error instanceof GraphQLError)) return error;
  const { originalError } = error;
  // Under the error of a wrong variable is the error of its type, which has no place.
  return originalError && !(originalError instanceof GraphQLError) ? originalError : null;
}

function causeOf(given: unknown, explorable: boolean): unknown {
  const error = translateTransportError(given);
  const cause = findOriginal(error);
  if (cause !== null || !(error instanceof GraphQLError)) return cause;
  if (!explorable && !error.message.startsWith('Syntax Error')) return invalidInputAt('', closed);
  return invalidInputAt(pointerIn(error.message), error.message);
}

const invalidInputAt = (pointer: string, message: string) =>
  new Fault('INVALID_INPUT', message, { errors: [{ pointer, message }] });

/** For everything that GraphQL refuses, apart from broken syntax. */
const closed =
  'The document, its variables or its operation name do not match the schema. In production, details and introspection are disabled. Use the sandbox to find the cause.';

/**
 * Reads where a variable is wrong. graphql-js says so in its message only: `at "input.clusters[0].region"`.
 */
function pointerIn(message: string): string {
  const path =
    message
      .match(/ at "([^"]+)"/)?.[1]
      ?.replace(/\[(\d+)\]/g, '.$1')
      .split('.')
      .slice(1) ?? [];
  return path.map((segment) => `/${segment}`).join('');
}
