import { type Comparison, componentsOf } from '../role/arn.ts';
import { type Budget, costs } from './budget.ts';
import { includes } from './compare-languages.ts';
import { glob, type Language } from './language.ts';
import { type Beginning, beginningOf, matchesText } from './prefix-match.ts';

interface Part extends Beginning {
  text: string;
  /** One text that it matches, and its language. Both are set on first use. */
  example?: string;
  language?: Language;
  /** The length of the shortest text that it matches. */
  least: number;
}

/**
 * A value, split into the parts that its operator compares separately. It is compared with many others, so
 * each fact is computed once.
 */
export class Parts {
  readonly #texts: readonly string[];
  readonly #within: Comparison;
  readonly #known: Part[] = [];

  private constructor(texts: readonly string[], within: Comparison) {
    this.#texts = texts;
    this.#within = within;
  }

  /** Null: the value matches nothing. */
  static of(value: string, comparison: Comparison): Parts | null {
    if (comparison !== 'ARN')
      return new Parts([comparison === 'EXACT_IGNORING_CASE' ? value.toLowerCase() : value], comparison);
    const texts = componentsOf(value);
    return texts && new Parts(texts, 'STRING');
  }

  /** How the last part begins. This tells most values apart. */
  get head(): string {
    return this.#at(this.#texts.length - 1).head;
  }

  /** Does this value match everything that the other one matches? Both have the same operator. */
  covers(narrow: Parts, budget: Budget): boolean {
    budget.spend(costs.line);
    for (let i = this.#texts.length - 1; i >= 0; i--)
      if (this.#texts[i] !== narrow.#texts[i] && !coversPart(this.#at(i), narrow.#at(i), budget))
        return false;
    return true;
  }

  #at(i: number): Part {
    const text = this.#texts[i] as string;
    this.#known[i] ??= { text, ...beginningOf(text, this.#within), least: text.replaceAll('*', '').length };
    return this.#known[i];
  }
}

function coversPart(wide: Part, narrow: Part, budget: Budget): boolean {
  // The first wildcard of the narrower one matches more than one character, so this head must match
  // literally.
  if (!narrow.head.startsWith(wide.head)) return false;
  if (wide.isPrefix) return true;
  if (narrow.head.length === narrow.text.length)
    return wide.head.length < wide.text.length && matchesText(wide.text, narrow.text, budget);
  if (wide.head.length === wide.text.length || wide.least > narrow.least) return false;
  budget.spend(costs.pattern);
  // The last star of the wider one matches the rest.
  if (narrow.isPrefix && wide.text.endsWith('*') && matchesText(wide.text, narrow.head, budget)) return true;
  narrow.example ??= narrow.text.replace(/[*?]/g, 'Q');
  if (!matchesText(wide.text, narrow.example, budget)) return false;
  budget.spend(wide.text.length + narrow.text.length);
  narrow.language ??= glob(narrow.text);
  return includes(wide.text, narrow.language, budget);
}
