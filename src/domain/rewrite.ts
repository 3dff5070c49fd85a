import type { RemovedStatement } from '../schema/plan.ts';
import type { Cluster, JsonObject, Partition } from '../schema/primitives.ts';
import { componentsOf, fargateService, lineFor } from './arn.ts';
import { ByHead } from './by-head.ts';
import { type Line, type SourceTest, sureOf } from './condition.ts';
import { isObject, oneOrMany } from './document.ts';
import { isForeign, unlistedRegionOf } from './lines.ts';
import { ownPart, Parts } from './source.ts';
import { extendable, isAllowed, isConfined, readTrust, type ServiceStatement, type TrustReading } from './trust.ts';

// Every function answers a new document; the one it is given stays as it is. Statements that it has no reason to
// touch come out the same: order, Sid, unknown keys and all.

/** Of what JSON.parse made. structuredClone takes three times as long. */
const copyOf = <T>(value: T): T => JSON.parse(JSON.stringify(value)) as T;

const one = (lines: string[]) => (lines.length === 1 ? lines[0] : lines);

const serviceStatement = (lines: string[]): JsonObject => ({
  Effect: 'Allow',
  Principal: { Service: fargateService },
  Action: 'sts:AssumeRole',
  Condition: { ArnLike: { 'aws:SourceArn': one(lines) } },
});

/** The document that the EKS user guide asks for, with one line a cluster. */
export const reference = (partition: Partition, accountId: string, clusters: Cluster[]): JsonObject => ({
  Version: '2012-10-17',
  Statement: [serviceStatement(linesFor(partition, accountId, clusters))],
});

const linesFor = (partition: Partition, accountId: string, clusters: Cluster[]) => [
  ...new Set(clusters.map((c) => lineFor(partition, accountId, c))),
];

/** A copy whose statements are those that `edit` answers for each: itself as it is, others in its place, or none. */
function mapStatements(document: JsonObject, edit: (statement: JsonObject, index: number) => JsonObject[]): JsonObject {
  const copy = { ...document };
  const statements = oneOrMany(document.Statement).flatMap((statement, index) =>
    isObject(statement) ? edit(statement, index) : [statement],
  );
  const [only] = statements;
  // A lone statement that was an object stays one.
  copy.Statement = !Array.isArray(document.Statement) && statements.length === 1 ? only : statements;
  return copy;
}

const setValues = (statement: JsonObject, test: SourceTest, values: string[]) => {
  const keys = (statement.Condition as JsonObject)[test.operator] as JsonObject;
  keys[test.key] = one(values);
};

/** The statement with other values for these tests: itself where there are none. */
function withValues(statement: JsonObject, tests: { test: SourceTest; values: string[] }[]): JsonObject {
  if (tests.length === 0) return statement;
  const copy = copyOf(statement);
  for (const { test, values } of tests) setValues(copy, test, values);
  return copy;
}

const valuesOf = (test: SourceTest) => test.lines.map((line) => line.value);

/** Adds lines for the clusters that are not covered, to the statement that can take them; null where none can. */
export function addLines(document: JsonObject, reading: TrustReading, clusters: Cluster[]): JsonObject | null {
  const missing = clusters.filter((cluster) => !isAllowed(reading, cluster));
  if (missing.length === 0) return document;
  const place = extendable(reading);
  if (!place) return null;
  const lines = [...valuesOf(place.test), ...linesFor(reading.partition, reading.accountId, missing)];
  return mapStatements(document, (statement, index) => {
    return [index === place.statement.index ? withValues(statement, [{ test: place.test, values: lines }]) : statement];
  });
}

/** Adds a statement of our own at the end. */
function addStatement(document: JsonObject, lines: string[]): JsonObject {
  const copy = { ...document };
  const statements = oneOrMany(document.Statement);
  // An absent Version means 2008-10-17, under which ${…} in the other statements is plain text: it has to stay so.
  if (statements.length === 0) copy.Version ??= '2012-10-17';
  copy.Statement = [...statements, serviceStatement(lines)];
  return copy;
}

export interface Merged {
  document: JsonObject;
  removed: RemovedStatement[];
}

/**
 * Confines what lets the service in too widely, then makes sure of the clusters. A statement for the service alone is
 * confined in place, or goes where a better one stands beside it; of a statement that is shared with other principals
 * only the service's name is taken. A line that reaches other accounts is narrowed to ours where it can be, so that the
 * clusters that rely on it keep it. All other statements stay.
 */
export function merge(document: JsonObject, reading: TrustReading, clusters: Cluster[]): Merged {
  const wanted = linesFor(reading.partition, reading.accountId, clusters);
  let best = extendable(reading)?.statement;
  const removed: RemovedStatement[] = [];
  const confined = mapStatements(document, (statement, index) => {
    const service = reading.statements.find((s) => s.index === index && s.effect === 'Allow');
    if (!service || !isTooWide(reading, service)) return [statement];
    const replacement = best && best !== service && !isConfined(service) ? null : confine(reading, service, statement, wanted);
    if (replacement && service.others === 'HOLDS' && service.sourceTests.length === 0) best ??= service;
    const replacements = replacement ? [replacement] : [];
    if (!service.alone) return [withoutService(statement), ...replacements];
    if (replacements.length === 0) removed.push({ pointer: service.pointer, statement: service.statement });
    return replacements;
  });
  const again = readTrust(confined, reading, { effort: reading.effort });
  const missing = clusters.filter((cluster) => !isAllowed(again, cluster));
  return {
    document: addLines(confined, again, clusters) ?? addStatement(confined, linesFor(reading.partition, reading.accountId, missing)),
    removed,
  };
}

