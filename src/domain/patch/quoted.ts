/**
 * A double-quoted text that YAML and HCL read alike. Characters that end a line or cannot be printed become
 * \uXXXX, which both know. HCL has no \b and \f. YAML 1.1 treats U+0085 and U+2028 as line breaks.
 */
export const quoted = (text: string): string =>
  `"${text.replaceAll(/["\\]/g, '\\$&').replaceAll(unprintable, (one) => `\\u${one.charCodeAt(0).toString(16).padStart(4, '0')}`)}"`;

/** All of them are single UTF-16 code units. */
export const unprintable = /[\p{Cc}\p{Cs}\p{Zl}\p{Zp}\uFEFF\uFFFE\uFFFF]/gu;

/** Comment lines for YAML and HCL. Nothing in the text can end the comment. */
export const comment = (...lines: string[]): string =>
  lines.map((line) => `# ${line.replaceAll(unprintable, ' ')}\n`).join('');
