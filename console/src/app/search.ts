// What a page shows stands in its address, so that it can be sent to somebody: plain names and values, a name once for
// each of several values.

export type Search = Record<string, string | string[] | undefined>;

export function parseSearch(text: string): Search {
  const found: Search = {};
  for (const [name, value] of new URLSearchParams(text)) {
    const before = found[name];
    found[name] = before === undefined ? value : [before, value].flat();
  }
  return found;
}

export function stringifySearch(search: Record<string, unknown>): string {
  const pairs = Object.entries(search).flatMap(([name, value]) =>
    [value].flat().flatMap((one) => (one === undefined || one === '' ? [] : [[name, String(one)]])),
  );
  return pairs.length > 0 ? `?${new URLSearchParams(pairs)}` : '';
}

/** The value of a name that is there once; of several the last. */
export const one = (search: Search, name: string): string | undefined => {
  const value = search[name];
  return typeof value === 'string' ? value : value?.at(-1);
};

/** All values of a name. */
export const many = (search: Search, name: string): string[] => [search[name] ?? []].flat();
