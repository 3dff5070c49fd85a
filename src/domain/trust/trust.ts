import type { Cluster, JsonObject } from '../../schema/primitives.ts';
import { costs, Effort, TooHard } from '../patterns/budget.ts';
import { intersects } from '../patterns/language.ts';
import { ByHead } from '../patterns/prefix-index.ts';
import { hasWildcard, matchesText, meets, startOf } from '../patterns/prefix-match.ts';
import { isOfPartition } from '../patterns/regions.ts';
import { coversAll, headOfResource, profilesOf, startOfResources, touchesSome } from '../patterns/source-arn.ts';
import { isObject, oneOrMany, pointerTo } from '../policy/document.ts';
import { fargateService, reachOf } from '../role/arn.ts';
import type { CheckContext } from '../role/check-context.ts';
import { confinesEveryone } from './anyone.ts';
import {
  type ConditionReading,
  type Line,
  mostOf,
  readCondition,
  type SourcePattern,
  type SourceTest,
  sureOf,
} from './condition/condition.ts';
import { text } from './condition/evaluate.ts';
import { isDeletedPrincipal } from './deleted-principals.ts';
import type { Finding } from './findings/finding.ts';

/** One statement of a trust policy that says something about the Fargate service. */
export interface ServiceStatement extends ConditionReading {
  index: number;
  pointer: string;
  statement: JsonObject;
  effect: 'Allow' | 'Deny';
  /** Is the service named? `NotPrincipal` lets it in (or bars it) without a name. */
  named: boolean;
  /** Is the service the only principal? */
  alone: boolean;
}

/** Whom else an Allow statement trusts; of the deleted, also those that stand elsewhere. */
interface OtherPrincipal {
  pointer: string;
  principal: string;
  kind: 'OTHER' | 'NODE' | 'DELETED';
}

export interface TrustReading extends CheckContext {
  statements: ServiceStatement[];
  /** The statements that let the service in, and can be counted on: all that is asked besides `aws:SourceArn` is known to hold. */
  reliable: ServiceStatement[];
  others: OtherPrincipal[];
  /** Pointers to the principals of Allow statements that let in everyone, and that no condition confines. */
  open: string[];
  /** What deciding the patterns has cost, of all policies that the operation reads. Whoever asks may meet TooHard. */
  effort: Effort;
  /** Whether clusters are allowed, as far as it was asked. */
  allowed: Map<string, boolean>;
  /** What is to be said of its lines, whatever clusters are asked about, once it was asked. */
  ofLines?: Finding[];
}

/**
 * Reads what a trust policy lets the Fargate service do, as IAM evaluates it (IAM user guide, policy evaluation
 * logic and condition operators). Nothing is judged here: check.ts does. Where its patterns are not `decidable`, no
 * test of `aws:SourceArn` is read.
 */
export function readTrust(document: JsonObject, context: CheckContext, { effort = new Effort(), decidable = true } = {}): TrustReading {
  const { accountId, partition, organizationId, now, extraRegions } = context;
  const reading: TrustReading = {
    accountId,
    partition,
    organizationId,
    now,
    extraRegions,
    statements: [],
    reliable: [],
    others: [],
    open: [],
    effort,
    allowed: new Map(),
  };
  // Policy variables work in 2012-10-17 alone; an absent Version means 2008-10-17.
  const variables = document.Version === '2012-10-17';
  oneOrMany(document.Statement).forEach((statement, index) => {
    if (!isObject(statement)) return;
    const pointer = Array.isArray(document.Statement) ? pointerTo('Statement', index) : pointerTo('Statement');
    const effect = statement.Effect;
    if (effect !== 'Allow' && effect !== 'Deny') return;
    const place = placeOfService(statement, effect);
    const isAssuming = covers(statement);
    if (!place?.alone) {
      reading.others.push(...otherPrincipals(statement, pointer, effect));
      const everyone = effect === 'Allow' && isAssuming ? placeOfEveryone(statement) : null;
      if (everyone !== null && !confinesEveryone(statement.Condition, context, variables)) reading.open.push(pointer + pointerTo(everyone));
    }
    if (!place || !isAssuming) return;
    const condition = readCondition(statement.Condition, pointer + pointerTo('Condition'), { context, variables, decidable });
    reading.statements.push({ index, pointer, statement, effect, ...place, ...condition });
  });
  reading.reliable = reading.statements.filter((s) => s.effect === 'Allow' && s.named && s.others === 'HOLDS');
  return reading;
}

