/** The most of AWS's own words that is shown. Trust policies that AWS quotes are the longest. */
const maxLength = 1000;

// What AWS says is about what was sent, and a proxy may answer in its place: nothing of it is taken to be harmless.
const removed: [RegExp, string][] = [
  // Control and format characters, line separators.
  [/[\p{Cc}\p{Cf}\p{Zl}\p{Zp}\s]+/gu, ' '],
  // Who called: the service's own principal and its session, or the member role, which the message names already.
  [/^User: \S+ is /, ''],
  [/\bhttps?:\/\/[^\s"'<>]+/gi, '[address]'],
  [/\b(?:\d{1,3}\.){3}\d{1,3}(?::\d+)?\b/g, '[address]'],
  [/(?<![\w:])(?:[\da-f]{0,4}:){3,7}[\da-f]{0,4}(?![\w:])/gi, '[address]'],
  [/\b[\w-]+(?:\.[\w-]+)*\.(?:internal|local|localdomain|lan|corp)\b/gi, '[address]'],
  [/\b(?:AKIA|ASIA)[A-Z0-9]{12,}\b/g, '[key]'],
];

/** Secret keys, tokens and signatures: long, of letters and digits, and no part of an ARN. */
const isSecret = (word: string) => !word.includes('arn:') && /[A-Za-z0-9+/=]{40,}/.test(word) && /\d/.test(word) && /[a-z]/i.test(word);

/** AWS's own words, fit to be shown: one line, without credentials and addresses, and not cut off in the middle of a word. */
export function sanitizeMessage(message: string): string {
  const clean = removed.reduce((text, [pattern, instead]) => text.replace(pattern, instead), message).trim();
  const words = clean.replace(/[^\s"'<>(),;]+/g, (word) => (isSecret(word) ? '[removed]' : word)).replace(/\.$/, '');
  if (words.length <= maxLength) return words;
  const cut = words.slice(0, maxLength + 1);
  const end = cut.lastIndexOf(' ');
  return end > 0 ? `${cut.slice(0, end)} …` : `${cut.slice(0, maxLength)}…`;
}
