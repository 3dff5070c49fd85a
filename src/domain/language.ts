/**
 * Regular languages over characters, as sequences of atoms: enough for IAM's patterns and for the ARNs that EKS
 * makes. Inclusion and intersection are decided by walking automata over every distinguishable character, not by
 * trying samples. Source: the product and subset constructions; `*` and `?` as IAM's policy reference defines them.
 */
interface Atom {
  /** Does the atom accept this character? */
  accepts: (character: string) => boolean;
  /** Any number of such characters instead of one. */
  repeats: boolean;
  /** The one character that it accepts, where it is a literal. */
  literal: string | null;
  /** A character that it treats otherwise than its neighbours, so that the walk has to try it. */
  named?: string;
}
export type Language = readonly Atom[];

type Class = (character: string) => boolean;
const anything: Class = () => true;

export const literal = (text: string): Language =>
  [...text].map((character) => ({ accepts: (c) => c === character, repeats: false, literal: character }));

/** The text in any mixture of upper and lower case. */
export const caseless = (text: string): Language =>
  [...text].map((character) => {
    const folded = character.toLowerCase();
    return { accepts: (c) => c.toLowerCase() === folded, repeats: false, literal: null, named: character };
  });

/** One character of a class; `named` is one that the class treats otherwise than its neighbours. */
export const one = (accepts: Class, named?: string): Language => [{ accepts, repeats: false, literal: null, ...(named && { named }) }];
export const many = (accepts: Class): Language => [{ accepts, repeats: true, literal: null }];
export const times = (count: number, accepts: Class): Language => Array.from({ length: count }, () => one(accepts)).flat();

/** A pattern in which `*` stands for any run of characters and `?` for one; `wild` narrows what those may be. */
export const glob = (pattern: string, wild: Class = anything): Language =>
  // `*?*?` and `??*` say the same; in the second form no position can be reached in two ways.
  [...pattern.replace(/[*?]+/g, (run) => run.replaceAll('*', '') + (run.includes('*') ? '*' : ''))].flatMap((character) =>
    character === '*' ? many(wild) : character === '?' ? one(wild) : literal(character),
  );

// Every class in use treats the characters of one group alike, so one member that no pattern names stands for all.
const groups = [
  'abcdef',
  'ghijklmnopqrstuvwxyz',
  'ABCDEF',
  'GHIJKLMNOPQRSTUVWXYZ',
  '0123456789',
  '-',
  '_',
  ':',
  '/',
  '\u0001\u0002\u0003',
].map((g) => [...g]);

function alphabet(languages: readonly Language[]): string[] {
  const named = new Set<string>();
  for (const { literal, named: folded } of languages.flat()) {
    if (literal !== null) named.add(literal);
    if (folded !== undefined) for (const form of [folded, folded.toLowerCase(), folded.toUpperCase()]) named.add(form);
  }
  const strangers = groups.flatMap((group) => group.find((character) => !named.has(character)) ?? []);
  return [...named, ...strangers];
}

/** Answers for an atom the characters that it accepts, as far as the languages tell characters apart. */
function charactersOf(...languages: Language[]): (atom: Atom) => readonly string[] {
  let all: string[] | null = null;
  const known = new Map<Class, readonly string[]>();
  return ({ accepts, literal }) => {
    if (literal !== null) return [literal];
    all ??= alphabet(languages);
    const found = known.get(accepts) ?? all.filter(accepts);
    known.set(accepts, found);
    return found;
  };
}

/** The languages without the single characters that both begin and end with; null where two of those do not fit. */
function peel(a: Language, b: Language, fits: (x: Atom, y: Atom) => boolean): [Language, Language] | null {
  const isSingle = (x: Atom | undefined, y: Atom | undefined) => x !== undefined && y !== undefined && !x.repeats && !y.repeats;
  let start = 0;
  for (; isSingle(a[start], b[start]); start++) if (!fits(a[start] as Atom, b[start] as Atom)) return null;
  let end = 0;
  for (; Math.min(a.length, b.length) - end > start; end++) {
    const [x, y] = [a[a.length - 1 - end], b[b.length - 1 - end]];
    if (!isSingle(x, y)) break;
    if (!fits(x as Atom, y as Atom)) return null;
  }
  return [a.slice(start, a.length - end), b.slice(start, b.length - end)];
}

