import { createGraphqlSchema } from '#src/http/graphql/schema.ts';
import { inHeader, placesOf } from '#src/http/rest/parameter-locations.ts';
import { routes } from '#src/http/rest/routes.ts';
import { operations } from '#src/operations/index.ts';
import { selection } from '#test/support/selection.ts';
import type { TestAccount, TestService } from '#test/support/service.ts';
import type { Input } from './case.ts';

export type Name = keyof typeof operations;

const textsOf = (value: unknown): string[] => [value].flat().map(String);

/**
 * Sends the input to the operation's route, each field in its place. Fields that the route lacks are sent in
 * the body.
 */
export async function askRest(
  { rest }: TestService,
  name: Name,
  { labels, ...input }: Input,
): Promise<unknown> {
  const route = routes.find(({ operation }) => operation.name === name);
  if (!route) throw new Error(`REST has no ${name}`);
  const places = placesOf(route);
  const hasBody = route.method === 'POST' || route.method === 'PUT';
  const query = new URLSearchParams();
  const headers: Record<string, string> = {};
  const body: Input = hasBody && labels !== undefined ? { labels } : {};
  let path = `/v1${route.url}`;
  for (const [field, value] of Object.entries(input)) {
    const place = places[field] ?? (hasBody ? 'body' : 'query');
    if (value === undefined) continue;
    if (place === 'path') path = path.replace(`:${field}`, encodeURIComponent(String(value)));
    else if (place === 'header') headers[inHeader[field] ?? ''] = String(value);
    // REST writes the value of `wait` in lower case.
    else if (place === 'query')
      for (const text of textsOf(value)) query.append(field, field === 'wait' ? text.toLowerCase() : text);
    else body[field] = value;
  }
  if (!hasBody)
    for (const [key, value] of Object.entries((labels ?? {}) as Input))
      query.append('label', `${key}=${value}`);
  const { status, json } = await rest(route.method, `${path}?${query}`, hasBody ? body : undefined, headers);
  return status === 204 ? true : json;
}

const schema = createGraphqlSchema();

/** GraphQL has other arguments for the previous page. */
const isBack = (cursor: unknown) =>
  typeof cursor === 'string' && Buffer.from(cursor, 'base64url').toString().startsWith('>');

/** Sends the input to the operation's field, and answers as REST would. */
export async function askGraphql({ graphql }: TestService, name: Name, input: Input): Promise<unknown> {
  const isQuery = operations[name].kind === 'QUERY';
  const field = (isQuery ? schema.getQueryType() : schema.getMutationType())?.getFields()[name];
  if (!field) throw new Error(`GraphQL has no ${name}`);
  const typeOf = (argument: string) => field.args.find((one) => one.name === argument)?.type;
  const { limit, cursor, ...rest } = input;
  const page = isBack(cursor) ? { last: limit, before: cursor } : { first: limit, after: cursor };
  const flat = typeOf('first') ? { ...page, ...(typeOf('filter') ? { filter: rest } : rest) } : input;
  const given = Object.entries(typeOf('input') ? { input } : flat).filter(([, value]) => value !== undefined);
  const declared = given.map(([argument]) => `$${argument}: ${typeOf(argument) ?? 'String'}`).join(', ');
  const passed = given.map(([argument]) => `${argument}: $${argument}`).join(', ');
  const inBrackets = (text: string) => (text === '' ? '' : `(${text})`);
  const document = `${isQuery ? 'query' : 'mutation'} ${inBrackets(declared)} { ${name}${inBrackets(passed)} ${selection(field.type)} }`;
  const { json } = await graphql(document, Object.fromEntries(given));
  if (json.errors) return json.errors[0].extensions;
  const answer = json.data[name];
  if (Array.isArray(answer)) return { items: answer, nextCursor: null };
  if (!answer?.edges) return answer;
  const { hasNextPage, endCursor, hasPreviousPage, startCursor } = answer.pageInfo;
  return {
    items: answer.edges.map(({ node }: { node: unknown }) => node),
    nextCursor: hasNextPage ? endCursor : null,
    ...(name === 'changes' && { previousCursor: hasPreviousPage ? startCursor : null }),
  };
}

const volatile = new Set(
  'since settles endedAt instance requestId awsRequestId via seq at checkedAt createdAt startedAt updatedAt hash previousHash etag roleId nextCursor previousCursor changeId signature expiresAt revokedAt token changedAt oldestCheckAt ageSeconds deadAt nextAt'.split(
    ' ',
  ),
);
/** Without the parts that differ from call to call: times, IDs, hashes, and the account of the face. */
export function comparable(answer: unknown, { accountId }: TestAccount): unknown {
  const text = JSON.stringify(answer, (key, value) => (volatile.has(key) && value !== null ? '…' : value));
  return JSON.parse(
    text
      .replaceAll(accountId, 'ACCOUNT')
      .replaceAll(/ (last .*?) at \d{4}-[\dT:.-]+Z/g, ' $1 at TIME')
      .replaceAll(/account \d+"/g, 'account N"')
      .replaceAll(/(plan|change|sweep|import)_[0-9a-f-]{36}/g, '$1_…')
      .replaceAll(/[0-9a-f]{32}/g, 'HASH')
      .replaceAll(/"id":"[0-9a-f]{16}"/g, '"id":"…"')
      // A longer log has a longer proof.
      .replaceAll(/\[("HASHHASH",?)+\]/g, '["HASHHASH"]'),
  );
}

/** Each face names the request of a remedy in its own words: here those of REST. */
export const inWordsOfRest = (answer: unknown): unknown =>
  JSON.parse(
    JSON.stringify(answer)
      .replaceAll('Send createExecutionRole', 'Send POST …/execution-roles')
      .replaceAll('end extendExecutionRole', 'end POST …/extend')
      .replaceAll('Send ensureExecutionRole', 'Send PUT …/{roleName}')
      .replaceAll('Send pruneExecutionRole', 'Send POST …/{roleName}/prune')
      .replaceAll(/(end|with) retractCluster/g, '$1 DELETE …/clusters/REGION/NAME')
      .replaceAll(/\b(onMismatch|drop): /g, '$1 ')
      .replaceAll('compact: true', 'compact')
      .replaceAll(/\boverride: \[?([A-Z_]+)\]?/g, 'override=$1'),
  );

/** GraphQL's faults point to its own arguments: `first` for `limit`, and those in `filter`. */
export const inFieldsOfTheOperation = (answer: Input): Input =>
  answer?.code === 'INVALID_INPUT'
    ? JSON.parse(
        JSON.stringify(answer)
          .replace(/\/(first|last)(?=[" ])/g, '/limit')
          .replace(/\/(after|before)(?=[" ])/g, '/cursor')
          .replaceAll('/filter/', '/'),
      )
    : answer;
