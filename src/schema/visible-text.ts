/**
 * Characters that nobody sees: control and format characters, unassigned and private ones, those that fonts
 * leave out, and every space but the ordinary one, which may not begin or end a text.
 */
const invisible = /[\p{C}\p{Default_Ignorable_Code_Point}]|(?! )\p{Z}|^ | $/u;

/**
 * Characters that Unicode calls letters, symbols or marks, and that are empty all the same: the blank of
 * Braille, of musical notes, of Khitan and of hieroglyphs; the place of an embedded object.
 */
const blank = /[\u2800\ufffc\u{13440}-\u{13442}\u{16fe4}\u{1d159}]/u;

/**
 * Marks that join two letters of their script, and show nothing anywhere else. Unicode:
 * Indic_Syllabic_Category=Invisible_Stacker.
 */
const joiners =
  '\\u1039\\u17d2\\u1a60\\u2d7f\\u{10a3f}\\u{1107f}\\u{11133}\\u{113d0}\\u{1193e}\\u{11a47}\\u{11a99}\\u{11d45}\\u{11d97}\\u{11f42}';
const strayJoiner = new RegExp(`(?<![\\p{Lo}\\p{M}])[${joiners}]|[${joiners}](?!\\p{Lo})`, 'u');

/** A mark at the beginning sits on whatever stands before the text. */
const leadingMark = /^\p{M}/u;

/** Does the text show as it is? With a character that does not show, one name reads as another. */
export const isVisible = (text: string): boolean =>
  ![invisible, blank, strayJoiner, leadingMark].some((pattern) => pattern.test(text)) &&
  text === text.normalize();