/**
 * The same policy, were every condition known to hold that cannot be known, and did every value match all that it may; but what
 * an unreadable test of aws:SourceArn lets in stays unknown.
 */
export function supposing(reading: TrustReading): TrustReading {
  const isReadable = reading.statements.every((s) => s.effect === 'Deny' || s.unprovable.length === 0);
  if (isReadable) return reading;
  const statements = reading.statements.map((s) => (s.effect === 'Allow' ? { ...s, sourceTests: s.sourceTests.map(supposeTest) } : s));
  const reliable = statements.filter((s) => s.effect === 'Allow' && s.named && s.others !== 'FAILS' && !s.opaque);
  return { ...reading, statements, reliable, allowed: new Map() };
}

/** A negated test keeps out what is known: of what it may keep out, nothing. */
function supposeTest({ byHead: _, ...test }: SourceTest): SourceTest {
  const isUnread = (line: Line) => line.read !== null && line.read.sure === null;
  if (test.negated) return { ...test, lines: test.lines.filter((line) => !isUnread(line)) };
  return {
    ...test,
    lines: test.lines.map((line) => (line.read && isUnread(line) ? { ...line, read: { ...line.read, sure: line.read.most } } : line)),
  };
}

/** Asks something of a policy; where its patterns take too much work, of what can be known of it without them. */
export function ofTrust<T>(document: JsonObject, context: CheckContext, ask: (reading: TrustReading) => T): T {
  try {
    return ask(readTrust(document, context));
  } catch (error) {
    if (!(error instanceof TooHard)) throw error;
    return ask(readTrust(document, context, { decidable: false }));
  }
}

export const servicesIn = (principal: unknown) => (isObject(principal) ? oneOrMany(principal.Service) : []);
// "AWS": "*" says the same as "*" (IAM user guide, Principal).
const isEveryone = (principal: unknown) =>
  principal === '*' || (isObject(principal) && [principal.AWS, principal.Service].some((v) => oneOrMany(v).includes('*')));

/** Where an Allow lets in everyone, but for the service: "*", or NotPrincipal that names it. Where that lets it in, it is unconfined. */
function placeOfEveryone({ Principal, NotPrincipal }: JsonObject): 'Principal' | 'NotPrincipal' | null {
  if (NotPrincipal === undefined) return isEveryone(Principal) ? 'Principal' : null;
  return servicesIn(NotPrincipal).includes(fargateService) && !isEveryone(NotPrincipal) ? 'NotPrincipal' : null;
}

/** How the statement meets the service, or null. That `"*"` admits a service is unconfirmed: it counts to deny, never to allow. */
function placeOfService(statement: JsonObject, effect: 'Allow' | 'Deny'): { named: boolean; alone: boolean } | null {
  if (servicesIn(statement.Principal).includes(fargateService))
    return { named: true, alone: statement.NotPrincipal === undefined && isServiceAlone(statement.Principal as JsonObject) };
  if (effect === 'Deny' && isEveryone(statement.Principal)) return { named: false, alone: false };
  if (
    isObject(statement.NotPrincipal) &&
    !isEveryone(statement.NotPrincipal) &&
    !servicesIn(statement.NotPrincipal).includes(fargateService)
  )
    return { named: false, alone: false };
  return null;
}

const isServiceAlone = (principal: JsonObject) =>
  Object.keys(principal).length === 1 && oneOrMany(principal.Service).every((s) => s === fargateService);

/** Is sts:AssumeRole among the statement's actions? Action names ignore case and take wildcards. */
function covers({ Action, NotAction }: JsonObject): boolean {
  const names = (actions: unknown) =>
    oneOrMany(actions).some((action) => typeof action === 'string' && matchesText(action.toLowerCase(), 'sts:assumerole'));
  return Action !== undefined ? names(Action) : NotAction !== undefined && !names(NotAction);
}

