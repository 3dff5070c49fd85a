import type { OnMismatch } from '../schema/inputs.ts';
import type { RemovedStatement } from '../schema/plan.ts';
import type { Cluster, JsonObject } from '../schema/primitives.ts';
import { executionPolicyArn } from './arn.ts';
import { assemble, fitting, type TrustPlan } from './assemble.ts';
import { canonical, isObject, oneOrMany, readDocument, stringsIn, textOf } from './document.ts';
import { type Refusal, refuse } from './planned.ts';
import { addLines, compact, merge, reference } from './rewrite.ts';
import type { Observed } from './role-state.ts';
import type { Stored } from './stored.ts';
import { readTrust } from './trust.ts';
import { coverageOf, trustErrors } from './trust-findings.ts';

/** A trust policy that covers the clusters; where more than lines would have to be added, as `onMismatch` says. */
export function planTrust(
  observed: Observed,
  role: Stored,
  clusters: Cluster[],
  onMismatch: OnMismatch,
  compacting = false,
): TrustPlan | Refusal {
  const { partition, accountId } = observed;
  const { document, duplicates, reading } = role;
  const tidy = (written: JsonObject) => (compacting ? compact(written, readTrust(written, reading, { effort: reading.effort })) : written);
  const errors = trustErrors(reading, coverageOf(reading, clusters)).filter((f) => f.code !== 'CLUSTER_NOT_LISTED');
  const added = errors.length === 0 ? addLines(document, reading, clusters) : null;
  const extended = added && tidy(added);
  const dropped = extended ? droppedBy(role, extended) : [];
  const isUntouched = extended !== null && onMismatch === 'REFUSE' && canonical(extended) === canonical(document);
  if (extended && (dropped.length === 0 || isUntouched)) return { document: extended, removed: [], repairs: false };
  if (onMismatch === 'REPLACE') {
    const replaced = tidy(reference(partition, accountId, clusters));
    const isSame = canonical(replaced) === canonical(document) && duplicates.length === 0;
    return isSame ? { document, removed: [], repairs: false } : { document: replaced, removed: statementsOf(document), repairs: true };
  }
  const merged = merging(role, clusters);
  if ('refused' in merged) return merged;
  merged.document = tidy(merged.document);
  if (onMismatch === 'MERGE') return merged;
  const why =
    errors.length > 0
      ? errors.map((e) => e.message).join(' ')
      : dropped.length > 0
        ? droppedMessage(dropped)
        : 'No statement can take another line.';
  const alternative = assemble(observed, role, merged, clusters, [executionPolicyArn(partition)], {}, []);
  const fitted = fitting(observed, role, alternative, clusters, null);
  const replacing = 'REPLACE writes the reference document alone.';
  return 'refused' in fitted
    ? refuse('TRUST_MISMATCH', `${why} MERGE would not fit: ${fitted.message} POST …/extend with onMismatch ${replacing}`)
    : refuse('TRUST_MISMATCH', `${why} POST …/extend with onMismatch MERGE applies the plan shown here; ${replacing}`, alternative);
}

/** REPLACE writes the document anew, so every statement of the old one goes. */
const statementsOf = ({ Statement }: JsonObject): RemovedStatement[] =>
  oneOrMany(Statement).flatMap((statement, i) =>
    isObject(statement) ? [{ pointer: Array.isArray(Statement) ? `/Statement/${i}` : '/Statement', statement }] : [],
  );

/**
 * What stored text with repeated keys holds, and a document written in its place would not. A repeated aws:SourceArn
 * drops the lines that no longer stand anywhere; of any other key nobody can say what its loss would change.
 */
export function droppedBy({ duplicates, shadowed }: Stored, written: JsonObject): string[] {
  if (duplicates.length === 0) return [];
  const others = duplicates.filter((pointer) => !/\/aws:sourcearn$/i.test(pointer));
  const kept = new Set(stringsIn(textOf(written)));
  return [...others, ...shadowed.filter((string) => !kept.has(string))];
}

export const droppedMessage = (dropped: string[]) =>
  `The stored text repeats keys, and most readers see the last value alone: writing it would drop ${dropped.join(', ')}.`;

/** Does the document hold every statement as the role has it now? */
export function onlyAdds(role: Stored, written: JsonObject): boolean {
  const before = oneOrMany(role.document.Statement);
  const after = oneOrMany(written.Statement);
  return droppedBy(role, written).length === 0 && before.every((statement, i) => canonical(statement) === canonical(after[i]));
}

/** What MERGE would write, if IAM's next reader finds no fault in it. */
export function merging({ document, isRead, reading }: Stored, clusters: Cluster[]): TrustPlan | Refusal {
  if (!isRead)
    return refuse(
      'TRUST_MISMATCH',
      'The stored trust policy cannot be read, so nobody can tell what MERGE would keep of it. POST …/extend with onMismatch REPLACE writes the reference document alone.',
    );
  const merged = merge(document, reading, clusters);
  const again = readTrust(readDocument(textOf(merged.document)).content, reading, { effort: reading.effort });
  const left = trustErrors(again, coverageOf(again, clusters));
  if (left.length > 0)
    return refuse(
      'TRUST_MISMATCH',
      `${left.map((f) => `${f.message} ${f.remedy}`).join(' ')} MERGE keeps such a statement; REPLACE writes the reference document alone.`,
    );
  return { ...merged, repairs: true };
}
