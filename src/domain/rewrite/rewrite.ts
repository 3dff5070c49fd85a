import type { RemovedStatement } from '../../schema/plan.ts';
import type { Cluster, JsonObject } from '../../schema/primitives.ts';
import { narrowToAccount } from '../patterns/other-accounts.ts';
import { isObject, oneOrMany } from '../policy/document.ts';
import { componentsOf, lineFor } from '../role/arn.ts';
import { type RoleContext, serviceOf } from '../role/check-context.ts';
import { type Line, type SourceTest, sureOf } from '../trust/condition/source-test.ts';
import { isAllowed } from '../trust/coverage.ts';
import {
  copyOf,
  type Edit,
  mapStatements,
  oneOrList,
  setValues,
  valuesOf,
  withoutService,
  withValues,
} from '../trust/edit.ts';
import { isForeign } from '../trust/findings/line-findings.ts';
import { findHardening } from '../trust/hardening.ts';
import { readEdited } from '../trust/read-trust.ts';
import { findExtendable, isConfined, type ServiceStatement, type TrustReading } from '../trust/reading.ts';

/** The usual statement for the service, with these lines and further conditions. */
const createStatement = (place: RoleContext, lines: string[], besides: JsonObject = {}): JsonObject => ({
  Effect: 'Allow',
  Principal: { Service: serviceOf(place) },
  Action: oneOrList([...place.kind.actions]),
  Condition: {
    ...besides,
    ArnLike: { ...(besides.ArnLike as JsonObject | undefined), 'aws:SourceArn': oneOrList(lines) },
  },
});

/** The document that AWS documents for this kind of role, with these lines. */
export const createReferenceFrom = (place: RoleContext, lines: string[]): JsonObject => ({
  Version: '2012-10-17',
  Statement: [createStatement(place, [...new Set(lines)])],
});

/** The same with one line for each cluster. */
export const createReference = (place: RoleContext, clusters: Cluster[]): JsonObject =>
  createReferenceFrom(place, linesFor(place, clusters));

export const linesFor = (place: RoleContext, clusters: Cluster[]) => [
  ...new Set(clusters.map((cluster) => lineFor(place, cluster))),
];

/**
 * Adds lines for the clusters that are not covered to the statement that can take them. Null: there is none.
 */
export function addLines(
  document: JsonObject,
  reading: TrustReading,
  clusters: Cluster[],
): JsonObject | null {
  const missing = clusters.filter((cluster) => !isAllowed(reading, cluster));
  if (missing.length === 0) return document;
  const place = findExtendable(reading);
  if (!place) return null;
  const lines = [...valuesOf(place.test), ...linesFor(reading, missing)];
  return mapStatements(document, (statement, index) => {
    return [
      index === place.statement.index
        ? withValues(statement, [{ test: place.test, values: lines }])
        : statement,
    ];
  });
}

/** Appends our own statement, with further conditions. */
function addStatement(
  place: RoleContext,
  document: JsonObject,
  lines: string[],
  besides: JsonObject,
): JsonObject {
  const copy = { ...document };
  const statements = oneOrMany(document.Statement);
  // Without a Version (2008-10-17), ${…} in the other statements is plain text, and has to stay so.
  if (statements.length === 0) copy.Version ??= '2012-10-17';
  copy.Statement = [...statements, createStatement(place, lines, besides)];
  return copy;
}

/**
 * Confines statements that let the service in too widely, then adds what the clusters need. A statement for
 * the service alone is confined in place, or removed if a better one exists. A shared statement only loses
 * the service. A line that reaches other accounts is narrowed to ours, so that clusters that rely on it keep
 * access. An added statement is no looser than those it replaces. All other statements stay.
 */
export function merge(document: JsonObject, reading: TrustReading, clusters: Cluster[]): Edit {
  const wanted = linesFor(reading, clusters);
  let best = findExtendable(reading)?.statement;
  const removed: RemovedStatement[] = [];
  const confined = mapStatements(document, (statement, index) => {
    const service = reading.statements.find((s) => s.index === index && s.effect === 'Allow');
    if (!service || !isTooWide(reading, service)) return [statement];
    const replacement =
      best && best !== service && !isConfined(service) ? null : confine(reading, service, statement, wanted);
    if (replacement && service.others === 'HOLDS' && service.sourceTests.length === 0) best ??= service;
    const replacements = replacement ? [replacement] : [];
    if (!service.isAlone) return [withoutService(statement, serviceOf(reading)), ...replacements];
    if (replacements.length === 0) removed.push({ pointer: service.pointer, statement: service.statement });
    return replacements;
  });
  const again = readEdited(confined, reading);
  const missing = clusters.filter((cluster) => !isAllowed(again, cluster));
  const lines = linesFor(reading, missing);
  return {
    document:
      addLines(confined, again, clusters) ??
      addStatement(reading, confined, lines, findHardening(reading, missing)),
    removed,
  };
}

const hasForeign = (reading: TrustReading, { canAdmitOthers }: ServiceStatement, test: SourceTest) =>
  canAdmitOthers && test.lines.some((line) => isForeign(reading, line));

function isTooWide(reading: TrustReading, service: ServiceStatement): boolean {
  return (
    !isConfined(service) ||
    service.sourceTests.some((test) => !test.isNegated && hasForeign(reading, service, test))
  );
}

/** The part of a line that is about this account. Null: there is none, or no line expresses it. */
function narrowLine(reading: TrustReading, line: Line): string | null {
  if (!isForeign(reading, line)) return line.value;
  const sure = sureOf(line);
  if (!sure || (sure.comparison === 'ARN' && componentsOf(sure.value) === null)) return null;
  return narrowToAccount(sure.value, sure.comparison, reading.accountId, reading.budget);
}

/**
 * The statement for the service alone, without foreign lines. If no line is left, it gets one for each
 * cluster. Null: its operator does not support such lines.
 */
function confine(
  reading: TrustReading,
  service: ServiceStatement,
  statement: JsonObject,
  wanted: string[],
): JsonObject | null {
  let copy = copyOf(statement);
  if (!service.isAlone || !service.isNamed) {
    delete copy.NotPrincipal;
    // Sids are unique within a document.
    delete copy.Sid;
    copy.Principal = { Service: serviceOf(reading) };
  }
  for (const test of service.sourceTests) {
    if (test.isNegated) continue;
    const ours = [...new Set(test.lines.flatMap((line) => narrowLine(reading, line) ?? []))];
    if (ours.length === 0 && test.comparison !== 'ARN' && test.comparison !== 'STRING') return null;
    if (hasForeign(reading, service, test)) copy = setValues(copy, test, ours.length > 0 ? ours : wanted);
  }
  if (!isConfined(service)) {
    const condition = isObject(copy.Condition) ? copy.Condition : {};
    const arnLike = isObject(condition.ArnLike) ? condition.ArnLike : {};
    copy.Condition = { ...condition, ArnLike: { ...arnLike, 'aws:SourceArn': oneOrList(wanted) } };
  }
  return copy;
}
