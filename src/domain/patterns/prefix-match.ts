import type { Cluster, Partition } from '../../schema/primitives.ts';
import type { Source } from '../kinds/role-kind.ts';
import type { Comparison } from '../role/arn.ts';
import type { Budget } from './budget.ts';

// Fast answers for ordinary lines without automata. They are the same answers as the exact ones
// (prefix-match.test.ts), or none.

const fiveColons = /^(?:[^:]*:){5}/;

/**
 * The text with which every source ARN of a cluster begins. It ends before the first component that can
 * differ.
 */
export function startOf(
  source: Source,
  partition: Partition,
  accountId: string | null,
  { region, name }: Cluster,
): string {
  const { service, beforeName, afterName } = source;
  if (region === '*') return `arn:${partition}:${service}:`;
  if (accountId === null) return `arn:${partition}:${service}:${region}:`;
  return `arn:${partition}:${service}:${region}:${accountId}:${beforeName}${name === '*' ? '' : name + afterName}`;
}

/**
 * How a value begins: the text before its first wildcard. `isPrefix`: the only wildcard is a `*` at the end
 * that matches whatever follows.
 */
export interface Beginning {
  head: string;
  isPrefix: boolean;
}

export function beginningOf(value: string, comparison: Comparison): Beginning {
  const wild = comparison === 'EXACT' || comparison === 'EXACT_IGNORING_CASE' ? -1 : value.search(/[*?]/);
  if (wild < 0) return { head: value, isPrefix: false };
  const head = value.slice(0, wild);
  // Under ArnLike only the `*` of the sixth component matches colons.
  const isPrefix =
    wild === value.length - 1 && value[wild] === '*' && (comparison === 'STRING' || fiveColons.test(head));
  return { head, isPrefix };
}

/**
 * How does a line relate to the texts that begin with `start`? It matches all of them (true) or none (false),
 * or it takes the exact test to tell (null).
 */
export function meets({ head, isPrefix }: Beginning, comparison: Comparison, start: string): boolean | null {
  if (comparison === 'EXACT_IGNORING_CASE') return null;
  if (head.length > start.length) return head.startsWith(start) ? null : false;
  if (!start.startsWith(head)) return false;
  return isPrefix ? true : null;
}

type UsualLine = readonly [value: string, partition: string, region: string, account: string];

/** The parts of a line that names one cluster, as lineFor() writes it. Null for any other line. */
export function parseUsualLine(
  { usualLine }: Source,
  value: string,
  comparison: Comparison,
  partition: Partition,
): UsualLine | null {
  const found = comparison === 'ARN' || comparison === 'STRING' ? usualLine.exec(value) : null;
  return found?.[1] === partition ? (found as unknown as UsualLine) : null;
}

export const hasWildcard = (text: string) => text.includes('*') || text.includes('?');

const asterisk = 42;
const questionMark = 63;

/**
 * Does a text match a pattern of `*` and `?`? It takes at most the product of their lengths in steps. Pass
 * `budget` when both may be long.
 */
export function matchesText(pattern: string, text: string, budget?: Budget): boolean {
  if (pattern === text || pattern === '*') return true;
  let at = 0;
  let from = 0;
  let star = -1;
  let retry = 0;
  while (from < text.length) {
    const wanted = pattern.charCodeAt(at);
    if (wanted === asterisk) {
      star = at++;
      if (at === pattern.length) return true;
      retry = from = next(pattern, at, text, from);
    } else if (wanted === questionMark || wanted === text.charCodeAt(from)) {
      at++;
      from++;
    } else if (star >= 0) {
      budget?.spend(at - star);
      at = star + 1;
      retry = from = next(pattern, at, text, retry + 1);
    } else return false;
  }
  while (pattern.charCodeAt(at) === asterisk) at++;
  return at === pattern.length;
}

/**
 * The first place in the text where the part of the pattern after a `*` can begin. The end of the text if
 * there is none.
 */
function next(pattern: string, at: number, text: string, from: number): number {
  const wanted = pattern.charCodeAt(at);
  if (wanted === asterisk || wanted === questionMark) return from;
  const found = text.indexOf(pattern[at] as string, from);
  return found < 0 ? text.length : found;
}
