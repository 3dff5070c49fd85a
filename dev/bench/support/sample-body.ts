import type { ChangeKind } from '#src/schema/change.ts';

/** What the entries of the long log differ in. Clusters are REGION/NAME. */
export interface Sample {
  id: string;
  settles: number | null;
  at: string;
  kind: ChangeKind;
  outcome: string;
  accountId: string;
  roleName: string;
  actor: string;
  reason: string;
  clusters: string[];
  /** The clusters that the role has had lines for. */
  lines: string[];
}

const executionPolicy = 'arn:aws:iam::aws:policy/AmazonEKSFargatePodExecutionRolePolicy';

function arnOf(accountId: string, cluster: string): string {
  const [region, name] = cluster.split('/');
  return `"arn:aws:eks:${region}:${accountId}:fargateprofile/${name}/*"`;
}

const policyOf = (arns: string[]) =>
  `{"Statement":[{"Action":"sts:AssumeRole","Condition":{"ArnLike":{"aws:SourceArn":[${arns}]}},"Effect":"Allow","Principal":{"Service":"eks-fargate-pods.amazonaws.com"}}],"Version":"2012-10-17"}`;

const snapshotOf = (policy: string) =>
  `{"policies":{"attached":["${executionPolicy}"],"inline":null},"tags":{"team":"payments"},"trust":${policy}}`;

const clusterOf = (cluster: string) => {
  const [region, name] = cluster.split('/');
  return `{"name":"${name}","region":"${region}"}`;
};

interface Documents {
  before: string;
  after: string;
  diff: string;
  planned: string;
}

const noDocuments: Documents = { before: 'null', after: 'null', diff: '', planned: '' };

function documentsOf({ accountId, roleName, clusters, lines }: Sample): Documents {
  const had = [arnOf(accountId, 'us-west-2/first'), ...lines.map((line) => arnOf(accountId, line))];
  const gained = clusters.map((cluster) => arnOf(accountId, cluster));
  const after = policyOf([...had, ...gained]);
  const quoted = (arns: string[], sign: string, last: string) =>
    arns.map(
      (arn, k) => `${sign}            \\"${arn.slice(1, -1)}\\"${k < arns.length - 1 ? ',' : last}\\n`,
    );
  const shown = had.slice(-3);
  return {
    before: snapshotOf(policyOf(had)),
    after: snapshotOf(after),
    planned: `{"action":"iam:UpdateAssumeRolePolicy","detail":{"policyDocument":${after},"roleName":"${roleName}"}}`,
    diff:
      `--- ${roleName}/trust-policy.json\\tbefore\\n+++ ${roleName}/trust-policy.json\\tafter\\n@@ -12,7 +12,8 @@\\n           \\"aws:SourceArn\\": [\\n` +
      quoted(shown.slice(0, -1), ' ', ',').join('') +
      quoted(shown.slice(-1), '-', '').join('') +
      quoted(shown.slice(-1), '+', ',').join('') +
      quoted(gained, '+', '').join('') +
      '           ]\\n         }\\n       }\\n',
  };
}

/**
 * The canonical JSON of a change with all that the service records for an extension: plan, policy before and
 * after, diff, effects and steps. `compact`: without the documents, in 1.1 KB instead of 3.7. It is written as
 * text, because building it as an object takes ten times as long. A test compares it with the schema and with
 * `canonicalJson`.
 */
export function sampleBody(sample: Sample, { compact }: { compact: boolean }): string {
  const { id, settles, at, kind, outcome, accountId, roleName, actor, reason, clusters } = sample;
  const { before, after, diff, planned } = compact ? noDocuments : documentsOf(sample);
  const isOpen = outcome === 'PENDING';
  const named = clusters.map(clusterOf);
  const step = `{"action":"iam:UpdateAssumeRolePolicy","at":"${at}","awsRequestId":"${accountId}-b866-4b38-91b9-${id.slice(-12)}","outcome":"SUCCEEDED"}`;
  return `{"accountId":"${accountId}","actor":{"issuer":"https://id.example/realms/platform","subject":"${actor}"},"after":${after},"at":"${at}","before":${before},"claimant":null,"clusters":[${named}],"diff":"${diff}","editedOutside":false,"effects":{"clustersGained":[${named}],"clustersLost":[],"fargateProfiles":null,"fargateProfilesUnknown":"EKS was not asked, because the plan takes no coverage away.","principalsRemoved":[],"statementsRemoved":[]},"endedAt":${isOpen ? 'null' : `"${at}"`},"error":null,"id":"${id}","idempotencyKey":null,"kind":"${kind}","lineKept":null,"outcome":"${outcome}","override":null,"overrides":[],"planId":"plan_156046b3-266a-45a0-872c-06712249d81d","planned":[${planned}],"reason":"${reason}","recovered":false,"requestId":"ea9a3853-766b-460c-9d9b-${id.slice(-12)}","reverts":null,"roleId":"AROAKTKTHR73DINMO2OYS","roleName":"${roleName}","sessionName":"rolewright-${actor}-a4671089","settles":${settles},"steps":[${isOpen ? '' : step}],"userAgent":"terraform-provider-rolewright/0.1.0 Terraform/1.11.4","via":"REST"}`;
}
