// Role names, tags and findings come from AWS accounts. Their authors must not control the reader's terminal.

/**
 * Control and format characters (escape sequences, bidirectional overrides), line separators, halves of
 * characters.
 */
const unsafe = /[\p{Cc}\p{Cf}\p{Cs}\p{Zl}\p{Zp}]/gu;

/** A text for one line of a terminal. Unsafe characters become �. */
export const safe = (text: string): string => text.replace(unsafe, '\u{FFFD}');

/** The same for several lines, which may contain tabs. */
export const safeLines = (text: string): string =>
  text.replace(unsafe, (one) => (one === '\n' || one === '\t' ? one : '\u{FFFD}'));

/** JSON that is safe for a terminal: the same value, with unsafe characters as escapes. Line ends stay. */
export const safeJson = (json: string): string =>
  json.replace(unsafe, (character) =>
    character === '\n'
      ? character
      : Array.from({ length: character.length }, (_, at) => escapeUnit(character.charCodeAt(at))).join(''),
  );

const escapeUnit = (unit: number) => `\\u${unit.toString(16).padStart(4, '0')}`;
