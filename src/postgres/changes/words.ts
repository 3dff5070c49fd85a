/** Everything but letters and digits, of whatever language. */
const separators = /[^0-9a-z\u00c0-\u1fff\u2070-\u2fff\u3040-\u{10ffff}]+/gu;

/**
 * The words of a text, with one blank between two, as `ledger_words` of the migration makes them. Letter case
 * is ignored for Latin letters of ASCII and Latin-1. A word is cut after 64 characters.
 */
export const wordsOf = (text: string): string =>
  text
    .replace(/[A-Z\u00c0-\u00d6\u00d8-\u00de]/g, (letter) => letter.toLowerCase())
    .replace(separators, ' ')
    .replace(/([^ ]{64})[^ ]+/gu, '$1')
    .replace(/^ | $/g, '');

/**
 * What a search asks of a change: every phrase stands in its text, and so every word does. Blanks separate
 * phrases. The words of one phrase, as of `CHG-1042` or `us-west-2/search`, follow one another.
 */
export function parseSearch(q: string): { words: string[]; phrases: string[] } {
  const phrases = q.split(/\s+/).map(wordsOf).filter(Boolean);
  return { words: [...new Set(phrases.flatMap((phrase) => phrase.split(' ')))], phrases };
}
