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
 * What one GraphQL request may ask for. Tokens bound the parser, directives, depth, operations and overlaps the validation, the rest
 * what is run: each root field is an operation of its own, and `cost` counts the fields of the answer, those of a list once for each
 * item. The largest page of the history with all of its fields costs about 9,000. Overlaps are pairs of fields with one name in one
 * place: a field that twenty fragments have in common makes 190.
 */
export const limits = { tokens: 2000, depth: 16, rootFields: 10, directives: 20, operations: 10, overlaps: 2000, cost: 12_000 } as const;

/** What the lists answer when the document leaves that open: their default, and the most that a variable may ask for. */
const [defaultPage, largestPage] = [50, 100];

/** Depth, root fields and cost of a selection. */
interface Measure {
  depth: number;
  fields: number;
  cost: number;
}

/**
 * Refuses a document that is beyond the limits, as far as its text alone tells: a refusal is the same whether or not there is what it names.
 * It comes before GraphQL's own validation, whose time some documents make explode. Fault: INVALID_INPUT, which says what the limit is.
 */
export function checkLimits(document: DocumentNode): void {
  let directives = 0;
  visit(document, {
    Directive: () => {
      directives += 1;
    },
  });
  if (directives > limits.directives) throw tooMuch(`has ${directives} directives; there may be ${limits.directives}`);
  const measures = measured(document, () => 1);
  if (measures.length > limits.operations) throw tooMuch(`has ${measures.length} operations; there may be ${limits.operations}`);
  for (const { depth, fields, cost } of measures) {
    if (fields > limits.rootFields) throw tooMuch(`asks for ${fields} root fields, aliases included; there may be ${limits.rootFields}`);
    if (depth > limits.depth) throw tooMuch(`is ${depth} levels deep; there may be ${limits.depth}`);
    requireCheap(cost);
  }
}

/** Refuses a document that names the same fields too often. None of its fragments may spread itself. Fault: INVALID_INPUT. */
export function checkOverlaps(document: DocumentNode): void {
  if (countOverlaps(document, limits.overlaps) > limits.overlaps)
    throw tooMuch(`names the same fields over and over: over ${limits.overlaps} pairs of fields have one name. Name each field once`);
}

/**
 * Refuses a valid document that costs too much. Before it is valid, its cost would tell which of its names are those of lists. Answers
 * how many operations of ours it asks for, aliases included: those of the one of its operations that asks for most.
 */
export function checkCost(schema: GraphQLSchema, document: DocumentNode): number {
  const types = [schema.getQueryType(), schema.getMutationType(), schema.getSubscriptionType()];
  const roots = new Map(types.flatMap((type) => Object.entries(type?.getFields() ?? {})));
  const measures = measured(document, (field) => itemsOf(field, roots.get(field.name.value)));
  requireCheap(Math.max(...measures.map(({ cost }) => cost)));
  return Math.max(...measures.map(({ fields }) => fields));
}

function requireCheap(cost: number): void {
  if (cost > limits.cost)
    throw tooMuch(`costs ${cost}: its fields, those of a list once for each item; it may cost ${limits.cost}. Ask for smaller pages`);
}

const tooMuch = (message: string) => invalidInput([{ pointer: '/query', message }]);

/** Measures the operations of a document, whose lists have so many items. Each fragment is measured once, however often it is spread. */
function measured(document: DocumentNode, items: (field: FieldNode) => number): Measure[] {
  const fragments = new Map<string, FragmentDefinitionNode>();
  for (const one of document.definitions) if (one.kind === Kind.FRAGMENT_DEFINITION) fragments.set(one.name.value, one);
  const known = new Map<string, Measure>();
  const nothing: Measure = { depth: 0, fields: 0, cost: 0 };

  function ofFragment(name: string): Measure {
    const measure = known.get(name);
    if (measure) return measure;
    // A fragment that spreads itself ends here; the validation refuses it.
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
  return document.definitions.flatMap((one) => (one.kind === Kind.OPERATION_DEFINITION ? [ofSelections(one.selectionSet)] : []));
}

/** How many items a field may answer. Lists stand at the root only: those within an item are as long as a role has them. */
function itemsOf(field: FieldNode, root: GraphQLField<unknown, unknown> | undefined): number {
  if (root === undefined) return 1;
  if (isListType(isNonNullType(root.type) ? root.type.ofType : root.type)) return largestPage;
  if (!root.args.some(({ name }) => name === 'first')) return 1;
  const sizes = (field.arguments ?? []).flatMap(({ name, value }) => {
    if (name.value !== 'first' && name.value !== 'last') return [];
    return [value.kind === Kind.INT ? Math.abs(Number(value.value)) : value.kind === Kind.NULL ? defaultPage : largestPage];
  });
  return sizes.length > 0 ? Math.max(...sizes) : defaultPage;
}
