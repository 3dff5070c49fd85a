import type { JsonObject } from '../../schema/primitives.ts';
import { serviceOf } from '../role/check-context.ts';
import { assuming } from '../trust/assume.ts';
import { mostOf, type SourceTest } from '../trust/condition/source-test.ts';
import { type Edit, mapStatements, valuesOf, withoutService, withValues } from '../trust/edit.ts';
import { isLive, letsNobodyIn } from '../trust/lets-in.ts';
import { readEdited } from '../trust/read-trust.ts';
import { linesOf, type ServiceStatement, type TrustReading } from '../trust/reading.ts';

/**
 * A document without some lines. `emptied` maps the statements that have no line left, and are still in the
 * document, to what they were.
 */
interface Stripped {
  document: JsonObject;
  emptied: Map<JsonObject, ServiceStatement>;
}

const positiveTests = ({ sourceTests }: ServiceStatement) => sourceTests.filter((test) => !test.isNegated);

/** Drops lines from every Allow statement. */
export function stripLines(
  document: JsonObject,
  reading: TrustReading,
  goes: (value: string) => boolean,
): Stripped {
  const emptied: Stripped['emptied'] = new Map();
  const stripped = mapStatements(document, (statement, index) => {
    const service = reading.statements.find((s) => s.index === index && s.effect === 'Allow');
    if (!service) return [statement];
    const shorter = positiveTests(service)
      .map((test) => ({ test, values: valuesOf(test).filter((value) => !goes(value)) }))
      .filter(({ test, values }) => values.length < test.lines.length);
    const left = withValues(statement, shorter);
    if (shorter.some(({ values }) => values.length === 0)) emptied.set(left, service);
    return [left];
  });
  return { document: stripped, emptied };
}

/** Removes the emptied statements. A statement that others share loses only the service. */
export function pruneStatements(document: JsonObject, emptied: Stripped['emptied'], name: string): Edit {
  const removed: Edit['removed'] = [];
  const pruned = mapStatements(document, (statement) => {
    const service = emptied.get(statement);
    if (!service) return [statement];
    // Other principals may rely on the lines that were dropped, so the original statement stays for them.
    if (!service.isAlone) return [withoutService(service.statement, name)];
    removed.push({ pointer: service.pointer, statement: service.statement });
    return [];
  });
  return { document: pruned, removed };
}

/** Does a line let in a source of the account, if all conditions of unknown outcome hold? */
export function hasLiveLine(reading: TrustReading): boolean {
  const hasLive = (test: SourceTest) => test.lines.some((line) => isLive(reading, mostOf(line)));
  const hasLiveTests = (statement: ServiceStatement) => {
    const tests = positiveTests(statement);
    return (
      statement.effect === 'Allow' && statement.others !== 'FAILS' && tests.length > 0 && tests.every(hasLive)
    );
  };
  return reading.statements.some(hasLiveTests) && !letsNobodyIn(assuming(reading));
}

export type Removal = { outcome: 'REMOVED' } & Edit;
export type Retraction = Removal | { outcome: 'LAST' };

/**
 * Drops lines from every Allow statement. A statement without lines goes too, if another one still has some.
 */
export function removeLines(
  document: JsonObject,
  reading: TrustReading,
  goes: (value: string) => boolean,
): Retraction {
  const stripped = stripLines(document, reading, goes);
  const pruned = pruneStatements(stripped.document, stripped.emptied, serviceOf(reading));
  const left = readEdited(pruned.document, reading);
  const isLast = linesOf(left).length === 0 || (hasLiveLine(reading) && !hasLiveLine(left));
  return isLast ? { outcome: 'LAST' } : { outcome: 'REMOVED', ...pruned };
}
