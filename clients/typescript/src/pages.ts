/** A page of a list, as the service answers it. */
export interface Page {
  items: unknown[];
  nextCursor: string | null;
}

/**
 * A list. `await` answers its first page; `for await` goes through the items of all pages, and asks for each page
 * when it is needed.
 */
export interface Pages<P extends Page> extends PromiseLike<P>, AsyncIterable<P['items'][number]> {
  /** Goes through the pages. */
  pages(): AsyncGenerator<P, void>;
}

/** `load` gets the page after a cursor; of none, the first. */
export function createPages<P extends Page>(load: (cursor: string | undefined) => Promise<P>): Pages<P> {
  let first: Promise<P> | undefined;
  const loadFirst = () => (first ??= load(undefined));
  async function* pages() {
    let page = await loadFirst();
    for (;;) {
      yield page;
      if (page.nextCursor === null) return;
      page = await load(page.nextCursor);
    }
  }
  return {
    pages,
    // biome-ignore lint/suspicious/noThenProperty: a list is awaited for its first page
    then: (onPage, onError) => loadFirst().then(onPage, onError),
    async *[Symbol.asyncIterator]() {
      for await (const { items } of pages()) yield* items as P['items'];
    },
  };
}
