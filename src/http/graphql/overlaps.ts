import {
  type DocumentNode,
  type FieldNode,
  type FragmentDefinitionNode,
  Kind,
  type SelectionSetNode,
} from 'graphql';

/** Fields that are visited, those of fragments once for each place. The limit of the cost is lower. */
const maxFields = 20_000;

/**
 * Counts the pairs of fields that share a place in the answer, up to `most`. GraphQL's validation compares
 * each pair: one field that is named 440 times costs 96,580 comparisons. No fragment may spread itself.
 * Fragments that spread each other twice in a chain count as `most` + 1, since counting them would take too
 * long.
 */
export function countOverlaps(document: DocumentNode, most: number): number {
  const fragments = new Map<string, FragmentDefinitionNode>();
  for (const one of document.definitions)
    if (one.kind === Kind.FRAGMENT_DEFINITION) fragments.set(one.name.value, one);
  let pairs = 0;
  let fieldsLeft = maxFields;

  /** Counts the pairs in selections that are merged into one object of the answer. */
  function countIn(merged: readonly SelectionSetNode[]): void {
    const byName = new Map<string, FieldNode[]>();
    const spread = new Set<string>();
    const collect = ({ selections }: SelectionSetNode): void => {
      for (const one of selections) {
        if (one.kind === Kind.FIELD) {
          const name = one.alias?.value ?? one.name.value;
          const same = byName.get(name) ?? [];
          pairs += same.length;
          fieldsLeft -= 1;
          same.push(one);
          byName.set(name, same);
        } else if (one.kind === Kind.INLINE_FRAGMENT) collect(one.selectionSet);
        else if (!spread.has(one.name.value)) {
          spread.add(one.name.value);
          const fragment = fragments.get(one.name.value);
          if (fragment) collect(fragment.selectionSet);
        }
      }
    };
    merged.forEach(collect);
    for (const fields of byName.values()) {
      if (pairs > most || fieldsLeft < 0) return;
      const beneath = fields.flatMap(({ selectionSet }) => selectionSet ?? []);
      if (beneath.length > 0) countIn(beneath);
    }
  }

  // Fragments are included: the validation also compares those that no operation spreads.
  for (const one of document.definitions)
    if ('selectionSet' in one && one.selectionSet) countIn([one.selectionSet]);
  return fieldsLeft < 0 ? most + 1 : pairs;
}
