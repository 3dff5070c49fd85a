import type { Static, TObject } from 'typebox';
import type { Calls } from './calls.ts';

/** The answer of a tool: for machines, and a short text for models that are not shown the other. */
export interface ToolAnswer<T> {
  data: T;
  /** Lines of a sentence or an item each. */
  text: string[];
}

interface Definition<I extends TObject, O extends TObject> {
  name: string;
  title: string;
  /** What it answers, and when to use it. */
  description: string;
  input: I;
  output: O;
  run: (calls: Calls, input: Static<I>) => Promise<ToolAnswer<Static<O>>>;
}

export interface Tool extends Omit<Definition<TObject, TObject>, 'run'> {
  run: (calls: Calls, input: never) => Promise<ToolAnswer<object>>;
}

/** Defines a tool. It reads, and has no other way than its `calls`. */
export const defineTool = <I extends TObject, O extends TObject>(definition: Definition<I, O>): Tool =>
  definition;
