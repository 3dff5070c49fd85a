import { hash } from 'node:crypto';
import { check } from '../../domain/check/check.ts';
import { fargate } from '../../domain/kinds/fargate.ts';
import { isListedRegion, isOfPartition, nearestRegion } from '../../domain/patterns/regions.ts';
import { canonical, canonicalOf } from '../../domain/policy/document.ts';
import type { CheckContext } from '../../domain/role/check-context.ts';
import type { Observed, RoleState } from '../../domain/role/role-state.ts';
import { repeatedTags } from '../../domain/role/same.ts';
import type { Account } from '../../schema/account.ts';
import type { Caller } from '../../schema/caller.ts';
import type { Cluster, Tags } from '../../schema/primitives.ts';
import type { RoleReport, Trust } from '../../schema/report.ts';
import type { RegisteredAccount } from '../accounts/accounts.ts';
import type { Deps } from '../call/deps.ts';
import { escapePointer, invalidInput } from '../call/input.ts';
import { faceOf, sayRemedy } from '../call/words.ts';
import { additional } from '../guards/attachable-policies.ts';

/** IAM's default for "Role trust policy length"; an account can only have more. */
const defaultQuota = 2048;

/** The account's quota for a trust policy as far as it is known: a read never asks for it. */
export const knownQuota = ({ roles }: Deps, account: Account): number => roles.knownQuotas(account)?.trustPolicySize ?? defaultQuota;

/** What a check knows of the account besides the role. */
export const contextOf = (
  { now, extraRegions }: Pick<Deps, 'now' | 'extraRegions'>,
  { accountId, partition, organizationId }: RegisteredAccount,
): CheckContext => ({ accountId, partition, organizationId, kind: fargate, now: now(), extraRegions });

/**
 * Which Regions a request may name. LISTED, where something is to be added: those that AWS lists. OF_PARTITION, where only a
 * question is asked: what has the shape of one of the account's partition. ANY: what is well-formed, so that every line can be
 * taken away.
 */
export type RegionRule = 'LISTED' | 'OF_PARTITION' | 'ANY';

/** Each cluster once. Fault: INVALID_INPUT for a Region that the rule does not allow; `pointerOf` names the field. */
export function clustersOf(
  { extraRegions }: Pick<Deps, 'extraRegions'>,
  { partition }: Account,
  clusters: Cluster[],
  rule: RegionRule,
  pointerOf = (index: number) => `/clusters/${index}/region`,
): Cluster[] {
  const errors = clusters.flatMap(({ region }, i) => {
    const message = regionError(region, rule, { partition, extraRegions });
    return message === null ? [] : [{ pointer: pointerOf(i), message }];
  });
  if (errors.length > 0) throw invalidInput(errors);
  return [...new Map(clusters.map((cluster) => [`${cluster.region}/${cluster.name}`, cluster])).values()];
}

function regionError(region: string, rule: RegionRule, where: Pick<CheckContext, 'partition' | 'extraRegions'>): string | null {
  if (region === '*' || rule === 'ANY') return null;
  if (!isOfPartition(region, where.partition)) return `must be a Region of partition ${where.partition}, where this account is`;
  return rule === 'OF_PARTITION' || isListedRegion(region, where) ? null : unlistedRegion(region, nearestRegion(region, where));
}

/** The error about a Region that AWS does not list. */
export const unlistedRegion = (region: string, nearest: string): string =>
  `must be one of AWS's Regions, and ${region} is none. Did you mean ${nearest}? The setting EXTRA_REGIONS adds a new Region`;

/** Fault: INVALID_INPUT for a managed policy that no role of this account can have. */
export function expectPolicies(
  { partition, accountId }: Account,
  { permissionsBoundary, additionalPolicyArns }: { permissionsBoundary?: string | undefined; additionalPolicyArns?: string[] | undefined },
): void {
  const prefixes = [`arn:${partition}:iam::aws:policy/`, `arn:${partition}:iam::${accountId}:policy/`];
  const given = [
    ...additional(additionalPolicyArns),
    ...(permissionsBoundary === undefined ? [] : [{ pointer: '/permissionsBoundary', arn: permissionsBoundary }]),
  ];
  const errors = given
    .filter(({ arn }) => !prefixes.some((prefix) => arn.startsWith(prefix)))
    .map(({ pointer }) => ({ pointer, message: `must be a policy of AWS or of this account: ${prefixes.join('NAME or ')}NAME` }));
  if (errors.length > 0) throw invalidInput(errors);
}

/** Fault: INVALID_INPUT for tags that IAM takes for one. */
export function expectTags(tags: Tags = {}): void {
  const errors = repeatedTags(tags).map(({ first, again }) => ({
    pointer: `/tags/${escapePointer(again)}`,
    message: `must not stand beside ${first}: IAM ignores letter case in tag keys, so the two are one tag`,
  }));
  if (errors.length > 0) throw invalidInput(errors);
}

const sha256 = (text: string) => hash('sha256', text);

/** A strong ETag over trust policy, attached policies and tags, whatever order and form IAM shows them in. */
export function etagOf(role: RoleState): string {
  // As `canonical` would write the three as one object.
  const text = `{"attached":${canonical([...role.attached])},"tags":${canonical(role.tags)},"trust":${canonicalOf(role.trustText)}}`;
  return `"${sha256(text).slice(0, 32)}"`;
}

/** The domain's judgement with what takes a clock or a hash, in the words of the caller's face. `clusters` null: none are asked about. */
export function report(observed: Observed, clusters: Cluster[] | null, now: Date, caller: Caller): RoleReport {
  const { accountId, partition, roleName, role } = observed;
  const { trust, findings, ...assessment } = check(observed, clusters);
  const about = { accountId, roleName: role?.roleName ?? roleName, clusters: assessment.clusters };
  return {
    accountId,
    partition,
    roleName: role?.roleName ?? roleName,
    roleArn: role?.roleArn ?? null,
    roleId: role?.roleId ?? null,
    checkedAt: now.toISOString(),
    ...assessment,
    findings: findings.map((found) => ({ ...found, remedy: sayRemedy(found.remedy, faceOf(caller), about) })),
    trust: trust && role && trustOf(observed, role.trustText, trust),
    policies: role && { attached: role.attached, inline: role.inline },
    tags: role?.tags ?? null,
    etag: role && etagOf(role),
  };
}

const trustOf = (
  { quota }: Observed,
  trustText: string,
  { document, linesLeft, lines }: NonNullable<ReturnType<typeof check>['trust']>,
): Trust => ({
  document: document.content,
  hash: sha256(canonicalOf(trustText)),
  size: document.size,
  quota,
  linesLeft,
  lines,
});
