/** Up to this number of items, looking at each one is faster than using the index. */
const few = 12;

/** Items with the same head, and their places. */
interface Group<T> {
  places: number[];
  members: T[];
}

interface Index<T> {
  groups: Map<string, Group<T>>;
  /** The heads in ascending order. Set on first use. */
  heads?: readonly string[];
  /** The lengths of the heads, ascending. */
  lengths: readonly number[];
}

/**
 * Finds the items that can begin like a given text without looking at the others. Hundreds of lines are
 * compared with hundreds of clusters, or with each other. For few items, and on the first call, the answer is
 * all of them.
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

  /** The items whose head begins the text, in the given order. */
  findPrefixes(text: string): readonly T[] {
    const index = this.#indexed();
    return index ? this.#of(findPrefixes(index, text, text.length)) : this.#all;
  }

  /** The items whose head begins the text, or begins with it. */
  findMeeting(text: string): readonly T[] {
    const index = this.#indexed();
    return index
      ? this.#of([...findPrefixes(index, text, text.length - 1), ...findContinuations(index, text)])
      : this.#all;
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
  const lengths = new Set<number>();
  for (const head of groups.keys()) lengths.add(head.length);
  return { groups, lengths: [...lengths].sort((a, b) => a - b) };
}

/** The groups whose head begins the text and has at most `longest` characters. */
function findPrefixes<T>({ groups, lengths }: Index<T>, text: string, longest: number): Group<T>[] {
  const found: Group<T>[] = [];
  for (const length of lengths) {
    if (length > longest) break;
    const group = groups.get(text.slice(0, length));
    if (group) found.push(group);
  }
  return found;
}

/** The groups whose head begins with the text. They are adjacent. */
function findContinuations<T>(index: Index<T>, text: string): Group<T>[] {
  const { groups } = index;
  // In the order of code units, as `<` compares them.
  index.heads ??= [...groups.keys()].sort();
  const { heads } = index;
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
