import { refuse } from './aws-error.ts';
import { isObject, many, parseJson } from './json.ts';

const malformed = (message: string) => refuse('MalformedPolicyDocument', message);

const principalTypes = new Set(['AWS', 'Service', 'Federated', 'CanonicalUser']);
const statementKeys = new Set([
  'Sid',
  'Effect',
  'Principal',
  'NotPrincipal',
  'Action',
  'NotAction',
  'Condition',
]);
const operator =
  /^(ForAllValues:|ForAnyValue:)?(String(Not)?(Equals(IgnoreCase)?|Like)|(Numeric|Date)((Not)?Equals|(Less|Greater)Than(Equals)?)|Bool|BinaryEquals|(Not)?IpAddress|Arn(Not)?(Equals|Like)|Null)(IfExists)?$/i;

/**
 * Throws MalformedPolicyDocument unless IAM would accept the text as a trust policy, on create and on update.
 * It is lenient where AWS's behaviour is not confirmed: it accepts `sts:*`, any case of actions, and repeated
 * JSON keys.
 */
export const validateTrust = (text: string): void => {
  if (/^\s/.test(text)) throw malformed('JSON strings must not have leading spaces');
  const document = parseJson(text);
  if (document === undefined) throw malformed('This policy contains invalid Json');
  if (!isObject(document)) throw malformed('Syntax errors in policy.');
  if (Object.keys(document).some((key) => !['Version', 'Id', 'Statement'].includes(key)))
    throw malformed('Syntax errors in policy.');
  if (!['2008-10-17', '2012-10-17', undefined].includes(document.Version as string | undefined)) {
    throw malformed('The policy must contain a valid version string.');
  }
  const statements = many(document.Statement);
  if (statements.length === 0) throw malformed('Missing required field Statement cannot be empty!');
  for (const statement of statements) validateStatement(statement);
  const sids = statements.flatMap((statement) =>
    isObject(statement) && statement.Sid ? [statement.Sid] : [],
  );
  if (new Set(sids).size < sids.length)
    throw malformed('Statement IDs (SID) in a single policy must be unique.');
};

const validateStatement = (statement: unknown): void => {
  if (!isObject(statement)) throw malformed('Syntax errors in policy.');
  for (const key of ['Resource', 'NotResource'])
    if (key in statement) throw malformed(`Has prohibited field ${key}`);
  for (const key of Object.keys(statement))
    if (!statementKeys.has(key)) throw malformed(`Unknown field ${key}`);
  if (
    statement.Sid !== undefined &&
    !(typeof statement.Sid === 'string' && /^[A-Za-z0-9]*$/.test(statement.Sid))
  ) {
    throw malformed(
      'Statement IDs (SID) must be alpha-numeric. Check that your input satisfies the regular expression [0-9A-Za-z]*',
    );
  }
  if (statement.Effect === undefined) throw malformed('Missing required field Effect');
  if (statement.Effect !== 'Allow' && statement.Effect !== 'Deny')
    throw malformed(`Invalid effect: ${String(statement.Effect)}`);
  validatePrincipal(oneOf(statement, 'Principal', 'NotPrincipal'));
  validateActions(many(oneOf(statement, 'Action', 'NotAction')));
  if (statement.Condition !== undefined) validateCondition(statement.Condition);
};

const oneOf = (statement: Record<string, unknown>, name: string, other: string): unknown => {
  if (!(name in statement || other in statement)) throw malformed(`Missing required field ${name}`);
  if (name in statement && other in statement)
    throw malformed(`Statement/policy may not have both ${name} and ${other}.`);
  return statement[name] ?? statement[other];
};

/**
 * The unique ID of a role or a user. IAM shows it when the principal is deleted, and rejects a policy that
 * names one.
 */
const isDeleted = (name: unknown) => typeof name === 'string' && /^A(RO|ID)A[A-Z0-9]+$/.test(name);

const validatePrincipal = (principal: unknown): void => {
  if (principal === '*') return;
  if (!isObject(principal) || Object.keys(principal).length === 0)
    throw malformed('AssumeRolepolicy contained an invalid principal');
  for (const [type, named] of Object.entries(principal)) {
    const names = many(named);
    if (
      !principalTypes.has(type) ||
      names.length === 0 ||
      !names.every((name) => typeof name === 'string' && name !== '') ||
      names.some(isDeleted)
    ) {
      throw malformed(`Invalid principal in policy: "${type}":${JSON.stringify(named)}`);
    }
  }
};

const validateActions = (actions: readonly unknown[]): void => {
  if (actions.length === 0) throw malformed('Policy statement must contain actions.');
  if (!actions.every((action) => typeof action === 'string' && /^sts:[a-z*?]+$/i.test(action))) {
    throw malformed('AssumeRole policy may only specify STS AssumeRole actions.');
  }
};

const validateCondition = (condition: unknown): void => {
  if (!isObject(condition)) throw malformed('Syntax errors in policy.');
  for (const [name, keys] of Object.entries(condition)) {
    if (!operator.test(name)) throw malformed(`Invalid Condition type : ${name}.`);
    if (!isObject(keys)) throw malformed('Syntax errors in policy.');
    for (const [key, expected] of Object.entries(keys)) {
      const values = many(expected);
      if (
        values.length === 0 ||
        !values.every((entry) => ['string', 'number', 'boolean'].includes(typeof entry))
      ) {
        throw malformed(`Invalid value for the condition key ${key}`);
      }
    }
  }
};
