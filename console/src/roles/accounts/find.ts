const label = /^[A-Za-z0-9][A-Za-z0-9_./-]{0,62}=/;

/** What somebody types to find an account: words of names and IDs, and labels as KEY=VALUE. */
export function readWords(text: string): { q: string; labels: string[] } {
  const words = text.trim().split(/\s+/);
  return {
    q: words.filter((word) => !label.test(word)).join(' '),
    labels: words.filter((word) => label.test(word)),
  };
}
