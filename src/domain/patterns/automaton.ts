import { type Budget, costs } from './budget.ts';
import type { CharacterClass, Language } from './language.ts';

/**
 * Positions in a pattern, ascending. Positions before a `*` that is among them are omitted, because the `*`
 * accepts whatever they would.
 */
export type Places = readonly number[];

/** A pattern of `*` and `?` as an automaton. Its state is the set of positions that a text can lead to. */
export class Automaton {
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
    return [...a, ...b]
      .sort((x, y) => x - y)
      .reduce<number[]>((places, place) => arrive(this.text, place, places), []);
  }

  /** The positions after any number of characters of a class. */
  #spread(places: Places, { of, except }: CharacterClass): Places {
    const reached: number[] = [];
    for (const from of places) {
      if (from <= (reached.at(-1) ?? -1)) continue;
      let place = from;
      arrive(this.text, place, reached);
      while (this.text[place] === '*' || meets(this.text[place], of, except))
        arrive(this.text, ++place, reached);
    }
    this.#budget.spend(
      (places.length + reached.length + (reached.at(-1) ?? 0) - (places[0] ?? 0)) * costs.place,
    );
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
