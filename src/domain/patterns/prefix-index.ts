/** Below so many, looking at each takes less than finding out which to look at. */
const few = 12;

/** Those that begin alike, and the places where they stood. */
interface Group<T> {
  places: number[];
  members: T[];
}

interface Index<T> {
  /** All by their heads, and these in ascending order. */
  groups: Map<string, Group<T>>;
  heads: readonly string[];
  /** How long heads are, ascending. */
  lengths: readonly number[];
}

/**
 * Things that each begin with a text: which of them can meet a text that begins in a certain way, without looking at the
 * others. Hundreds of ordinary lines are so held against hundreds of clusters, or against one another. Of a few, and for
 * whoever asks only once, the answer is all of them.
 */
export class PrefixIndex<T> {
  readonly #all: readonly T[];
  readonly #headOf: (one: T) => string;
  #asked = false;
  #index: Index<T> | null = null;

  constructor(all: readonly T[], headOf: (one: T) => string) {
    this.#all = all;
    this.#headOf = headOf;
  }

  /** Those whose head begins the text, in the order in which they were given. */
  findPrefixes(text: string): readonly T[] {
    const index = this.#indexed();
    return index ? this.#of(findPrefixes(index, text, text.length)) : this.#all;
  }

  /** So, and those whose head the text begins. */
  findMeeting(text: string): readonly T[] {
    const index = this.#indexed();
    return index ? this.#of([...findPrefixes(index, text, text.length - 1), ...findContinuations(index, text)]) : this.#all;
  }

  #indexed(): Index<T> | null {
    if (this.#asked && this.#all.length > few) this.#index ??= createIndex(this.#all, this.#headOf);
    this.#asked = true;
    return this.#index;
  }

  #of(groups: Group<T>[]): readonly T[] {
    const [only, ...more] = groups;
    if (only && more.length === 0) return only.members;
    const places = groups.flatMap((group) => group.places).sort((a, b) => a - b);
    return places.map((place) => this.#all[place] as T);
  }
}

function createIndex<T>(all: readonly T[], headOf: (one: T) => string): Index<T> {
  const groups = new Map<string, Group<T>>();
  all.forEach((one, place) => {
    const head = headOf(one);
    const group = groups.get(head) ?? { places: [], members: [] };
    groups.set(head, group);
    group.places.push(place);
    group.members.push(one);
  });
  // Not as people sort: by what characters are, as < compares them.
  const heads = [...groups.keys()].sort((a, b) => (a < b ? -1 : 1));
  return { groups, heads, lengths: [...new Set(heads.map((head) => head.length))].sort((a, b) => a - b) };
}

/** Those whose head, of at most `longest` characters, begins the text. */
function findPrefixes<T>({ groups, lengths }: Index<T>, text: string, longest: number): Group<T>[] {
  const found: Group<T>[] = [];
  for (const length of lengths) {
    if (length > longest) break;
    const group = groups.get(text.slice(0, length));
    if (group) found.push(group);
  }
  return found;
}

/** Those whose head the text begins: such heads stand together. */
function findContinuations<T>({ groups, heads }: Index<T>, text: string): Group<T>[] {
  let [low, high] = [0, heads.length];
  while (low < high) {
    const middle = (low + high) >> 1;
    if ((heads[middle] as string) < text) low = middle + 1;
    else high = middle;
  }
  const found: Group<T>[] = [];
  for (; heads[low]?.startsWith(text); low++) found.push(groups.get(heads[low] as string) as Group<T>);
  return found;
}
