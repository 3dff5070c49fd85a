import type { FaultCode } from '#src/fault.ts';
import { roleName, type TestAccount, type TestService } from '#test/support/service.ts';

export type Input = Record<string, unknown>;
type Given = (account: TestAccount, service: TestService) => unknown;
type InputOf = Input | ((account: TestAccount, given: unknown) => Input);

/** One request, which is sent through both faces. */
export interface Case {
  what: string;
  input: InputOf;
  /** Creates the state that the request needs. Each face gets its own account. */
  given?: Given | undefined;
  /** The problem. Left out, the operation must succeed. */
  code?: FaultCode;
  pointers?: string[];
  /**
   * GraphQL's own types refuse it before the operation: code and status are the same, and the message is
   * GraphQL's.
   */
  isTyped?: true;
}

export const works = (what: string, input: InputOf, given?: Given): Case => ({ what, input, given });
export const fails = (what: string, code: FaultCode, input: InputOf, given?: Given): Case => ({
  what,
  code,
  input,
  given,
});
export const invalid = (what: string, pointers: string | string[], input: InputOf, given?: Given): Case => ({
  ...fails(what, 'INVALID_INPUT', input, given),
  pointers: [pointers].flat(),
});
export const mistyped = (what: string, input: InputOf): Case => ({
  ...fails(what, 'INVALID_INPUT', input),
  isTyped: true,
});

export const only = (input: Input, ...names: string[]): Input =>
  Object.fromEntries(Object.entries(input).filter(([name]) => names.includes(name)));

/** The usual role of an account. */
export const usual = ({ accountId }: TestAccount, more: Input = {}): Input => ({
  accountId,
  roleName,
  ...more,
});
export const ofRole =
  (more: Input = {}) =>
  (account: TestAccount): Input =>
    usual(account, more);
export const ofAccount =
  (more: Input = {}) =>
  ({ accountId }: TestAccount): Input => ({ accountId, ...more });
/** `given` answered an ID. */
export const byId = (_: TestAccount, id: unknown): Input => ({ id });
/** `given` answered the result of a write. */
export const byChange =
  (more: Input = {}) =>
  (_: TestAccount, given: unknown): Input => ({
    id: (given as { json: { change: { id: string } } }).json.change.id,
    ...more,
  });
/** `given` answered a page, or the cursor itself. */
export const pageAfter =
  (more: Input = {}) =>
  (_: TestAccount, given: unknown): Input => ({
    limit: 1,
    cursor: (given as { json: { nextCursor: string } }).json.nextCursor,
    ...more,
  });
