// Role names, tags and findings come from AWS accounts: whoever writes there must not drive the terminal of who reads here.

/** Control and format characters (escape sequences, bidirectional overrides), line separators, halves of characters. */
const unsafe = /[\p{Cc}\p{Cf}\p{Cs}\p{Zl}\p{Zp}]/gu;

/** A text for one line of a terminal: what could be more than a character of it is shown as �. */
export const safe = (text: string): string => text.replace(unsafe, '\u{FFFD}');

/** The same for several lines, in which tabs may stand. */
export const safeLines = (text: string): string => text.replace(unsafe, (one) => (one === '\n' || one === '\t' ? one : '\u{FFFD}'));

/** JSON that a terminal shows without harm: the same value, such characters as escapes. Line ends stay. */
export const safeJson = (json: string): string =>
  json.replace(unsafe, (character) =>
    character === '\n' ? character : Array.from({ length: character.length }, (_, at) => escapeUnit(character.charCodeAt(at))).join(''),
  );

const escapeUnit = (unit: number) => `\\u${unit.toString(16).padStart(4, '0')}`;
