/** The largest page of the service. */
const pageSize = 100;

/** The first `count` items of a list, each when it arrives. `list` gets the size of its pages. */
export async function* take<T>(
  count: number,
  list: (limit: number) => AsyncIterable<T>,
): AsyncGenerator<T, void> {
  let left = count;
  for await (const item of list(Math.min(pageSize, count))) {
    yield item;
    left -= 1;
    if (left === 0) return;
  }
}
