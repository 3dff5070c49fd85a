/** One character of a class, or any number of them if it repeats. `of` null: any character but `except`. */
export interface CharacterClass {
  of: string | null;
  except?: string;
  repeats: boolean;
}
/** A regular language: a sequence of texts and character classes. */
export type Language = readonly (string | CharacterClass)[];

/** `of` has every character of the class. '': no character. Null: all. */
export const one = (of: string | null): CharacterClass => ({ of, repeats: false });
export const many = (of: string | null, except = ''): CharacterClass => ({ of, except, repeats: true });
const anyCharacter = one(null);
const anyRun = many(null);
export const times = (count: number, of: string): CharacterClass[] =>
  Array<CharacterClass>(count).fill(one(of));

/** The language of a pattern: `*` matches any text and `?` one character (IAM policy reference). */
export function glob(pattern: string): Language {
  const parts: (string | CharacterClass)[] = [];
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
