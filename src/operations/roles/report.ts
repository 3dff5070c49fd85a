import { check } from '../../domain/check/check.ts';
import { fargate } from '../../domain/kinds/fargate.ts';
import { canonicalOf } from '../../domain/policy/document.ts';
import type { CheckContext } from '../../domain/role/check-context.ts';
import type { Observed } from '../../domain/role/role-state.ts';
import type { Account } from '../../schema/account.ts';
import type { Caller } from '../../schema/caller.ts';
import type { Cluster } from '../../schema/primitives.ts';
import type { RoleReport, Trust } from '../../schema/report.ts';
import type { RegisteredAccount } from '../accounts/account.ts';
import type { Deps } from '../call/deps.ts';
import { faceOf, sayRemedy } from '../call/words.ts';
import { etagOf, sha256 } from './etag.ts';

/** IAM's default for "Role trust policy length". An account can only have more. */
const defaultQuota = 2048;

/** The account's quota for a trust policy, as far as it is known. A read never asks AWS for it. */
export const knownQuota = ({ roles }: Deps, account: Account): number => roles.knownQuotas(account)?.trustPolicySize ?? defaultQuota;

/** What a check knows besides the role. */
export const contextOf = (
  { now, extraRegions }: Pick<Deps, 'now' | 'extraRegions'>,
  { accountId, partition, organizationId }: RegisteredAccount,
): CheckContext => ({ accountId, partition, organizationId, kind: fargate, now: now(), extraRegions });

/**
 * The report of a check, with remedies in the words of the caller's face. `clusters` null: the clusters of
 * the role's own lines.
 */
export function report(observed: Observed, clusters: Cluster[] | null, now: Date, caller: Caller): RoleReport {
  const { accountId, partition, role } = observed;
  const { trust, findings, ...assessment } = check(observed, clusters);
  const roleName = role?.roleName ?? observed.roleName;
  const about = { accountId, roleName, clusters: assessment.clusters };
  return {
    accountId,
    partition,
    roleName,
    roleArn: role?.roleArn ?? null,
    roleId: role?.roleId ?? null,
    checkedAt: now.toISOString(),
    ...assessment,
    findings: findings.map((finding) => ({ ...finding, remedy: sayRemedy(finding.remedy, faceOf(caller), about) })),
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
