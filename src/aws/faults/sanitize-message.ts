/** Maximum length of what is shown. The longest messages quote trust policies. */
const maxLength = 1000;

// AWS's message may quote the request, and a proxy may answer in AWS's place. So nothing in it is taken to be
// harmless.
const removed: [RegExp, string][] = [
  // Control and format characters, line separators.
  [/[\p{Cc}\p{Cf}\p{Zl}\p{Zp}\s]+/gu, ' '],
  // The caller: the service's own principal, or the member role, which our message names already.
  [/^User: \S+ is /, ''],
  [/\bhttps?:\/\/[^\s"'<>]+/gi, '[address]'],
  [/\b(?:\d{1,3}\.){3}\d{1,3}(?::\d+)?\b/g, '[address]'],
  [/(?<![\w:])(?:[\da-f]{0,4}:){3,7}[\da-f]{0,4}(?![\w:])/gi, '[address]'],
  [/\b[\w-]+(?:\.[\w-]+)*\.(?:internal|local|localdomain|lan|corp)\b/gi, '[address]'],
  [/\b(?:AKIA|ASIA)[A-Z0-9]{12,}\b/g, '[key]'],
];

/** Secret keys, tokens and signatures: long, with letters and digits, and not part of an ARN. */
const isSecret = (word: string) =>
  !word.includes('arn:') && /[A-Za-z0-9+/=]{40,}/.test(word) && /\d/.test(word) && /[a-z]/i.test(word);

/** AWS's message, made safe to show: one line without credentials and addresses, and cut between words. */
export function sanitizeMessage(message: string): string {
  const clean = removed.reduce((text, [pattern, instead]) => text.replace(pattern, instead), message).trim();
  const words = clean
    .replace(/[^\s"'<>(),;]+/g, (word) => (isSecret(word) ? '[removed]' : word))
    .replace(/\.$/, '');
  if (words.length <= maxLength) return words;
  const cut = words.slice(0, maxLength + 1);
  const end = cut.lastIndexOf(' ');
  return end > 0 ? `${cut.slice(0, end)} …` : `${cut.slice(0, maxLength)}…`;
}
