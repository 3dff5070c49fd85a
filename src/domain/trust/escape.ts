const escapeCharacter = (one: string) => `\\u${one.charCodeAt(0).toString(16).padStart(4, '0')}`;

/** A value with spaces and all characters outside printable ASCII as \u escapes. */
export const escapeValue = (value: string): string => value.replace(/[^!-~]/g, escapeCharacter);

/** The same for a sentence: spaces stay. */
export const escapeSentence = (sentence: string): string => sentence.replace(/[^ -~]/g, escapeCharacter);
