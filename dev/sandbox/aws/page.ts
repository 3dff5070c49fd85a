import { refuse } from './aws-error.ts';
import { value } from './xml.ts';

/**
 * One sorted page of `keys`, and the XML with the marker of the next page. The marker holds the last key
 * shown, so that a change between two pages neither repeats nor hides keys.
 */
export const pageOf = (
  keys: Iterable<string>,
  input: { Marker?: string; MaxItems?: number },
): { keys: string[]; xml: string } => {
  const after = input.Marker === undefined ? null : readMarker(input.Marker);
  const rest = [...keys].filter((key) => after === null || key > after).sort();
  const shown = rest.slice(0, input.MaxItems ?? 100);
  const truncated = shown.length < rest.length;
  const marker = truncated ? Buffer.from(`after:${shown.at(-1)}`).toString('base64url') : null;
  return { keys: shown, xml: value('IsTruncated', truncated) + value('Marker', marker) };
};

const readMarker = (marker: string): string => {
  const text = Buffer.from(marker, 'base64url').toString();
  if (!text.startsWith('after:')) throw refuse('ValidationError', 'Invalid Marker.');
  return text.slice('after:'.length);
};
