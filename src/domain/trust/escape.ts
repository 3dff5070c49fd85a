const escapeCharacter = (one: string) => `\\u${one.charCodeAt(0).toString(16).padStart(4, '0')}`;

/** A value with each character that is not printable ASCII, and each space, as a \u escaped. */
export const escapeValue = (value: string): string => value.replace(/[^!-~]/g, escapeCharacter);

/** A sentence about values: spaces stay. */
export const escapeSentence = (sentence: string): string => sentence.replace(/[^ -~]/g, escapeCharacter);
