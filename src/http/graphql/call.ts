import { Fault } from '../../fault.ts';
import { invalidInput } from '../../operations/call/input.ts';
import type { Operation } from '../../operations/call/operation.ts';
import type { Context } from './context.ts';

export type Args = Record<string, unknown>;
/** Removes null and undefined: clients send null for options that they leave out. */
export const withoutNulls = (args: Args): Args =>
  Object.fromEntries(Object.entries(args).filter(([, value]) => value !== null && value !== undefined));

/**
 * Calls an operation. `argumentOf` returns the argument for a field of the operation, where the names differ.
 */
export async function callOperation(
  operation: Operation,
  input: Args,
  context: Context,
  argumentOf = (field: string) => field,
): Promise<unknown> {
  const output = await operation
    .call(context.deps, withoutNulls(input), context.caller())
    .catch((error: unknown) => {
      throw pointToArguments(error, argumentOf);
    });
  context.isPermitted = true;
  return output;
}

/** Makes the pointers of INVALID_INPUT point to the arguments that the caller wrote. */
function pointToArguments(error: unknown, argumentOf: (field: string) => string): unknown {
  if (!(error instanceof Fault) || error.code !== 'INVALID_INPUT' || error.details.errors === undefined)
    return error;
  const errors = error.details.errors.map(({ pointer, message }) => ({
    pointer: pointer.replace(/^\/([^/]+)/, (_, field: string) => `/${argumentOf(field)}`),
    message,
  }));
  const isSame = errors.every(
    ({ pointer }, i) => pointer === (error.details.errors as { pointer: string }[])[i]?.pointer,
  );
  return isSame ? error : invalidInput(errors);
}
