/** What an ID or ARN names, without asking the service. */
export type Target =
  | { kind: 'account'; accountId: string }
  | { kind: 'role'; accountId: string; roleName: string }
  | { kind: 'cluster'; accountId: string; region: string; name: string }
  | { kind: 'change'; id: string };

const patterns: [RegExp, (...parts: string[]) => Target][] = [
  [/^(\d{12})$/, (accountId = '') => ({ kind: 'account', accountId })],
  // A console of AWS shows an account's ID so.
  [/^(\d{4})-(\d{4})-(\d{4})$/, (...parts) => ({ kind: 'account', accountId: parts.join('') })],
  [
    /^arn:aws[a-z-]*:iam::(\d{12}):role\/(?:[!-~]*\/)?([\w+=,.@-]{1,64})$/,
    (accountId = '', roleName = '') => ({ kind: 'role', accountId, roleName }),
  ],
  [
    /^arn:aws[a-z-]*:eks:([a-z0-9-]+):(\d{12}):(?:cluster|fargateprofile)\/([0-9A-Za-z][\w-]{0,99})(?:\/.*)?$/,
    (region = '', accountId = '', name = '') => ({ kind: 'cluster', accountId, region, name }),
  ],
  [/^(change_[0-9a-f-]{36})$/, (id = '') => ({ kind: 'change', id })],
];

/** Null: the text is no ID and no ARN that this console has a page for. */
export function targetOf(text: string): Target | null {
  const trimmed = text.trim();
  for (const [pattern, make] of patterns) {
    const found = pattern.exec(trimmed);
    if (found) return make(...found.slice(1));
  }
  return null;
}

/** The names of `names` in which each word of `q` stands, each name once. Letter case is ignored. */
export function matching(q: string, names: string[]): string[] {
  const words = q.toLowerCase().split(/\s+/).filter(Boolean);
  return [...new Set(names)].filter((name) => words.every((word) => name.toLowerCase().includes(word)));
}