/** Is there a text that both languages hold? */
export function intersects(first: Language, second: Language): boolean {
  const characters = charactersOf(first, second);
  const meet = (x: Atom, y: Atom) => (y.literal !== null ? x.accepts(y.literal) : characters(x).some(y.accepts));
  const peeled = peel(first, second, meet);
  if (!peeled) return false;
  const [a, b] = peeled;
  const width = b.length + 1;
  const seen = new Uint8Array((a.length + 1) * width);
  const queue: number[] = [];
  const visit = (i: number, j: number) => {
    if (seen[i * width + j]) return;
    seen[i * width + j] = 1;
    queue.push(i * width + j);
  };
  visit(0, 0);
  for (let state = queue.pop(); state !== undefined; state = queue.pop()) {
    const [i, j] = [Math.floor(state / width), state % width];
    if (i === a.length && j === b.length) return true;
    const [x, y] = [a[i], b[j]];
    if (x?.repeats) visit(i + 1, j);
    if (y?.repeats) visit(i, j + 1);
    if (x && y && meet(x, y)) visit(x.repeats ? i : i + 1, y.repeats ? j : j + 1);
  }
  return false;
}

/** More steps than any sensible pattern needs: beyond it nothing is proven. */
const stepLimit = 200_000;

const shortest = (language: Language) => language.filter((atom) => !atom.repeats).length;

/** Does `outer` hold every text of `inner`? Where that takes too many steps to tell, the answer is no. */
export function includes(outer: Language, inner: Language): boolean {
  const characters = charactersOf(outer, inner);
  const holds = (x: Atom, y: Atom) => (y.literal !== null ? x.accepts(y.literal) : characters(y).every(x.accepts));
  const peeled = peel(outer, inner, holds);
  if (!peeled) return false;
  const [wide, narrow] = peeled;
  if (shortest(wide) > shortest(narrow)) return false;
  if (wide.length === 1 && wide[0]?.repeats && wide[0].accepts === anything) return true;
  const takesOver = takeovers(wide);
  const seen = new Set<string>();
  const queue: { at: number; within: number[] }[] = [];
  const visit = (at: number, reached: number[]) => {
    const within = thin(wide, takesOver, reached);
    const name = `${at}:${within.join()}`;
    if (seen.has(name)) return;
    seen.add(name);
    queue.push({ at, within });
  };
  let steps = 0;
  visit(0, skipping(wide, [0]));
  for (let state = queue.pop(); state; state = queue.pop()) {
    const { at, within } = state;
    const atom = narrow[at];
    if (!atom) {
      if (!within.includes(wide.length)) return false;
      continue;
    }
    if (atom.repeats) visit(at + 1, within);
    for (const character of characters(atom)) {
      steps += within.length;
      if (steps > stepLimit) return false;
      const reached = skipping(
        wide,
        within.flatMap((from) => (wide[from]?.accepts(character) ? (wide[from].repeats ? from : from + 1) : [])),
      );
      // Every atom accepts something, so `inner` can always be completed to a text that `outer` has no way to follow.
      if (reached.length === 0) return false;
      visit(atom.repeats ? at : at + 1, reached);
    }
  }
  return true;
}

/** The positions themselves and those that repeating atoms let one skip to. Both lists ascend. */
function skipping(language: Language, positions: number[]): number[] {
  const reached: number[] = [];
  let next = 0;
  for (const position of positions)
    for (let at = Math.max(position, next); at <= language.length; at++) {
      if (at > position && !language[at - 1]?.repeats) break;
      reached.push(at);
      next = at + 1;
    }
  return reached;
}

/** For each repeating atom the first position from which on it accepts whatever the atoms up to it would. */
function takeovers(language: Language): number[] {
  const first: number[] = [];
  language.forEach((star, at) => {
    let from = star.accepts === anything ? 0 : at;
    for (; from > 0; from--) {
      const before = language[from - 1] as Atom;
      if (before.accepts !== star.accepts && (before.literal === null || !star.accepts(before.literal))) break;
      if (before.repeats) {
        from = first[from - 1] as number;
        break;
      }
    }
    first.push(from);
  });
  return first;
}

/** Where a repeating atom is reached, the positions that it takes over need not be followed. */
function thin(language: Language, takesOver: number[], positions: number[]): number[] {
  const star = positions.findLast((at) => language[at]?.repeats);
  if (star === undefined || star === positions[0]) return positions;
  const from = takesOver[star] as number;
  return positions.filter((at) => at >= star || at < from);
}
