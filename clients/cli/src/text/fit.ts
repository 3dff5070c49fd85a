/** A narrower cell says too little. */
const narrowest = 10;

/**
 * Cuts cells in the middle until a row fits, the widest first. Columns of `whole` stay as they are: an ID that is cut
 * cannot be copied. Undefined: the table does not fit, unless its cells say too little.
 */
export function fit(
  rows: readonly string[][],
  width: number,
  whole: readonly boolean[] = [],
): string[][] | undefined {
  const widths = (rows[0] ?? []).map((_, column) => Math.max(...rows.map((row) => row[column]?.length ?? 0)));
  const room = width - 2 * (widths.length - 1);
  for (let over = widths.reduce((sum, one) => sum + one, 0) - room; over > 0; over -= 1) {
    const widest = Math.max(...widths.map((one, column) => (whole[column] ? 0 : one)));
    if (widest <= narrowest) return undefined;
    const at = widths.findIndex((one, column) => !whole[column] && one === widest);
    widths[at] = widest - 1;
  }
  return rows.map((row) => row.map((cell, column) => cut(cell, widths[column] ?? cell.length)));
}

/** Where a word ends: at a sign between words, or before a capital, also after an acronym. */
const isBoundary = (text: string, at: number) =>
  /^.[^A-Za-z0-9]|^[^A-Za-z0-9]|^[a-z][A-Z]|^[A-Z][A-Z][a-z]/.test(text.slice(at - 1, at + 2));
/** So many characters of a cell are given up at each side, so that no word is cut. */
const slackOf = (width: number) => Math.min(8, Math.floor(width / 3));

function cut(text: string, width: number): string {
  if (text.length <= width) return text;
  let head = Math.ceil((width - 1) / 2);
  let tail = text.length - (width - 1 - head);
  const near = Array.from({ length: slackOf(width) }, (_, by) => by);
  head -= near.find((by) => isBoundary(text, head - by)) ?? 0;
  tail += near.find((by) => isBoundary(text, tail + by)) ?? 0;
  return `${text.slice(0, head)}…${text.slice(tail)}`;
}

/** Breaks a sentence between words. Lines after the first begin with `indent`. No width: it stays one line. */
export function wrap(text: string, width: number | undefined, indent: string): string {
  if (width === undefined) return text;
  const lines = [''];
  for (const word of text.split(/(?<=\S) (?=\S)/)) {
    const last = lines[lines.length - 1] ?? '';
    if (last !== '' && last.length + 1 + word.length > width) lines.push(`${indent}${word}`);
    else lines[lines.length - 1] = last === '' ? word : `${last} ${word}`;
  }
  return lines.join('\n');
}
