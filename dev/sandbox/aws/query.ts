import { refuse } from './aws-error.ts';

/** Parameters of the Query protocol as a tree: `Tags.member.1.Key=a` is `{ Tags: [{ Key: 'a' }] }`. */
export type QueryInput = { [name: string]: QueryValue };
type QueryValue = string | number | QueryValue[] | QueryInput;

// Well above the limit of any shape. It prevents `member.4000000000` from creating a list of that length.
const longestList = 1000;

// No prototype, so that a parameter may be named __proto__.
const emptyInput = (): QueryInput => Object.create(null);

const malformed = (name: string) => refuse('ValidationError', `The parameter ${name} is not well formed`);

const put = (node: QueryInput, path: readonly string[], content: string, name: string): void => {
  const [head = '', next, ordinal] = path;
  if (next === undefined) {
    node[head] = content;
  } else if (next === 'member') {
    const index = Number(ordinal) - 1;
    if (!(Number.isInteger(index) && index >= 0 && index < longestList)) throw malformed(name);
    node[head] ??= [];
    if (!Array.isArray(node[head])) throw malformed(name);
    if (path.length === 3) node[head][index] = content;
    else put(child(node[head], index, name), path.slice(3), content, name);
  } else {
    put(child(node, head, name), path.slice(1), content, name);
  }
};

const child = (node: QueryInput | QueryValue[], key: string | number, name: string): QueryInput => {
  const holder = node as Record<string | number, QueryValue>;
  holder[key] ??= emptyInput();
  const found = holder[key];
  if (typeof found !== 'object' || Array.isArray(found)) throw malformed(name);
  return found;
};

/** Reads a form body or a query string. Throws ValidationError for names that contradict each other. */
export const parseQuery = (form: string): QueryInput => {
  const input = emptyInput();
  for (const [name, content] of new URLSearchParams(form)) {
    if (name.includes('.')) put(input, name.split('.'), content, name);
    else input[name] = content;
  }
  return input;
};

/** A parameter that is a plain string, or null. */
export const textOf = (input: QueryInput, name: string): string | null => {
  const found = input[name];
  return typeof found === 'string' ? found : null;
};
