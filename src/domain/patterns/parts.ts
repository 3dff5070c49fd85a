import { type Comparison, componentsOf } from '../role/arn.ts';
import { type Budget, costs } from './budget.ts';
import { glob, includes, type Language } from './language.ts';
import { type Beginning, beginningOf, matchesText } from './prefix-match.ts';

interface Part extends Beginning {
  text: string;
  /** One text that it matches, and all, once they are asked for. */
  example?: string;
  language?: Language;
  /** The length of the shortest text that it matches. */
  least: number;
}

/** A value in the parts that its operator compares apart. Each is held against others: what is known of one is found once. */
export class Parts {
  readonly #texts: readonly string[];
  readonly #within: Comparison;
  readonly #known: Part[] = [];

  private constructor(texts: readonly string[], within: Comparison) {
    this.#texts = texts;
    this.#within = within;
  }

  /** null where it matches nothing. */
  static of(value: string, comparison: Comparison): Parts | null {
    if (comparison !== 'ARN') return new Parts([comparison === 'EXACT_IGNORING_CASE' ? value.toLowerCase() : value], comparison);
    const texts = componentsOf(value);
    return texts && new Parts(texts, 'STRING');
  }

  /** What the last part begins with: it tells most values apart. */
  get head(): string {
    return this.#at(this.#texts.length - 1).head;
  }

  /** Does one value match whatever another does, both under the same operator? */
  covers(narrow: Parts, budget: Budget): boolean {
    budget.spend(costs.line);
    for (let i = this.#texts.length - 1; i >= 0; i--)
      if (this.#texts[i] !== narrow.#texts[i] && !coversPart(this.#at(i), narrow.#at(i), budget)) return false;
    return true;
  }

  #at(i: number): Part {
    const text = this.#texts[i] as string;
    this.#known[i] ??= { text, ...beginningOf(text, this.#within), least: text.replaceAll('*', '').length };
    return this.#known[i];
  }
}

function coversPart(wide: Part, narrow: Part, budget: Budget): boolean {
  // Whatever the narrower begins with, its first wildcard stands for more than one character.
  if (!narrow.head.startsWith(wide.head)) return false;
  if (wide.isPrefix) return true;
  if (narrow.head.length === narrow.text.length) return wide.head.length < wide.text.length && matchesText(wide.text, narrow.text, budget);
  if (wide.head.length === wide.text.length || wide.least > narrow.least) return false;
  budget.spend(costs.pattern);
  // What follows is the last star's.
  if (narrow.isPrefix && wide.text.endsWith('*') && matchesText(wide.text, narrow.head, budget)) return true;
  narrow.example ??= narrow.text.replace(/[*?]/g, 'Q');
  if (!matchesText(wide.text, narrow.example, budget)) return false;
  budget.spend(wide.text.length + narrow.text.length);
  narrow.language ??= glob(narrow.text);
  return includes(wide.text, narrow.language, budget);
}
