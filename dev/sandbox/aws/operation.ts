import type { Static, TObject } from 'typebox';
import { Compile } from 'typebox/compile';
import type { TLocalizedValidationError } from 'typebox/error';
import { refuse } from './aws-error.ts';
import type { Account, Principal } from './model.ts';
import type { QueryInput } from './query.ts';
import type { State } from './state.ts';

/** One authenticated request. `account` is the caller's: IAM acts only there. */
export interface Call {
  state: State;
  account: Account;
  principal: Principal;
  requestId: string;
}

/**
 * `run` answers the XML of the Result element, or null if the action has none. It changes nothing before its
 * last check.
 */
export interface Operation {
  writes: boolean;
  run(call: Call, input: QueryInput): string | null;
}

const constraint = (violation: TLocalizedValidationError): string => {
  switch (violation.keyword) {
    case 'minLength':
    case 'minItems':
      return `Member must have length greater than or equal to ${violation.params.limit}`;
    case 'maxLength':
    case 'maxItems':
      return `Member must have length less than or equal to ${violation.params.limit}`;
    case 'minimum':
      return `Member must have value greater than or equal to ${violation.params.limit}`;
    case 'maximum':
      return `Member must have value less than or equal to ${violation.params.limit}`;
    case 'enum':
      return `Member must satisfy enum value set: [${violation.params.allowedValues.join(', ')}]`;
    case 'pattern':
      return `Member must satisfy regular expression pattern: ${String(violation.params.pattern).replace(/^\^|\$$/g, '')}`;
    default:
      return `Member is malformed: it ${violation.message}`;
  }
};

// AWS names a member by its path: tags.1.member.key
const memberPath = (pointer: string) =>
  pointer
    .slice(1)
    .split('/')
    .map((part) =>
      /^\d+$/.test(part) ? `${Number(part) + 1}.member` : part.charAt(0).toLowerCase() + part.slice(1),
    )
    .join('.');

const valueAt = (input: unknown, pointer: string): unknown =>
  pointer
    .slice(1)
    .split('/')
    .reduce(
      (node, key) =>
        node !== null && typeof node === 'object' ? (node as Record<string, unknown>)[key] : undefined,
      input,
    );

const describe = (input: unknown, violation: TLocalizedValidationError): string[] => {
  const { instancePath } = violation;
  if (violation.keyword === 'required') {
    return violation.params.requiredProperties.map(
      (name) =>
        `Value null at '${memberPath(`${instancePath}/${name}`)}' failed to satisfy constraint: Member must not be null`,
    );
  }
  const found = valueAt(input, instancePath);
  const shown = typeof found === 'object' ? JSON.stringify(found) : String(found);
  return [
    `Value '${shown}' at '${memberPath(instancePath)}' failed to satisfy constraint: ${constraint(violation)}`,
  ];
};

/** What is wrong with an input, in AWS's words. */
export const describeViolations = (
  input: unknown,
  violations: readonly TLocalizedValidationError[],
): string => {
  const found = violations.flatMap((violation) => describe(input, violation));
  return `${found.length} validation error${found.length === 1 ? '' : 's'} detected: ${found.join('; ')}`;
};

const operation = <S extends TObject>(
  writes: boolean,
  shape: S,
  run: (call: Call, input: Static<S>) => string | null,
): Operation => {
  const validator = Compile(shape);
  const members = Object.entries(shape.properties);
  const named = (type: string) =>
    members.filter(([, schema]) => 'type' in schema && schema.type === type).map(([name]) => name);
  const integers = named('integer');
  const lists = named('array');
  // On the wire every value is a string, and an empty list is an empty string.
  const read = (raw: QueryInput): QueryInput => {
    for (const name of integers)
      if (typeof raw[name] === 'string' && /^-?\d{1,15}$/.test(raw[name])) raw[name] = Number(raw[name]);
    for (const name of lists) if (raw[name] === '') raw[name] = [];
    return raw;
  };
  return {
    writes,
    run: (call, raw) => {
      const input: unknown = read(raw);
      if (!validator.Check(input))
        throw refuse('ValidationError', describeViolations(raw, validator.Errors(input)));
      return run(call, input as Static<S>);
    },
  };
};

/** An action that only reads. Throws ValidationError for an input that does not match the shape. */
export const reads = <S extends TObject>(shape: S, run: (call: Call, input: Static<S>) => string | null) =>
  operation(false, shape, run);

/** An action that writes. When it succeeds, it is recorded in the ledger. */
export const writes = <S extends TObject>(shape: S, run: (call: Call, input: Static<S>) => string | null) =>
  operation(true, shape, run);
