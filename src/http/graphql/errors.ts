import { GraphQLError } from 'graphql';
import { Fault } from '../../fault.ts';
import { problemOf } from '../../problem.ts';
import type { Problem } from '../../schema/problem.ts';
import { translateTransportError } from '../connection/transport-faults.ts';
import { InvalidDocument } from './documents.ts';

/** What every error of an answer carries: the problem, as REST would send it. */
export interface Answer {
  statusCode: number;
  response: { data: unknown; errors: { message: string; path?: readonly (string | number)[]; extensions: Problem }[] };
}

/**
 * The errors of one GraphQL answer. An operation's fault keeps its code; what GraphQL itself refuses (syntax, unknown
 * fields, wrong types) is INVALID_INPUT; anything else is INTERNAL and shows nothing. The status is 200 once a field has
 * answered, be it with an error; of a request that came to none it is the problem's.
 *
 * GraphQL's own words name types, required fields and what one may have meant, and their place and their number tell which names
 * are right: with `explorable` alone, else the schema could be made out of them.
 */
export function answerTo(errors: readonly unknown[], data: unknown, requestId: string, explorable: boolean): Answer {
  const problems = errors.map((error) => ({ error, problem: problemOf(causeOf(error, explorable), '/graphql', requestId) }));
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
 * The errors of a request that came to no operation. Where the schema is not to be explored the first stands for all of them: how many
 * there are would tell how many names are right.
 */
export function refusalsIn(errors: readonly unknown[], explorable: boolean): readonly unknown[] {
  const all = errors.flatMap((error) => (error instanceof InvalidDocument ? error.errors : error));
  return explorable ? all : all.slice(0, 1);
}

/** What went wrong beneath GraphQL, or null where GraphQL itself refused the request before any operation ran. */
function beneath(error: unknown): unknown {
  if (!(error instanceof GraphQLError)) return error;
  const { originalError } = error;
  // A wrong variable has the type's own complaint beneath, without the place.
  return originalError && !(originalError instanceof GraphQLError) ? originalError : null;
}

function causeOf(given: unknown, explorable: boolean): unknown {
  const error = translateTransportError(given);
  const cause = beneath(error);
  if (cause !== null || !(error instanceof GraphQLError)) return cause;
  if (!explorable && !error.message.startsWith('Syntax Error')) return refusedInside('', closed);
  return refusedInside(pointerIn(error.message), error.message);
}

const refusedInside = (pointer: string, message: string) => new Fault('INVALID_INPUT', message, { errors: [{ pointer, message }] });

/** Whatever GraphQL refuses but broken syntax, which is about the text alone. */
const closed =
  'The document, its variables or its operation name do not match the schema. In production, details and introspection are disabled. Use the sandbox to find the cause.';

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
