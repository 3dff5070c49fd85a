import { check } from '../../../domain/check/check.ts';
import { canonicalOf } from '../../../domain/policy/document.ts';
import type { Observed } from '../../../domain/role/role-state.ts';
import type { Caller } from '../../../schema/caller.ts';
import type { Cluster } from '../../../schema/primitives.ts';
import type { RoleReport, Trust } from '../../../schema/report.ts';
import { faceOf, formatRemedy } from '../../call/remedy-text.ts';
import { etagOf, sha256 } from './etag.ts';

/**
 * The report of a check, with remedies in the words of the caller's face. `clusters` null: the clusters of
 * the role's own lines.
 */
export function report(
  observed: Observed,
  clusters: Cluster[] | null,
  now: Date,
  caller: Caller,
): RoleReport {
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
    findings: findings.map((finding) => ({
      ...finding,
      remedy: formatRemedy(finding.remedy, faceOf(caller), about),
    })),
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
