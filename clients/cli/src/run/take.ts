/** The largest page of the service. */
const pageSize = 100;

/** The first `count` items of a list. `list` gets the size of its pages. */
export async function take<T>(count: number, list: (limit: number) => AsyncIterable<T>): Promise<T[]> {
  const items: T[] = [];
  for await (const item of list(Math.min(pageSize, count))) {
    items.push(item);
    if (items.length >= count) break;
  }
  return items;
}
