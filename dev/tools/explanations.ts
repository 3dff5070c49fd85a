/**
 * The entries of docs/findings.md by code, for the assistants that ask the service about a code. `text` is the
 * page. Throws for an entry of another form.
 */
export function explanationsOf(text: string): string {
  const entries = text
    .split(/^### /m)
    .slice(1)
    .map((entry) => {
      const [code = '', ...lines] = (entry.split(/^## /m)[0] ?? '').trim().split('\n');
      const found = /^(?:[A-Z]+|\d{3})\. (.+) Example: (.+) Remedy: (.+)$/.exec(
        lines.filter(Boolean).join(' '),
      );
      if (!found) throw new Error(`docs/findings.md: ${code} has no cause, example or remedy`);
      const [, cause, example, remedy] = found;
      return [code, { cause, example, remedy }];
    });
  return `${JSON.stringify(Object.fromEntries(entries), null, 2)}\n`;
}
