import type { JsonObject } from '../../schema/primitives.ts';

/**
 * A parsed policy document. `duplicates` are pointers to keys that repeat an earlier one. JSON.parse keeps
 * the last value.
 */
export interface PolicyDocument {
  content: JsonObject;
  /** False when the text cannot be parsed as a policy. `content` is then empty. */
  isRead: boolean;
  duplicates: string[];
  /** Is the text what JSON.stringify writes of `content`, except for white space? */
  isWhole: boolean;
  size: number;
}

export const isObject = (value: unknown): value is JsonObject =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

/** IAM accepts one value or an array for most elements. */
export const oneOrMany = (value: unknown): unknown[] =>
  value === undefined ? [] : Array.isArray(value) ? value : [value];

/** The length of a document as IAM counts it for the quota: characters without white space. */
export const sizeOf = (text: string) => dense(text).length;
const dense = (text: string) => text.replace(/\s+/g, '');

/** Writes a document without white space. */
export const textOf = (document: JsonObject) => JSON.stringify(document);

/**
 * The last document. One operation parses the same text several times in a row. A larger cache would have to
 * be limited.
 */
let last: { text: string; document: PolicyDocument; canonical?: string } | undefined;

/** Parses stored text. Text that is not a JSON object gives an empty document, which allows nothing. */
export function readDocument(text: string): PolicyDocument {
  if (last?.text !== text) last = { text, document: read(text) };
  return last.document;
}

/** The canonical form of stored text. */
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
  // Parsing drops repeated keys. A text that is the same when written again has none.
  const isWhole = written === text || dense(written) === squeezed;
  return {
    content: content ?? {},
    isRead: content !== null,
    duplicates: isWhole ? [] : duplicateKeys(text),
    isWhole,
    size: squeezed.length,
  };
}

/** Answers as `readDocument` does, without parsing: JSON.stringify wrote the text of the content. */
export function readWritten(content: JsonObject, text: string): PolicyDocument {
  const isRead = !hasTooManyParts(text);
  return { content: isRead ? content : {}, isRead, duplicates: [], isWhole: true, size: sizeOf(text) };
}

/** The strings, keys and values, that the stored text has and that parsing loses to a repeated key. */
export function shadowedStrings(text: string): string[] {
  const { content, duplicates } = readDocument(text);
  return duplicates.length === 0 ? [] : shadowedIn(text, content);
}

/** The same for a document that is parsed already. */
export function shadowedIn(text: string, content: JsonObject): string[] {
  const kept = new Set(stringsIn(textOf(content)));
  return [...new Set(stringsIn(text))].filter((string) => !kept.has(string));
}

// Strings and punctuation. Numbers and literals do not matter here.
const tokensIn = (text: string) => text.matchAll(/"[^"\\]*(?:\\.[^"\\]*)*"|[{}[\],:]/gs);
export const stringsIn = (text: string): string[] =>
  [...tokensIn(text)].flatMap(([token]) => (token.startsWith('"') ? [JSON.parse(token) as string] : []));

/**
 * IAM's grammar nests six levels. Text that nests far deeper is not a policy, and could overflow the stack.
 */
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

/**
 * IAM's largest quota, 8,192 characters, has room for 1,600 keys, and for fewer commas than characters. Text
 * with far more is not a policy, and is slow to copy.
 */
const keyLimit = 4096;
const commaLimit = 8192;
const hasTooManyParts = (text: string) =>
  isAbove(keyLimit, text, /"\s*:/g) || isAbove(commaLimit, text, /,/g);
const isAbove = (limit: number, text: string, part: RegExp) =>
  text.length > limit && (text.match(part)?.length ?? 0) > limit;

function parse(text: string): JsonObject | null {
  try {
    const value: unknown = JSON.parse(text);
    return isObject(value) && !isTooDeep(text) && !hasTooManyParts(text) ? value : null;
  } catch {
    // IAM stores only JSON, but an emulator may store other text. It allows nothing either way.
    return null;
  }
}

export const pointerTo = (...segments: (string | number)[]) =>
  segments
    .map((s) => `/${typeof s === 'string' ? s.replaceAll('~', '~0').replaceAll('/', '~1') : s}`)
    .join('');

/** Pointers to the keys that repeat a key of the same object. `text` is known to be JSON. */
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

/** Have two values the same canonical form? Parts that both share are not read. */
export function isSameCanonical(one: unknown, other: unknown): boolean {
  if (one === other) return true;
  if (typeof one === 'string' && typeof other === 'string') return false;
  if (Array.isArray(one) && one.length === 1) return isSameCanonical(one[0], other);
  if (Array.isArray(other) && other.length === 1) return isSameCanonical(one, other[0]);
  if (isObject(one) && isObject(other)) {
    const keys = Object.keys(one);
    return (
      keys.length === Object.keys(other).length &&
      keys.every((key) => Object.hasOwn(other, key) && isSameCanonical(one[key], other[key]))
    );
  }
  const areAlike = Array.isArray(one) && Array.isArray(other) && isOfTexts(one) === isOfTexts(other);
  if (!areAlike) return canonical(one) === canonical(other);
  const isSameInOrder = (a: unknown[], b: unknown[]) => a.every((member, i) => isSameCanonical(member, b[i]));
  if (one.length !== other.length) return false;
  return isSameInOrder(one, other) || (isOfTexts(one) && isSameInOrder(one.toSorted(), other.toSorted()));
}

const isOfTexts = (values: unknown[]) => values.every((value) => typeof value === 'string');

/**
 * The canonical form: sorted keys, no white space, a single value instead of an array of one, and sorted
 * arrays of strings. IAM treats those arrays as sets, and may show principals in another order.
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
