import type { FieldError } from '../ui/form/form-errors.ts';

// Lists as people write them in a text area.

/** Words with spaces, commas or new lines between them. */
export const splitWords = (text: string): string[] => text.split(/[\s,]+/).filter((word) => word !== '');

/** Lines that are not empty. */
export const splitLines = (text: string): string[] =>
  text
    .split('\n')
    .map((line) => line.trim())
    .filter((line) => line !== '');

/** Labels, one `KEY=VALUE` a line. `pointer`: of the field. */
export function parseLabels(
  text: string,
  pointer: string,
): { labels: Record<string, string>; errors: FieldError[] } {
  const labels = new Map<string, string>();
  const errors: FieldError[] = [];
  const report = (message: string) => errors.push({ pointer, message });
  for (const line of splitLines(text)) {
    const at = line.indexOf('=');
    const key = line.slice(0, at).trim();
    if (at < 1 || key === '') report(`“${line}” must be KEY=VALUE`);
    else if (labels.has(key)) report(`${key} must be there once`);
    else labels.set(key, line.slice(at + 1).trim());
  }
  return { labels: Object.fromEntries(labels), errors };
}

export const labelTexts = (labels: Record<string, string>): string[] =>
  Object.entries(labels).map(([key, value]) => `${key}=${value}`);