function otherPrincipals(statement: JsonObject, pointer: string, effect: 'Allow' | 'Deny'): OtherPrincipal[] {
  const found = effect === 'Allow' && statement.NotPrincipal !== undefined ? [everyoneBut(pointer)] : [];
  for (const element of ['Principal', 'NotPrincipal'] as const) {
    const trusts = effect === 'Allow' && element === 'Principal' && found.length === 0;
    found.push(...principalsIn(statement[element], pointer + pointerTo(element)).filter(({ kind }) => trusts || kind === 'DELETED'));
  }
  return found;
}

const everyoneBut = (pointer: string): OtherPrincipal => ({
  pointer: pointer + pointerTo('NotPrincipal'),
  principal: 'everyone but those in NotPrincipal',
  kind: 'OTHER',
});

function principalsIn(principal: unknown, pointer: string): OtherPrincipal[] {
  if (principal === undefined) return [];
  if (!isObject(principal)) return [{ pointer, principal: text(principal), kind: 'OTHER' }];
  return Object.entries(principal).flatMap(([kind, value]) =>
    oneOrMany(value)
      .filter((name) => !(kind === 'Service' && name === fargateService))
      .map((name) => ({ pointer: pointer + pointerTo(kind), principal: text(name), kind: kindOf(kind, name) })),
  );
}

function kindOf(kind: string, name: unknown): OtherPrincipal['kind'] {
  if (kind === 'Service' && /^ec2\.amazonaws\.com(\.cn)?$/.test(text(name))) return 'NODE';
  return kind === 'AWS' && isDeletedPrincipal(name) ? 'DELETED' : 'OTHER';
}

export const isConfined = (statement: ServiceStatement) => statement.opaque || statement.sourceTests.some((test) => !test.negated);

/** The lines that can match a Fargate profile of the cluster, by how they begin. */
function linesMeeting({ effort }: TrustReading, test: SourceTest, cluster: Cluster): readonly Line[] {
  if (test.lines.length > 1) test.byHead ??= new ByHead(test.lines, (line) => headOfResource(mostOf(line)));
  const lines = test.byHead?.meeting(startOfResources(cluster)) ?? test.lines;
  effort.spend((lines.length + 1) * costs.line);
  return lines;
}

/** Does a line hold for every Fargate profile of the cluster? */
function covering({ partition, accountId, effort }: TrustReading, cluster: Cluster): (line: Line) => boolean {
  const start = startOf(partition, accountId, cluster);
  const profiles = { partition, account: accountId, ...cluster };
  return (line) => {
    const pattern = sureOf(line);
    return pattern !== null && (meets(pattern, pattern.comparison, start) ?? coversAll(pattern, profiles, effort));
  };
}

/** The lines of one test that hold for every Fargate profile of the cluster. */
const coveringLines = (reading: TrustReading, test: SourceTest, cluster: Cluster): Line[] =>
  linesMeeting(reading, test, cluster).filter(covering(reading, cluster));

/** One of them, if there is any. */
function coveringLine(reading: TrustReading, test: SourceTest, cluster: Cluster): Line[] {
  const lines = linesMeeting(reading, test, cluster);
  const covers = covering(reading, cluster);
  const start = startOfResources(cluster);
  // One that is written for the cluster is the likeliest.
  const found = lines.find((line) => line.value.includes(start) && covers(line)) ?? lines.find(covers);
  reading.effort.spend(lines.length * costs.line);
  return found ? [found] : [];
}

/** Can one of the values match a Fargate profile of the cluster? `choose` says what a line is taken to match, if anything. */
function touches(
  reading: TrustReading,
  test: SourceTest,
  cluster: Cluster,
  choose: (line: Line) => SourcePattern | null = mostOf,
  isText = true,
): boolean {
  const { partition, accountId, effort } = reading;
  const start = startOf(partition, accountId, cluster);
  const profiles = { partition, account: accountId, ...cluster };
  return linesMeeting(reading, test, cluster).some((line) => {
    const pattern = choose(line);
    if (!pattern) return false;
    return (
      meets(pattern, pattern.comparison, start) ??
      touchesSome(pattern, profiles, effort) ??
      // What is no ARN is read as plain text: where a match bars the service, caution is to expect one.
      (isText && intersects(pattern.value, profilesOf(profiles), effort))
    );
  });
}

