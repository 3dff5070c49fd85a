/**
 * A text in double quotes, as YAML and HCL both read it. Only escapes that both know: what could end a line or cannot be
 * printed becomes \uXXXX (HCL has no \b and no \f; YAML 1.1 takes U+0085 and U+2028 for line breaks).
 */
export const quoted = (text: string): string =>
  `"${text.replaceAll(/["\\]/g, '\\$&').replaceAll(unprintable, (one) => `\\u${one.charCodeAt(0).toString(16).padStart(4, '0')}`)}"`;

/** All of them are single UTF-16 code units. */
export const unprintable = /[\p{Cc}\p{Cs}\p{Zl}\p{Zp}\uFEFF\uFFFE\uFFFF]/gu;

/** Comment lines of YAML and HCL; nothing in them can end the comment. */
export const comment = (...lines: string[]): string => lines.map((line) => `# ${line.replaceAll(unprintable, ' ')}\n`).join('');
