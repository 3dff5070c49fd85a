import { Automaton, type Places } from './automaton.ts';
import type { Budget } from './budget.ts';
import type { CharacterClass, Language } from './language.ts';

/** Does the pattern match some text of the language? */
export function intersects(pattern: string, language: Language, budget: Budget): boolean {
  const automaton = new Automaton(pattern, budget);
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
  const automaton = new Automaton(pattern, budget);
  const known = new Map<string | null, readonly string[]>([[null, stranger]]);
  const charactersOf = ({ of }: CharacterClass): readonly string[] => {
    const found =
      known.get(of) ??
      ([...(of as string)].every((c) => automaton.text.includes(c)) ? [...(of as string)] : stranger);
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
      for (const character of characters)
        open.push({ at: part.repeats ? at : at + 1, places: automaton.step(places, character) });
      break;
    }
  }
  return true;
}
/** A character that no pattern names. Only wildcards match it. */
const stranger: readonly string[] = [''];