/** The lines by which the policy allows every Fargate profile of the cluster; null when it does not. Denials are not looked at. */
export function allowedBy(reading: TrustReading, cluster: Cluster): string[] | null {
  const lines = allowing(reading, cluster, coveringLines);
  reading.allowed.set(nameOf(cluster), lines !== null);
  return lines;
}

/** Is there any such line? */
export function isAllowed(reading: TrustReading, cluster: Cluster): boolean {
  const name = nameOf(cluster);
  const known = reading.allowed.get(name);
  if (known !== undefined) return known;
  const found = allowing(reading, cluster, coveringLine) !== null;
  reading.allowed.set(name, found);
  return found;
}

const nameOf = ({ region, name }: Cluster) => `${region}/${name}`;

function allowing(reading: TrustReading, cluster: Cluster, lookUp: typeof coveringLines): string[] | null {
  // The partition has no such Region, and so no cluster there.
  if (!hasWildcard(cluster.region) && !isOfPartition(cluster.region, reading.partition)) return null;
  const found = reading.reliable.flatMap((statement) => {
    const lines = allowingLines(reading, statement, cluster, lookUp);
    return lines === null ? [] : [lines];
  });
  return found.length === 0 ? null : [...new Set(found.flat())];
}

function allowingLines(
  reading: TrustReading,
  statement: ServiceStatement,
  cluster: Cluster,
  lookUp: typeof coveringLines,
): string[] | null {
  const lines: string[] = [];
  for (const test of statement.sourceTests) {
    if (test.negated) {
      if (touches(reading, test, cluster)) return null;
      continue;
    }
    const covering = lookUp(reading, test, cluster);
    if (covering.length === 0) return null;
    lines.push(...covering.map((line) => line.value));
  }
  return lines;
}

/** The Deny statement that can match a Fargate profile of the cluster, or null. */
export function deniedBy(reading: TrustReading, cluster: Cluster): ServiceStatement | null {
  const canMatch = (test: SourceTest) =>
    test.negated ? coveringLine(reading, test, cluster).length === 0 : touches(reading, test, cluster);
  // One whose outcome nobody knows counts as if it held.
  const found = reading.statements.filter((s) => s.effect === 'Deny' && s.others !== 'FAILS' && s.sourceTests.every(canMatch));
  return found.find((s) => isCertain(reading, s, cluster)) ?? found[0] ?? null;
}

/** Is a Deny that can match known to do so? */
export function isCertain(reading: TrustReading, { others, sourceTests }: ServiceStatement, cluster: Cluster): boolean {
  const unread = (line: Line) => (line.read && !line.read.sure ? line.read.most : null);
  return (
    others === 'HOLDS' &&
    sourceTests.every((test) => (test.negated ? !touches(reading, test, cluster, unread) : touches(reading, test, cluster, sureOf, false)))
  );
}

export const isCovered = (reading: TrustReading, cluster: Cluster) => isAllowed(reading, cluster) && deniedBy(reading, cluster) === null;

/**
 * The statement to which a line can be added, and where: it allows the service, has one positive operator that
 * honours wildcards on `aws:SourceArn`, and everything else in it holds for this account.
 */
export function extendable(reading: TrustReading): { statement: ServiceStatement; test: SourceTest } | null {
  for (const statement of reading.reliable) {
    const [test, ...more] = statement.sourceTests;
    if (test && more.length === 0 && !test.negated && (test.comparison === 'ARN' || test.comparison === 'STRING'))
      return { statement, test };
  }
  return null;
}

/** Every line by which the policy allows something. */
export const linesOf = (reading: TrustReading): Line[] =>
  reading.statements
    .filter((s) => s.effect === 'Allow')
    .flatMap((s) => s.sourceTests.filter((test) => !test.negated).flatMap((test) => test.lines));

/** The clusters that the policy's lines are written for, as far as they are clusters of this account; `*` for a wide line. */
export function clustersIn(reading: TrustReading): Cluster[] {
  const clusters = linesOf(reading).flatMap((line) => {
    const pattern = sureOf(line);
    return pattern ? [reachOf(pattern.value)] : [];
  });
  const unique = new Map(clusters.map((cluster) => [nameOf(cluster), cluster]));
  return [...unique.values()].filter((cluster) => isAllowed(reading, cluster));
}