const hasForeign = (reading: TrustReading, { admitsOthers }: ServiceStatement, test: SourceTest) =>
  admitsOthers && test.lines.some((line) => isForeign(reading, line));

function isTooWide(reading: TrustReading, service: ServiceStatement): boolean {
  return !isConfined(service) || service.sourceTests.some((test) => !test.negated && hasForeign(reading, service, test));
}

/** What a line says of sources in this account, as a line; null where that cannot be written or is nothing. */
function ownLine(reading: TrustReading, line: Line): string | null {
  if (!isForeign(reading, line)) return line.value;
  const sure = sureOf(line);
  if (!sure || (sure.comparison === 'ARN' && componentsOf(sure.value) === null)) return null;
  return ownPart(sure.value, sure.comparison, reading.accountId, reading.effort);
}

/**
 * The statement for the service alone, without foreign lines and with a line for each cluster where none is left; null
 * where its operator could not honour such lines.
 */
function confine(reading: TrustReading, service: ServiceStatement, statement: JsonObject, wanted: string[]): JsonObject | null {
  const copy = copyOf(statement);
  if (!service.alone || !service.named) {
    delete copy.NotPrincipal;
    // Two statements of one document may not bear one Sid.
    delete copy.Sid;
    copy.Principal = { Service: fargateService };
  }
  for (const test of service.sourceTests) {
    if (test.negated) continue;
    const ours = [...new Set(test.lines.flatMap((line) => ownLine(reading, line) ?? []))];
    if (ours.length === 0 && test.comparison !== 'ARN' && test.comparison !== 'STRING') return null;
    if (hasForeign(reading, service, test)) setValues(copy, test, ours.length > 0 ? ours : wanted);
  }
  if (!isConfined(service)) {
    const condition = isObject(copy.Condition) ? copy.Condition : {};
    const arnLike = isObject(condition.ArnLike) ? condition.ArnLike : {};
    copy.Condition = { ...condition, ArnLike: { ...arnLike, 'aws:SourceArn': one(wanted) } };
  }
  return copy;
}

/** What is left of a shared statement when the service is confined in one of its own. */
function withoutService(statement: JsonObject): JsonObject {
  const copy = copyOf(statement);
  const exclude = copy.NotPrincipal !== undefined;
  const principal = (exclude ? copy.NotPrincipal : copy.Principal) as JsonObject;
  const services = oneOrMany(principal.Service);
  const rest = exclude ? [...services, fargateService] : services.filter((s) => s !== fargateService);
  if (rest.length === 0) delete principal.Service;
  else principal.Service = rest.length === 1 ? rest[0] : rest;
  return copy;
}

/** Drops lines that a wider line of the same operator covers; of two that cover each other, the first stays. */
export function compact(document: JsonObject, reading: TrustReading): JsonObject {
  return mapStatements(document, (statement, index) => {
    const tests = reading.statements
      .filter((s) => s.index === index && s.effect === 'Allow')
      .flatMap((s) => s.sourceTests.filter((test) => !test.negated))
      .map((test) => ({ test, values: uncovered(reading, test) }));
    return [
      withValues(
        statement,
        tests.filter(({ test, values }) => values.length < test.lines.length),
      ),
    ];
  });
}

/** The values but for those that another covers. One with variables, or with a Region that AWS does not list, always stays. */
function uncovered(reading: TrustReading, test: SourceTest): string[] {
  const { effort } = reading;
  const values = valuesOf(test);
  // What matches nothing neither covers nor is covered.
  const lines = test.lines.flatMap((line, place) => {
    const parts = line.read ? null : Parts.of(line.value, test.comparison);
    return parts ? [{ place, parts, stays: unlistedRegionOf(reading, line) !== null }] : [];
  });
  const byHead = new ByHead(lines, ({ parts }) => parts.head);
  const covered = new Set<number>();
  for (const { place, parts, stays } of lines) {
    if (stays) continue;
    const covers = (other: (typeof lines)[number]) =>
      other.place !== place && other.parts.covers(parts, effort) && (other.place < place || !parts.covers(other.parts, effort));
    if (byHead.beginning(parts.head).some(covers)) covered.add(place);
  }
  return values.filter((_, place) => !covered.has(place));
}

export type Retraction =
  | { outcome: 'REMOVED'; document: JsonObject; removed: RemovedStatement[] }
  | { outcome: 'NOT_LISTED' }
  | { outcome: 'LAST' };

/** Takes one line away wherever an Allow has it. A statement that is left without any goes too, if another still has one. */
export function removeLine(document: JsonObject, reading: TrustReading, line: string): Retraction {
  const tests = reading.statements
    .filter((s) => s.effect === 'Allow')
    .flatMap((s) => s.sourceTests.filter((test) => !test.negated).map((test) => ({ service: s, test })));
  const rest = (test: SourceTest) => valuesOf(test).filter((value) => value !== line);
  if (!tests.some(({ test }) => valuesOf(test).includes(line))) return { outcome: 'NOT_LISTED' };
  if (tests.every(({ test }) => rest(test).length === 0)) return { outcome: 'LAST' };
  const removed: RemovedStatement[] = [];
  const after = mapStatements(document, (statement, index) => {
    const here = tests.filter(({ service }) => service.index === index).map((each) => ({ ...each, values: rest(each.test) }));
    const shorter = withValues(
      statement,
      here.filter(({ test, values }) => values.length > 0 && values.length < test.lines.length),
    );
    const empty = here.find(({ test, values }) => test.lines.length > 0 && values.length === 0);
    if (!empty) return [shorter];
    if (!empty.service.alone) return [withoutService(shorter)];
    removed.push({ pointer: empty.service.pointer, statement: empty.service.statement });
    return [];
  });
  return { outcome: 'REMOVED', document: after, removed };
}
