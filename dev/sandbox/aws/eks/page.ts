import Type from 'typebox';
import { EksError } from './error.ts';

export const Page = {
  maxResults: Type.Optional(Type.Integer({ minimum: 1, maximum: 100 })),
  nextToken: Type.Optional(Type.String()),
};

/**
 * One sorted page of names. The token holds the last name shown, so that a change between two pages neither
 * repeats nor hides names.
 */
export const pageOf = (
  names: Iterable<string>,
  { maxResults = 100, nextToken }: { maxResults?: number; nextToken?: string },
): { page: string[]; nextToken: string | null } => {
  const after = nextToken ? readToken(nextToken) : null;
  const rest = [...names].filter((name) => after === null || name > after).sort();
  const page = rest.slice(0, maxResults);
  const more = page.length < rest.length;
  return { page, nextToken: more ? Buffer.from(`after:${page.at(-1)}`).toString('base64url') : null };
};

const readToken = (token: string): string => {
  const text = Buffer.from(token, 'base64url').toString();
  if (!text.startsWith('after:')) throw new EksError('InvalidParameterException', 'Invalid nextToken.');
  return text.slice('after:'.length);
};
