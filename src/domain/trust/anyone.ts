import { hasWildcard } from '../patterns/prefix-match.ts';
import { isObject, oneOrMany } from '../policy/document.ts';
import { type Comparison, componentsOf } from '../role/arn.ts';
import type { CheckContext } from '../role/check-context.ts';
import { evaluate } from './condition/evaluate.ts';
import { namesCustomer } from './condition/names-customer.ts';
import { holdsWithoutKey, type ReadOperator, readOperator } from './condition/operators.ts';
import { findKey } from './condition/request-keys.ts';
import { readValue, type Value } from './condition/value.ts';

type Names = (pattern: string, comparison: Comparison) => boolean;

const isExact = (comparison: Comparison) => comparison === 'EXACT' || comparison === 'EXACT_IGNORING_CASE';
const isLiteral: Names = (pattern, comparison) => isExact(comparison) || !hasWildcard(pattern);
const namesArn: Names = (pattern, comparison) => namesCustomer(pattern, comparison, 'ARN');
const namesOrganization: Names = (pattern, comparison) =>
  isLiteral(pattern, comparison) || /^o-[a-z0-9]+\//.test(pattern);

/** For each key: does a value name accounts, organizations, principals or services? */
const naming = new Map<string, Names>([
  ['aws:principalaccount', isLiteral],
  ['aws:sourceaccount', isLiteral],
  ['aws:principalorgid', isLiteral],
  ['aws:sourceorgid', isLiteral],
  ['aws:principalorgpaths', namesOrganization],
  ['aws:sourceorgpaths', namesOrganization],
  ['aws:principalarn', namesArn],
  ['aws:sourcearn', namesArn],
  [
    'aws:federatedprovider',
    (pattern, comparison) => componentsOf(pattern) !== null && namesArn(pattern, comparison),
  ],
  ['aws:userid', (pattern, comparison) => namesCustomer(pattern, comparison, 'ID')],
  ['aws:principalservicename', isLiteral],
  ['aws:principalservicenameslist', isLiteral],
]);

/** Keys of the role itself, and the variables of the caller that they are compared with. */
const comparing = new Map([
  ['aws:resourceaccount', /^\$\{\s*aws:(principal|source)account\s*\}$/i],
  ['aws:resourceorgid', /^\$\{\s*aws:(principal|source)orgid\s*\}$/i],
]);

/** Keys that have the same value in every call. */
const common = [
  'aws:currenttime',
  'aws:epochtime',
  'aws:resourceaccount',
  'aws:resourceorgid',
  'aws:securetransport',
];

/** Stands for the role's own organization when its ID is unknown. */
const someOrganization = 'o-rolesown00';

/**
 * Does the condition of an Allow for everyone confine it to named accounts, organizations, principals or
 * services?
 */
export function confinesEveryone(condition: unknown, context: CheckContext, variables: boolean): boolean {
  if (!isObject(condition)) return false;
  const named = { ...context, organizationId: context.organizationId ?? someOrganization };
  const tests = Object.entries(condition).flatMap(([operator, keys]) =>
    Object.entries(isObject(keys) ? keys : {}).map(([key, value]) => {
      const read = readOperator(operator);
      const values = oneOrMany(value).map((one) => readValue(one, read, named, variables));
      return { read, name: key.toLowerCase(), values };
    }),
  );
  const required = new Set(
    tests
      .filter(
        ({ read, values }) =>
          read.operator?.family === 'NULL' && values.every((v) => v.text.toLowerCase() === 'false'),
      )
      .map(({ name }) => name),
  );
  return tests.some(
    ({ read, name, values }) =>
      (common.includes(name) && evaluate(read, findKey(name).resolve(context), values) === 'FAILS') ||
      (isPositive(read, name, required) && values.every((value) => isNamed(read, name, value))),
  );
}

function isPositive(read: ReadOperator, name: string, required: Set<string>): boolean {
  const { operator, set } = read;
  if (operator?.family !== 'TEXT' || operator.isNegated) return false;
  // AWS does not document what a list means without a set operator.
  if (name === 'aws:principalservicenameslist' && set === null) return false;
  return !holdsWithoutKey(read) || required.has(name);
}

function isNamed({ operator }: ReadOperator, name: string, value: Value): boolean {
  if (operator?.family !== 'TEXT') return false;
  if (comparing.get(name)?.test(value.text)) return value.read !== null;
  const names = naming.get(name);
  if (!names) return false;
  if (!value.read) return names(value.text, operator.comparison);
  const { sure, callers } = value.read;
  return sure !== null && callers.length === 0 && names(sure.value, sure.comparison);
}
