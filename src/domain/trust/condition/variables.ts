import type { Comparison } from '../../role/arn.ts';
import type { CheckContext } from '../../role/check-context.ts';
import { findKey } from './request-keys.ts';

/** A text, and how an operator compares it. */
export interface Pattern {
  value: string;
  comparison: Comparison;
}

/** A condition value with policy variables. */
export interface ReadValue {
  /** Its pattern in a call for our account. Null: a variable has no known value. */
  sure: Pattern | null;
  /** The widest pattern that it can match: `*` replaces each variable of unknown value. */
  most: Pattern;
  /** The same in a call for any account: `*` replaces the caller's account and organization too. */
  anywhere: Pattern;
  /** The caller's properties that it names. AWS does not document that the service sends them. */
  callers: ('ACCOUNT' | 'ORGANIZATION')[];
}

type Piece =
  /** As written: wildcards are wildcards. */
  | { kind: 'WRITTEN'; text: string }
  /** The value of a variable. It has no wildcards. */
  | { kind: 'VALUE'; text: string }
  | { kind: 'CALLER'; text: string; of: 'ACCOUNT' | 'ORGANIZATION' }
  | { kind: 'OPEN' };

/** A character that no ARN, account, organization or name has. */
export const never = '\uFFFF';
const variable = /\$\{\s*([^{}',]+?)\s*(?:,\s*'([^'}]*)'\s*)?\}/y;
const open: Piece = { kind: 'OPEN' };

/** Reads a value that contains `${`. Only version 2012-10-17 has variables. */
export function readVariables(text: string, comparison: Comparison, context: CheckContext): ReadValue {
  const pieces = piecesOf(text, context);
  const isOpen = pieces.some(({ kind }) => kind === 'OPEN');
  const most = compose(pieces, comparison, false);
  return {
    sure: isOpen ? null : most,
    most,
    anywhere: compose(pieces, comparison, true),
    callers: pieces.flatMap((piece) => (piece.kind === 'CALLER' ? [piece.of] : [])),
  };
}

function piecesOf(text: string, context: CheckContext): Piece[] {
  const pieces: Piece[] = [];
  for (let at = 0; at < text.length; ) {
    const start = text.indexOf('${', at);
    if (start !== at) pieces.push({ kind: 'WRITTEN', text: text.slice(at, start < 0 ? undefined : start) });
    if (start < 0) break;
    variable.lastIndex = start;
    const found = variable.exec(text);
    // AWS does not document what IAM does with an unterminated variable.
    pieces.push(found ? pieceOf(found[1] as string, found[2], context) : open);
    at = found ? variable.lastIndex : text.length;
  }
  return pieces;
}

function pieceOf(name: string, fallback: string | undefined, context: CheckContext): Piece {
  // These stand for the characters themselves (IAM user guide, policy variables).
  if (name === '*' || name === '?' || name === '$') return { kind: 'VALUE', text: name };
  const key = findKey(name.toLowerCase());
  const known = key.resolve(context);
  // AWS does not document whether a wildcard in a default value is one.
  if (known.is === 'ABSENT')
    return fallback === undefined || /[*?]/.test(fallback) ? open : { kind: 'VALUE', text: fallback };
  if (known.is !== 'VALUE') return open;
  if (key.caller === 'ACCOUNT' || key.caller === 'ORGANIZATION')
    return { kind: 'CALLER', text: known.value, of: key.caller };
  return { kind: 'VALUE', text: known.value };
}

/** Joins the pieces to one pattern. `anyCaller`: for a call of any account. */
function compose(pieces: Piece[], comparison: Comparison, anyCaller: boolean): Pattern {
  const isOpen = ({ kind }: Piece) => kind === 'OPEN' || (anyCaller && kind === 'CALLER');
  const isExact = comparison === 'EXACT' || comparison === 'EXACT_IGNORING_CASE';
  if (!pieces.some(isOpen)) {
    const literal = (text: string) => (isExact ? text : text.replace(/[*?]/g, never));
    return { value: pieces.map((piece) => textOf(piece, (text) => text, literal)).join(''), comparison };
  }
  const fixed = (text: string) => {
    const withoutWildcards = text.replace(/[*?]/g, never);
    return comparison === 'EXACT_IGNORING_CASE' ? withoutWildcards.replace(/[a-z]/gi, '?') : withoutWildcards;
  };
  const written = isExact ? fixed : (text: string) => text;
  const value = pieces.map((piece) => (isOpen(piece) ? '*' : textOf(piece, written, fixed))).join('');
  // An unknown value may contain colons. An account or organization never does.
  const isApart = comparison === 'ARN' && pieces.every(({ kind }) => kind !== 'OPEN');
  return { value, comparison: isApart ? 'ARN' : 'STRING' };
}

function textOf(piece: Piece, written: (text: string) => string, put: (text: string) => string): string {
  if (piece.kind === 'OPEN') return '*';
  return piece.kind === 'WRITTEN' ? written(piece.text) : put(piece.text);
}
