import type { JsonObject } from '../../schema/primitives.ts';

/** A policy document as read: `duplicates` are pointers to keys that repeat an earlier one (JSON.parse keeps the last). */
export interface PolicyDocument {
  content: JsonObject;
  /** False where the text is no policy that can be read: `content` is then empty. */
  isRead: boolean;
  duplicates: string[];
  size: number;
}

export const isObject = (value: unknown): value is JsonObject => typeof value === 'object' && value !== null && !Array.isArray(value);

/** IAM lets most elements be one value or an array of them. */
export const oneOrMany = (value: unknown): unknown[] => (value === undefined ? [] : Array.isArray(value) ? value : [value]);

/** The length of a document as IAM counts it against the quota: characters without white space. */
export const sizeOf = (text: string) => dense(text).length;
const dense = (text: string) => text.replace(/\s+/g, '');

/** How a document is written: without white space, which the quota does not count but people do not miss. */
export const textOf = (document: JsonObject) => JSON.stringify(document);

/** The last one: a check looks at the same text some times on end. More than one would be a memory that has to be kept small. */
let last: { text: string; document: PolicyDocument; canonical?: string } | undefined;

/** Reads stored text. What is not a JSON object reads as an empty document: it allows nothing. */
export function readDocument(text: string): PolicyDocument {
  if (last?.text !== text) last = { text, document: read(text) };
  return last.document;
}

/** The canonical form of stored text, as it is read. */
export function canonicalOf(text: string): string {
  const { content } = readDocument(text);
  if (last?.text !== text) return canonical(content);
  last.canonical ??= canonical(content);
  return last.canonical;
}

function read(text: string): PolicyDocument {
  const content = parse(text);
  const squeezed = dense(text);
  const written = content === null ? text : textOf(content);
  // Parsing drops the tokens of repeated keys, so a text that is written again as it was has none.
  const isWhole = written === text || dense(written) === squeezed;
  return { content: content ?? {}, isRead: content !== null, duplicates: isWhole ? [] : duplicateKeys(text), size: squeezed.length };
}

/** The strings, keys and values, that stored text holds and that reading it loses to a repeated key. */
export function shadowedStrings(text: string): string[] {
  const { content, duplicates } = readDocument(text);
  return duplicates.length === 0 ? [] : shadowedIn(text, content);
}

/** So, where the content is known already. */
export function shadowedIn(text: string, content: JsonObject): string[] {
  const kept = new Set(stringsIn(textOf(content)));
  return [...new Set(stringsIn(text))].filter((string) => !kept.has(string));
}

// Strings, and the punctuation that opens, closes and separates; numbers and words do not matter.
const tokensIn = (text: string) => text.matchAll(/"[^"\\]*(?:\\.[^"\\]*)*"|[{}[\],:]/gs);
export const stringsIn = (text: string): string[] =>
  [...tokensIn(text)].flatMap(([token]) => (token.startsWith('"') ? [JSON.parse(token) as string] : []));

/** IAM's grammar nests six deep. What nests much deeper is no policy, and would overflow the stack of whoever walks it. */
const depthLimit = 64;
function isTooDeep(text: string): boolean {
  if ((text.match(/[[{]/g)?.length ?? 0) <= depthLimit) return false;
  let depth = 0;
  for (const [token] of tokensIn(text)) {
    if (token === '{' || token === '[') depth += 1;
    else if (token === '}' || token === ']') depth -= 1;
    if (depth > depthLimit) return true;
  }
  return false;
}

/** IAM's largest quota, 8,192 characters, has room for 1,600 keys. Much more is no policy, and slow to copy. */
const keyLimit = 4096;
const hasTooManyKeys = (text: string) => text.length > keyLimit && (text.match(/"\s*:/g)?.length ?? 0) > keyLimit;

function parse(text: string): JsonObject | null {
  try {
    const value: unknown = JSON.parse(text);
    return isObject(value) && !isTooDeep(text) && !hasTooManyKeys(text) ? value : null;
  } catch {
    // IAM stores only JSON; an emulator may not. Either way there is nothing in it that allows anything.
    return null;
  }
}

export const pointerTo = (...segments: (string | number)[]) =>
  segments.map((s) => `/${typeof s === 'string' ? s.replaceAll('~', '~0').replaceAll('/', '~1') : s}`).join('');

/** Pointers to the keys that repeat one of the same object. `text` is known to be JSON. */
function duplicateKeys(text: string): string[] {
  const found: string[] = [];
  const open: { keys: Set<string> | null; at: string | number }[] = [];
  let lastString: string | null = null;
  for (const [token] of tokensIn(text)) {
    const inner = open.at(-1);
    if (token.startsWith('"')) lastString = JSON.parse(token) as string;
    else if (token === '{' || token === '[') open.push({ keys: token === '{' ? new Set() : null, at: 0 });
    else if (token === '}' || token === ']') open.pop();
    else if (token === ',' && inner && !inner.keys) inner.at = (inner.at as number) + 1;
    else if (token === ':' && inner?.keys && lastString !== null) {
      inner.at = lastString;
      if (inner.keys.has(lastString)) found.push(pointerTo(...open.map(({ at }) => at)));
      inner.keys.add(lastString);
    }
  }
  return found;
}

/**
 * The canonical form: keys sorted, no white space, a single value the same as an array of it alone, and arrays of
 * strings sorted: to IAM they are sets, and it may show principals in another order than they were written in.
 */
export function canonical(value: unknown): string {
  if (Array.isArray(value)) {
    const members = value.map(canonical);
    if (value.every((member) => typeof member === 'string')) members.sort();
    return value.length === 1 ? (members[0] as string) : `[${members.join()}]`;
  }
  if (!isObject(value)) return JSON.stringify(value);
  const members = Object.keys(value)
    .sort()
    .map((key) => `${JSON.stringify(key)}:${canonical(value[key])}`);
  return `{${members.join()}}`;
}
