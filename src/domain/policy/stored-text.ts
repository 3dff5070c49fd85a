import { isObject } from './document.ts';

// A plan edits a parsed document. Parsing loses how the stored text writes numbers (`1.10`), strings
// (`\u00e9`) and the order of some keys. The parts that a plan keeps must reach IAM as they are stored.

/** A part of a JSON text. */
export interface Node {
  from: number;
  to: number;
  /**
   * Members of an object: the last value of each key, how the key is written, and the earlier values if it
   * repeats.
   */
  members: Map<string, { key: string; node: Node; hidden: Node[] }> | null;
  items: Node[] | null;
  /** Does this part repeat a key, or a part within it? */
  hasRepeats: boolean;
}

const tokens = /"[^"\\]*(?:\\.[^"\\]*)*"|[{}[\],:]|[^\s{}[\],:"]+/gs;

/** Parses the structure of a text that is known to be JSON. */
export function structureOf(text: string): Node {
  const all = text.matchAll(tokens);
  const take = () => {
    const { value } = all.next();
    return { token: value?.[0] ?? '', at: value?.index ?? text.length };
  };
  const read = ({ token, at }: ReturnType<typeof take>): Node => {
    const node: Node = { from: at, to: at + token.length, members: null, items: null, hasRepeats: false };
    if (token === '{') node.members = new Map();
    else if (token === '[') node.items = [];
    else return node;
    const add = (child: Node) => {
      node.hasRepeats ||= child.hasRepeats;
      return child;
    };
    for (let next = take(); ; next = take()) {
      if (next.token === ',') continue;
      if (next.token === '}' || next.token === ']' || next.token === '') {
        node.to = next.at + 1;
        return node;
      }
      if (node.items) node.items.push(add(read(next)));
      else {
        const name = JSON.parse(next.token) as string;
        const before = node.members?.get(name);
        node.hasRepeats ||= before !== undefined;
        take();
        const hidden = before ? [...before.hidden, before.node] : [];
        node.members?.set(name, { key: next.token, node: add(read(take())), hidden });
      }
    }
  };
  return read(take());
}

/** The most characters that IAM accepts for a policy, including white space. */
const longest = 131_072;

/**
 * Writes a document as JSON. Parts that have the same value in the JSON `text` are written as they are there.
 * A repeated key is written once in parts that changed, or everywhere with `once`. The result has only
 * characters that IAM accepts.
 */
export function writeLike(document: unknown, text: string, once = false): string {
  const written = forIam(write(document, structureOf(text), { text, once }));
  return written.length <= longest ? written : dense(written);
}

/** The same when the stored text may not be JSON. */
export const writeStored = (
  document: unknown,
  { isRead, trustText }: { isRead: boolean; trustText: string },
  once = false,
): string => (isRead ? writeLike(document, trustText, once) : writeNew(document));

/** Writes a new document with characters that IAM accepts. */
export const writeNew = (document: unknown): string => forIam(JSON.stringify(document));

/** IAM accepts U+0009, U+000A, U+000D and U+0020 to U+00FF. JSON has other characters only in strings. */
const forIam = (json: string): string =>
  json.replaceAll(/[^\t\n\r\x20-\xFF]/g, (unit) => `\\u${unit.charCodeAt(0).toString(16).padStart(4, '0')}`);

/** Formats the text over several lines, for people to read. */
export function layOut(json: string): string {
  let indent = '';
  let text = '';
  let before = '';
  for (const [token] of json.matchAll(tokens)) {
    const isEnd = token === '}' || token === ']';
    const isEmpty = isEnd && (before === '{' || before === '[');
    if (isEnd) indent = indent.slice(2);
    if (!isEmpty && (isEnd || ['{', '[', ','].includes(before))) text += `\n${indent}`;
    text += token === ':' ? ': ' : token;
    if (token === '{' || token === '[') indent += '  ';
    before = token;
  }
  return text;
}

const dense = (json: string) => json.replaceAll(/("[^"\\]*(?:\\.[^"\\]*)*")|\s+/gs, '$1');

interface Source {
  text: string;
  once: boolean;
}

function write(value: unknown, node: Node | undefined, source: Source): string {
  if (!node) return JSON.stringify(value);
  if (!(node.hasRepeats && source.once)) {
    const slice = source.text.slice(node.from, node.to);
    if (isSame(value, JSON.parse(slice))) return slice;
  }
  if (Array.isArray(value)) return `[${writeItems(value, node.items ?? [], source).join()}]`;
  return isObject(value) ? `{${membersOf(value, node, source).join()}}` : JSON.stringify(value);
}

function membersOf(value: Record<string, unknown>, { members }: Node, source: Source): string[] {
  const old = [...(members ?? [])].filter(([name]) => Object.hasOwn(value, name));
  const added = Object.keys(value).filter((name) => !members?.has(name));
  return [
    ...old.map(([name, { key, node }]) => [key, value[name], node] as const),
    ...added.map((name) => [JSON.stringify(name), value[name], undefined] as const),
  ].flatMap(([key, member, node]) => (member === undefined ? [] : [`${key}:${write(member, node, source)}`]));
}

/**
 * Writes each item like its equal in the text. An item without an equal was edited, and is written like the
 * next unused one.
 */
function writeItems(values: unknown[], nodes: Node[], source: Source): string[] {
  const unused = Map.groupBy(nodes, ({ from, to }) =>
    JSON.stringify(JSON.parse(source.text.slice(from, to))),
  );
  const equals = values.map((value) => unused.get(JSON.stringify(value))?.shift());
  const used = new Set(equals);
  const others = nodes.filter((node) => !used.has(node)).values();
  return values.map((value, i) => write(value, equals[i] ?? others.next().value, source));
}

/** Are two JSON values equal? The order of keys does not matter. */
function isSame(one: unknown, other: unknown): boolean {
  if (Array.isArray(one))
    return (
      Array.isArray(other) &&
      one.length === other.length &&
      one.every((member, i) => isSame(member, other[i]))
    );
  if (!isObject(one) || !isObject(other)) return Object.is(one, other);
  const keys = Object.keys(one);
  return (
    keys.length === Object.keys(other).length &&
    keys.every((key) => Object.hasOwn(other, key) && isSame(one[key], other[key]))
  );
}
