import {
  type DocumentNode,
  type FieldNode,
  type FragmentDefinitionNode,
  type GraphQLField,
  type GraphQLSchema,
  isListType,
  isNonNullType,
  Kind,
  type SelectionSetNode,
  visit,
} from 'graphql';
import { invalidInput } from '../../operations/call/input.ts';
import { countOverlaps } from './overlaps.ts';

/**
 * The limits of one GraphQL request. Tokens limit the parser. Directives, depth, operations and overlaps
 * limit the validation. Root fields and cost limit the execution: each root field is an operation, and `cost`
 * counts the fields of the answer, those of a list once for each item. The largest page of the history with
 * all of its fields costs about 9,000. Overlaps are pairs of fields with the same name in the same place: a
 * field that is in twenty fragments makes 190.
 */
export const limits = {
  tokens: 2000,
  depth: 16,
  rootFields: 10,
  directives: 20,
  operations: 10,
  overlaps: 2000,
  cost: 12_000,
} as const;

/** The assumed size of a list: its default, and the maximum if a variable sets it. */
const [defaultPage, largestPage] = [50, 100];

/** Depth, root fields and cost of a selection. */
interface Measure {
  depth: number;
  fields: number;
  cost: number;
}

/**
 * Refuses a document that is over the limits by its text alone, so that a refusal does not depend on what the
 * schema has. It runs before GraphQL's own validation, which takes very long for some documents. Fault:
 * INVALID_INPUT, with the limit.
 */
export function checkLimits(document: DocumentNode): void {
  let directives = 0;
  visit(document, {
    Directive: () => {
      directives += 1;
    },
  });
  if (directives > limits.directives)
    throw tooMuch(`has ${directives} directives; the limit is ${limits.directives}`);
  const measures = measureOperations(document, () => 1);
  if (measures.length > limits.operations)
    throw tooMuch(`has ${measures.length} operations; the limit is ${limits.operations}`);
  for (const { depth, fields, cost } of measures) {
    if (fields > limits.rootFields)
      throw tooMuch(`asks for ${fields} root fields, aliases included; the limit is ${limits.rootFields}`);
    if (depth > limits.depth) throw tooMuch(`is ${depth} levels deep; the limit is ${limits.depth}`);
    requireCheap(cost);
  }
}

/**
 * Refuses a document that names the same fields too often. No fragment may spread itself. Fault:
 * INVALID_INPUT.
 */
export function checkOverlaps(document: DocumentNode): void {
  if (countOverlaps(document, limits.overlaps) > limits.overlaps)
    throw tooMuch(`has over ${limits.overlaps} pairs of fields with the same name. Name each field once`);
}

/**
 * Refuses a valid document that costs too much. The cost of an invalid one would tell which of its names are
 * lists. Returns how many operations of this service it asks for, aliases included. If it has several GraphQL
 * operations, the largest one counts.
 */
export function checkCost(schema: GraphQLSchema, document: DocumentNode): number {
  const types = [schema.getQueryType(), schema.getMutationType(), schema.getSubscriptionType()];
  const roots = new Map(types.flatMap((type) => Object.entries(type?.getFields() ?? {})));
  const measures = measureOperations(document, (field) => itemsOf(field, roots.get(field.name.value)));
  requireCheap(Math.max(...measures.map(({ cost }) => cost)));
  return Math.max(...measures.map(({ fields }) => fields));
}

function requireCheap(cost: number): void {
  if (cost > limits.cost)
    throw tooMuch(
      `costs ${cost} (its fields, those of a list once for each item); the limit is ${limits.cost}. Ask for smaller pages`,
    );
}

const tooMuch = (message: string) => invalidInput([{ pointer: '/query', message }]);

/**
 * Measures the operations of a document. `items` says how many items a field answers. Each fragment is
 * measured only once.
 */
function measureOperations(document: DocumentNode, items: (field: FieldNode) => number): Measure[] {
  const fragments = new Map<string, FragmentDefinitionNode>();
  for (const one of document.definitions)
    if (one.kind === Kind.FRAGMENT_DEFINITION) fragments.set(one.name.value, one);
  const known = new Map<string, Measure>();
  const nothing: Measure = { depth: 0, fields: 0, cost: 0 };

  function ofFragment(name: string): Measure {
    const measure = known.get(name);
    if (measure) return measure;
    // A fragment that spreads itself ends here. The validation refuses it.
    known.set(name, nothing);
    const found = ofSelections(fragments.get(name)?.selectionSet);
    known.set(name, found);
    return found;
  }

  function ofField(field: FieldNode): Measure {
    const { depth, cost } = ofSelections(field.selectionSet);
    return { depth: depth + 1, fields: 1, cost: 1 + cost * items(field) };
  }

  function ofSelections(selectionSet: SelectionSetNode | undefined): Measure {
    const sum = { ...nothing };
    for (const one of selectionSet?.selections ?? []) {
      let part: Measure;
      if (one.kind === Kind.FIELD) part = ofField(one);
      else if (one.kind === Kind.FRAGMENT_SPREAD) part = ofFragment(one.name.value);
      else {
        const inner = ofSelections(one.selectionSet);
        part = { ...inner, depth: inner.depth + 1 };
      }
      sum.depth = Math.max(sum.depth, part.depth);
      sum.fields += part.fields;
      sum.cost += part.cost;
    }
    return sum;
  }
  return document.definitions.flatMap((one) =>
    one.kind === Kind.OPERATION_DEFINITION ? [ofSelections(one.selectionSet)] : [],
  );
}

/**
 * Returns how many items a field may answer. Only lists at the root count: a list within an item is as long
 * as the role has it.
 */
function itemsOf(field: FieldNode, root: GraphQLField<unknown, unknown> | undefined): number {
  if (root === undefined) return 1;
  if (isListType(isNonNullType(root.type) ? root.type.ofType : root.type)) return largestPage;
  const { items } = root.extensions;
  if (typeof items === 'number') return items;
  if (!root.args.some(({ name }) => name === 'first')) return 1;
  const sizes = (field.arguments ?? []).flatMap(({ name, value }) => {
    if (name.value !== 'first' && name.value !== 'last') return [];
    return [
      value.kind === Kind.INT
        ? Math.abs(Number(value.value))
        : value.kind === Kind.NULL
          ? defaultPage
          : largestPage,
    ];
  });
  return sizes.length > 0 ? Math.max(...sizes) : defaultPage;
}
