/**
 * Regular languages over characters, as sequences of atoms: enough for IAM's patterns and for the ARNs that EKS
 * makes. Inclusion and intersection are decided by walking automata over every distinguishable character, not by
 * trying samples. Source: the subset construction; `*` and `?` as IAM's policy reference defines them.
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

export const one = (accepts: Class): Language => [{ accepts, repeats: false, literal: null }];
export const many = (accepts: Class): Language => [{ accepts, repeats: true, literal: null }];
export const times = (count: number, accepts: Class): Language => Array.from({ length: count }, () => one(accepts)).flat();

/** A pattern in which `*` stands for any run of characters and `?` for one; `wild` narrows what those may be. */
export const glob = (pattern: string, wild: Class = anything): Language =>
  [...pattern].flatMap((character) => (character === '*' ? many(wild) : character === '?' ? one(wild) : literal(character)));

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
  for (const language of languages)
    for (const atom of language) {
      const character = atom.literal ?? atom.named;
      if (character !== undefined) for (const form of [character, character.toLowerCase(), character.toUpperCase()]) named.add(form);
    }
  const strangers = groups.flatMap((group) => group.find((character) => !named.has(character)) ?? []);
  return [...named, ...strangers];
}

/** More states than any sensible pattern needs: beyond it nothing is proven. */
const stateLimit = 50_000;

/** Do the languages differ in the literal characters that they begin with? Then they share no text. */
function beginApart(a: Language, b: Language): boolean {
  for (let i = 0; i < a.length && i < b.length; i++) {
    const [x, y] = [a[i] as Atom, b[i] as Atom];
    if (x.repeats || y.repeats) return false;
    if (x.literal !== null && !y.accepts(x.literal)) return true;
    if (y.literal !== null && !x.accepts(y.literal)) return true;
  }
  return false;
}

/** The position itself and those that repeating atoms let one skip to. */
function closure(language: Language, position: number): number[] {
  const positions = [position];
  for (let at = position; language[at]?.repeats; at++) positions.push(at + 1);
  return positions;
}

function step(language: Language, position: number, character: string): number | null {
  const atom = language[position];
  if (!atom?.accepts(character)) return null;
  return atom.repeats ? position : position + 1;
}

/** Is there a text that all the languages hold? Where that takes too many states to tell, the answer is yes. */
export function intersects(...languages: Language[]): boolean {
  for (const a of languages) for (const b of languages) if (a !== b && beginApart(a, b)) return false;
  const characters = alphabet(languages);
  const start = languages.map(() => 0);
  const seen = new Set([start.join()]);
  const queue = [start];
  for (let state = queue.pop(); state; state = queue.pop()) {
    const reachable = product(languages.map((language, i) => closure(language, state[i] as number)));
    if (reachable.some((positions) => positions.every((at, i) => at === (languages[i] as Language).length))) return true;
    for (const positions of reachable)
      for (const character of characters) {
        const next = positions.map((at, i) => step(languages[i] as Language, at, character));
        if (next.includes(null) || seen.has(next.join())) continue;
        if (seen.size >= stateLimit) return true;
        seen.add(next.join());
        queue.push(next as number[]);
      }
  }
  return false;
}

const product = (choices: number[][]): number[][] =>
  choices.reduce<number[][]>((rows, choice) => rows.flatMap((row) => choice.map((at) => [...row, at])), [[]]);

/** Does `outer` hold every text of `inner`? Where that takes too many states to tell, the answer is no. */
export function includes(outer: Language, inner: Language): boolean {
  if (beginApart(outer, inner)) return false;
  const characters = alphabet([outer, inner]);
  const start = { at: 0, within: thin(outer, closure(outer, 0)) };
  const key = (state: { at: number; within: number[] }) => `${state.at}:${state.within.join()}`;
  const seen = new Set([key(start)]);
  const queue = [start];
  for (let state = queue.pop(); state; state = queue.pop()) {
    const { at, within } = state;
    for (const position of closure(inner, at)) {
      if (position === inner.length && !within.includes(outer.length)) return false;
      for (const character of characters) {
        const next = step(inner, position, character);
        if (next === null) continue;
        const moved = new Set<number>();
        for (const from of within) {
          const to = step(outer, from, character);
          if (to !== null) for (const reached of closure(outer, to)) moved.add(reached);
        }
        // Every atom accepts something, so `inner` can always be completed to a text that `outer` has no way to follow.
        if (moved.size === 0) return false;
        const successor = { at: next, within: thin(outer, [...moved]) };
        const name = key(successor);
        if (seen.has(name)) continue;
        if (seen.size >= stateLimit) return false;
        seen.add(name);
        queue.push(successor);
      }
    }
  }
  return true;
}

/** A later `*` that takes anything accepts whatever an earlier position would: the earlier ones need not be followed. */
function thin(language: Language, positions: number[]): number[] {
  const lastStar = Math.max(...positions.filter((at) => language[at]?.repeats && language[at]?.accepts === anything), -1);
  return positions.filter((at) => at >= lastStar).sort((a, b) => a - b);
}
