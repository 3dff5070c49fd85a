/** Lines of a text, from 1, both ends included. */
export interface LineRange {
  from: number;
  to: number;
}

export interface JsonText {
  lines: string[];
  /** The place of each value, by its JSON pointer (RFC 6901). The whole document is at ''. */
  places: ReadonlyMap<string, LineRange>;
}

/** Writes a value as `JSON.stringify(value, null, 2)` does, and says on which lines each part of it stands. */
export function writeJson(value: unknown): JsonText {
  const lines: string[] = [''];
  const places = new Map<string, LineRange>();
  const add = (text: string) => {
    lines[lines.length - 1] += text;
  };
  const write = (part: unknown, pointer: string, depth: number) => {
    const from = lines.length;
    const entries = entriesOf(part);
    const [open, close] = Array.isArray(part) ? '[]' : '{}';
    if (entries === null) add(JSON.stringify(part));
    else if (entries.length === 0) add(`${open}${close}`);
    else {
      add(open ?? '');
      entries.forEach(([key, child, name], index) => {
        lines.push(`${'  '.repeat(depth + 1)}${name}`);
        write(child, `${pointer}/${escapeKey(key)}`, depth + 1);
        if (index < entries.length - 1) add(',');
      });
      lines.push(`${'  '.repeat(depth)}${close}`);
    }
    places.set(pointer, { from, to: lines.length });
  };
  write(value, '', 0);
  return { lines, places };
}

/** Each member with its key, its value and what is written before the value. Null: the value has no members. */
function entriesOf(value: unknown): [key: string, child: unknown, name: string][] | null {
  if (typeof value !== 'object' || value === null) return null;
  if (Array.isArray(value)) return value.map((child, index) => [String(index), child, '']);
  return Object.entries(value).map(([key, child]) => [key, child, `${JSON.stringify(key)}: `]);
}

const escapeKey = (key: string) => key.replaceAll('~', '~0').replaceAll('/', '~1');

/**
 * The lines that a pointer points at. A statement that is alone may stand without its list, and so may a single value:
 * the nearest place that there is counts. Null: the pointer is null, or nothing of it is there.
 */
export function findPlace({ places }: JsonText, pointer: string | null): LineRange | null {
  for (let rest = pointer; rest !== null; rest = rest.slice(0, rest.lastIndexOf('/'))) {
    const place = places.get(rest);
    if (place && (rest !== '' || pointer === '')) return place;
    if (rest === '') return null;
  }
  return null;
}
