/** Below so many, looking at each takes less than finding out which to look at. */
const few = 12;

/**
 * Things that each begin with a text: which of them can meet a text that begins in a certain way, without
 * looking at the others. Hundreds of ordinary lines are so held against hundreds of clusters, or against one another.
 */
export class ByHead<T> {
  readonly #all: readonly T[];
  readonly #heads: readonly string[];
  #lengths: number[] = [];
  readonly #places = new Map<string, number[]>();
  #sorted: number[] | null = null;

  constructor(all: readonly T[], headOf: (one: T) => string) {
    this.#all = all;
    this.#heads = all.length <= few ? [] : all.map(headOf);
    this.#heads.forEach((head, place) => {
      const places = this.#places.get(head);
      if (places) places.push(place);
      else this.#places.set(head, [place]);
    });
    this.#lengths = [...new Set([...this.#places.keys()].map((head) => head.length))].sort((a, b) => a - b);
  }

  /** Those whose head begins the text; of a few, all. In the order in which they were given. */
  beginning(text: string): readonly T[] {
    return this.#all.length <= few ? this.#all : this.#at(this.#beginning(text, text.length));
  }

  /** So, and those whose head the text begins. */
  meeting(text: string): readonly T[] {
    return this.#all.length <= few ? this.#all : this.#at([...this.#beginning(text, text.length - 1), ...this.#begunBy(text)]);
  }

  #at(places: number[]): T[] {
    return places.sort((a, b) => a - b).map((place) => this.#all[place] as T);
  }

  #beginning(text: string, longest: number): number[] {
    const found: number[] = [];
    for (const length of this.#lengths) {
      if (length > longest) break;
      for (const place of this.#places.get(text.slice(0, length)) ?? []) found.push(place);
    }
    return found;
  }

  #begunBy(text: string): number[] {
    const headAt = (place: number | undefined) => this.#heads[place as number] as string;
    this.#sorted ??= this.#all.map((_, place) => place).sort((a, b) => (headAt(a) < headAt(b) ? -1 : headAt(a) > headAt(b) ? 1 : 0));
    let [low, high] = [0, this.#sorted.length];
    while (low < high) {
      const middle = (low + high) >> 1;
      if (headAt(this.#sorted[middle]) < text) low = middle + 1;
      else high = middle;
    }
    const first = low;
    while (low < this.#sorted.length && headAt(this.#sorted[low]).startsWith(text)) low += 1;
    return this.#sorted.slice(first, low);
  }
}
