import type { operations as table } from './generated/operations.ts';
import type { components, operations as Described } from './generated/schema.ts';
import type { Page, Pages } from './pages.ts';
import type { CallOptions } from './send.ts';

// The type of each method, derived from the table of operations and from what openapi-typescript made.

type Table = typeof table;
export type OperationId = keyof Table;

type Members<T> = [NonNullable<T>] extends [never] ? unknown : NonNullable<T>;
type Camel<S extends string> = S extends `${infer Head}-${infer Tail}`
  ? `${Head}${Capitalize<Camel<Tail>>}`
  : S;
type CamelKeys<T> = { [K in keyof T as Camel<K & string>]: T[K] };
type Flat<T> = { [K in keyof T]: T[K] };
type Body<O> = O extends { requestBody?: { content: { 'application/json': infer B } } } ? B : unknown;

/** The input of an operation: the members of its path, query, headers and body, side by side. */
export type Input<Id extends OperationId> = Flat<
  Members<Described[Id]['parameters']['path']> &
    Members<Described[Id]['parameters']['query']> &
    CamelKeys<Members<Described[Id]['parameters']['header']>> &
    Body<Described[Id]>
>;

type JsonOf<R> = R extends { content: { 'application/json': infer T } } ? T : undefined;
/** The answer of an operation. Undefined where it has none. */
export type Answer<Id extends OperationId> = {
  [Status in keyof Described[Id]['responses']]: JsonOf<Described[Id]['responses'][Status]>;
}[keyof Described[Id]['responses']];

/** The type of each line or event. OpenAPI has no word for it. */
interface Streamed {
  exportChanges: components['schemas']['Change'];
  exportLog: components['schemas']['Change'];
  streamSweepEvents: components['schemas']['Sweep'];
}

/** The input may be left out where nothing in it is required. */
type Call<I, R> =
  Record<never, never> extends I
    ? (input?: I, options?: CallOptions) => R
    : (input: I, options?: CallOptions) => R;
/** The same, for input that asks for another format. */
type CallFor<I, F extends string, R> = (input: Omit<I, 'format'> & { format: F }, options?: CallOptions) => R;
type Plain<I> = Flat<Omit<I, 'format'>>;

type PageMethod<I, P extends Page> = Call<Plain<I>, Pages<P>> &
  (I extends { format?: unknown }
    ? 'format' extends keyof I
      ? CallFor<I, 'ndjson', AsyncGenerator<P['items'][number], void>>
      : unknown
    : unknown);

/** A method, by how its answer is read. */
type Method<Id extends OperationId> = Table[Id]['answer'] extends 'page'
  ? PageMethod<Input<Id>, Extract<Answer<Id>, Page>>
  : Table[Id]['answer'] extends 'lines'
    ? Call<Plain<Input<Id>>, AsyncGenerator<Streamed[Id & keyof Streamed], void>> &
        CallFor<Input<Id>, 'csv', AsyncGenerator<string, void>>
    : Table[Id]['answer'] extends 'events'
      ? Call<Input<Id>, AsyncGenerator<Streamed[Id & keyof Streamed], void>>
      : Call<Input<Id>, Promise<Answer<Id>>>;

/** A method for each operation, by its operationId. All throw Problem, ConnectionError and the signal's reason. */
export type Methods = { readonly [Id in keyof Table]: Method<Id> };
