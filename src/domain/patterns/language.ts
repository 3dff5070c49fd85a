import { type Budget, costs } from './budget.ts';

/** One character of a class, or any number of them if it repeats. `of` null: any character but `except`. */
interface Some {
  of: string | null;
  except?: string;
  repeats: boolean;
}
/** A regular language: a sequence of texts and character classes. */
export type Language = readonly (string | Some)[];

/** `of` has every character of the class. '': no character. Null: all. */
export const one = (of: string | null): Some => ({ of, repeats: false });
export const many = (of: string | null, except = ''): Some => ({ of, except, repeats: true });
const anyCharacter = one(null);
const anyRun = many(null);
export const times = (count: number, of: string): Some[] => Array<Some>(count).fill(one(of));

/** The language of a pattern: `*` matches any text and `?` one character (IAM policy reference). */
export function glob(pattern: string): Language {
  const parts: (string | Some)[] = [];
  let from = 0;
  for (let at = 0; at <= pattern.length; at++) {
    const character = pattern[at];
    if (character !== undefined && character !== '*' && character !== '?') continue;
    if (at > from) parts.push(pattern.slice(from, at));
    if (character !== undefined) parts.push(character === '*' ? anyRun : anyCharacter);
    from = at + 1;
  }
  return parts;
}

/**
 * Positions in a pattern, ascending. Positions before a `*` that is among them are omitted, because the `*`
 * accepts whatever they would.
 */
type Places = readonly number[];

/** A pattern of `*` and `?` as an automaton. Its state is the set of positions that a text can lead to. */
export class Pattern {
  readonly text: string;
  readonly #budget: Budget;

  constructor(pattern: string, budget: Budget) {
    // `*?*?` and `??*` mean the same. In the second form each position is reached in one way only.
    this.text = pattern.replace(/\*[*?]+/g, (run) => `${run.replaceAll('*', '')}*`);
    this.#budget = budget;
  }

  get start(): Places {
    return arrive(this.text, 0, []);
  }

  /** The positions after one character of the class. */
  step(places: Places, of: string | null, except = ''): Places {
    this.#budget.spend((places.length + 1) * costs.place);
    const next: number[] = [];
    for (const place of places) {
      const wanted = this.text[place];
      if (wanted === '*') arrive(this.text, place, next);
      else if (meets(wanted, of, except)) arrive(this.text, place + 1, next);
    }
    return next;
  }

  /** The positions after some text of the language. */
  after(language: Language, places: Places = this.start): Places {
    let now = places;
    for (const part of language) {
      if (this.takesAll(now)) return now;
      if (typeof part === 'string') now = this.read(now, part);
      else now = part.repeats ? this.#spread(now, part) : this.step(now, part.of, part.except);
    }
    return now;
  }

  /** The positions after the text. */
  read(places: Places, text: string): Places {
    let now = places;
    for (let at = 0; at < text.length; at++) {
      // Up to the first `*` there is only one position, so a direct comparison is enough.
      const start = at;
      let place = now.length === 1 ? (now[0] as number) : -1;
      for (; place >= 0 && at < text.length; at++) {
        const wanted = this.text[place];
        if (wanted === '*') break;
        if (wanted !== '?' && wanted !== text[at]) return [];
        place += 1;
      }
      if (at > start) now = arrive(this.text, place, []);
      if (at === text.length || now.length === 0 || this.takesAll(now)) break;
      now = this.step(now, text[at] as string);
    }
    return now;
  }

  /** Merges two lists of positions. */
  union(a: Places, b: Places): Places {
    return [...a, ...b].sort((x, y) => x - y).reduce<number[]>((places, place) => arrive(this.text, place, places), []);
  }

  /** The positions after any number of characters of a class. */
  #spread(places: Places, { of, except }: Some): Places {
    const reached: number[] = [];
    for (const from of places) {
      if (from <= (reached.at(-1) ?? -1)) continue;
      let place = from;
      arrive(this.text, place, reached);
      while (this.text[place] === '*' || meets(this.text[place], of, except)) arrive(this.text, ++place, reached);
    }
    this.#budget.spend((places.length + reached.length + (reached.at(-1) ?? 0) - (places[0] ?? 0)) * costs.place);
    return reached;
  }

  /** Can the text end here? */
  ends(places: Places): boolean {
    return places.at(-1) === this.text.length;
  }

  /** Is it at a final `*`, which accepts whatever follows? */
  takesAll([first]: Places): boolean {
    return first === this.text.length - 1 && this.text[first] === '*';
  }
}

/** Adds a position, and the next one when it is at a `*`. */
function arrive(text: string, place: number, places: number[]): number[] {
  if ((places.at(-1) ?? -1) >= place) return places;
  if (text[place] !== '*') places.push(place);
  else places.splice(0, places.length, place, place + 1);
  return places;
}

const meets = (wanted: string | undefined, of: string | null, except = '') =>
  wanted !== undefined && (wanted === '?' || (of === null ? wanted !== except : of.includes(wanted)));

/** Does the pattern match some text of the language? */
export function intersects(pattern: string, language: Language, budget: Budget): boolean {
  const automaton = new Pattern(pattern, budget);
  const places = automaton.after(language);
  return automaton.takesAll(places) || automaton.ends(places);
}

const shortest = (language: Language) =>
  language.reduce((sum, part) => sum + (typeof part === 'string' ? part.length : part.repeats ? 0 : 1), 0);

/**
 * Does the pattern match every text of the language? All texts are followed through the pattern. Of each
 * class, one character that the pattern does not name is enough: only a wildcard accepts it, and that accepts
 * any other character too.
 */
export function includes(pattern: string, language: Language, budget: Budget): boolean {
  if (pattern.replaceAll('*', '').length > shortest(language)) return false;
  const automaton = new Pattern(pattern, budget);
  const known = new Map<string | null, readonly string[]>([[null, stranger]]);
  const charactersOf = ({ of }: Some): readonly string[] => {
    const found = known.get(of) ?? ([...(of as string)].every((c) => automaton.text.includes(c)) ? [...(of as string)] : stranger);
    known.set(of, found);
    return found;
  };
  const seen = new Set<string>();
  const open: { at: number; places: Places }[] = [{ at: 0, places: automaton.start }];
  for (let state = open.pop(); state; state = open.pop()) {
    let { at, places } = state;
    while (!automaton.takesAll(places)) {
      // Every class has a character, so this text can be completed to one that the pattern does not match.
      if (places.length === 0) return false;
      const part = language[at];
      if (part === undefined) {
        if (!automaton.ends(places)) return false;
        break;
      }
      if (typeof part === 'string') {
        places = automaton.read(places, part);
        at += 1;
        continue;
      }
      const characters = charactersOf(part);
      if (!part.repeats && characters === stranger) {
        places = automaton.step(places, '');
        at += 1;
        continue;
      }
      const name = `${at}:${places}`;
      if (seen.has(name)) break;
      seen.add(name);
      if (part.repeats) open.push({ at: at + 1, places });
      for (const character of characters) open.push({ at: part.repeats ? at : at + 1, places: automaton.step(places, character) });
      break;
    }
  }
  return true;
}
/** A character that no pattern names. Only wildcards match it. */
const stranger: readonly string[] = [''];
