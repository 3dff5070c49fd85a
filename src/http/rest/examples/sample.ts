import example from './role.json' with { type: 'json' };

// One account, one role and one change, as the examples of the API description show them.

export const accountId = '111122223333';
export const uuid = '01234567-89ab-4def-8123-456789abcdef';
export const ids = {
  change: `change_${uuid}`,
  claim: 'claim_0123456789abcdef0123456789abcdef',
  import: `import_${uuid}`,
  sweep: `sweep_${uuid}`,
  token: '0123456789abcdef',
};
export const times = { start: '2026-11-30T09:00:00.000Z', end: '2026-11-30T09:00:02.000Z' };
export const cursor = 'MTExMTIyMjIzMzMz';
export const reason = 'CHG-1042: new cluster';
const partition = 'aws';
const { roleName, service, policies: attached, lines } = example;
export const names = { role: roleName, line: lines['my-cluster'] };
export const clusters = [{ region: 'us-west-2', name: 'my-cluster' }];
export const trustHash = 'b0327ce4beb344d5257cbd8be9c7ece215a32e993df6a52205a81af489d04e55';

const checkoutLine = lines.checkout;
const actor = { subject: 'portal', issuer: 'https://id.example/realms/platform' };

const trustOf = (...lines: string[]) => ({
  Version: '2012-10-17',
  Statement: [
    {
      Effect: 'Allow',
      Principal: { Service: service },
      Action: 'sts:AssumeRole',
      Condition: { ArnLike: { 'aws:SourceArn': lines.length === 1 ? lines[0] : lines } },
    },
  ],
});
const lineOf = (name: keyof typeof lines) => ({ pattern: lines[name], region: 'us-west-2', name });
const before = {
  trust: trustOf(checkoutLine),
  policies: { attached, inline: null },
  tags: { team: 'payments' },
};
const after = { ...before, trust: trustOf(checkoutLine, names.line) };

export const account = {
  accountId,
  name: 'payments-prod',
  partition,
  memberRoleArn: `arn:aws:iam::${accountId}:role/RolewrightMember`,
  externalId: null,
  labels: { team: 'payments', stage: 'prod' },
  status: 'ACTIVE',
  createdAt: times.start,
  updatedAt: times.start,
};

const identity = {
  accountId,
  roleName: names.role,
  roleArn: `arn:aws:iam::${accountId}:role/${names.role}`,
  roleId: 'AROAEXAMPLE0123456789',
};
const etag = '"4fb6d7323207893b9c7e7ba1c22095b6"';

/** The role covers the cluster. */
export const report = {
  partition,
  ...identity,
  checkedAt: times.end,
  verdict: 'COMPLIANT',
  action: 'NONE',
  clusters: [{ ...clusters[0], covered: true, coveredBy: [names.line] }],
  findings: [],
  trust: {
    document: after.trust,
    hash: trustHash,
    size: 312,
    quota: 2048,
    linesLeft: 26,
    lines: [lineOf('checkout'), lineOf('my-cluster')],
  },
  policies: after.policies,
  tags: after.tags,
  etag,
};

/** The role does not cover the cluster. */
export const verdictReport = {
  ...report,
  verdict: 'NEEDS_EXTENSION',
  action: 'EXTEND',
  clusters: [{ ...clusters[0], covered: false, coveredBy: [] }],
  findings: [
    {
      code: 'CLUSTER_NOT_LISTED',
      severity: 'ERROR',
      message: 'No line covers cluster my-cluster in us-west-2.',
      pointer: null,
      remedy: `Send POST …/extend with the same clusters to add ${names.line}.`,
    },
  ],
  trust: { ...report.trust, document: before.trust, size: 245, linesLeft: 27, lines: [lineOf('checkout')] },
};

const issuer = 'https://oidc.eks.us-west-2.amazonaws.com/id/EXAMPLED539D4633E53DE1B71EXAMPLE';

/** The role of the profile does not cover the cluster. */
export const readiness = {
  accountId,
  region: 'us-west-2',
  clusterName: 'my-cluster',
  checkedAt: times.end,
  verdict: 'NOT_READY',
  authenticationMode: 'API',
  oidcProvider: { issuer, registeredInIam: true },
  profiles: [
    {
      name: 'default',
      status: 'ACTIVE',
      roleArn: identity.roleArn,
      roleVerdict: 'NEEDS_EXTENSION',
      health: [],
      accessEntry: 'PRESENT',
    },
  ],
  findings: [
    {
      code: 'ROLE_NOT_READY',
      severity: 'ERROR',
      message: `The role ${identity.roleArn} of Fargate profile default is NEEDS_EXTENSION for this cluster. ${verdictReport.findings[0]?.message}`,
      pointer: `/v1/accounts/${accountId}/execution-roles/${names.role}/check?cluster=us-west-2/my-cluster`,
      remedy: verdictReport.findings[0]?.remedy,
    },
  ],
};

export const role = {
  id: `${accountId}.${names.role}`,
  ...identity,
  path: '/',
  description: 'Starts pods on Fargate',
  verdict: 'COMPLIANT',
  action: 'NONE',
  clusters: [{ region: 'us-west-2', name: 'checkout' }, ...clusters],
  findings: [],
  trust: report.trust,
  policies: { attached, inline: [] },
  tags: after.tags,
  permissionsBoundary: null,
  etag,
};

export const plan = {
  id: `plan_${uuid}`,
  steps: [
    { action: 'iam:UpdateAssumeRolePolicy', detail: { roleName: names.role, policyDocument: after.trust } },
  ],
  before,
  after,
  diff: `-  "aws:SourceArn": "${checkoutLine}"\n+  "aws:SourceArn": ["${checkoutLine}", "${names.line}"]\n`,
  effects: {
    clustersGained: clusters,
    clustersLost: [],
    statementsRemoved: [],
    principalsRemoved: [],
    fargateProfiles: null,
    fargateProfilesUnknown: 'EKS was not asked, because the plan takes no coverage away.',
  },
};

export const change = {
  id: ids.change,
  seq: 42,
  settles: 41,
  at: times.start,
  endedAt: times.end,
  kind: 'EXTEND',
  outcome: 'SUCCEEDED',
  accountId,
  roleName: names.role,
  roleId: identity.roleId,
  clusters,
  actor,
  via: 'REST',
  reason,
  override: null,
  requestId: uuid,
  idempotencyKey: null,
  sessionName: 'rolewright-0123456789abcdef',
  reverts: null,
  planId: plan.id,
  planned: plan.steps,
  effects: plan.effects,
  before,
  after,
  diff: plan.diff,
  editedOutside: false,
  steps: [{ action: 'iam:UpdateAssumeRolePolicy', outcome: 'SUCCEEDED', awsRequestId: uuid, at: times.end }],
  error: null,
  recovered: false,
  previousHash: '1f0a340a9c7d2b64e1a5c0f3b8d7e6925a4b3c2d1e0f98a7b6c5d4e3f2a1b0c9',
  hash: '7d2b64e1a5c0f3b8d7e6925a4b3c2d1e0f98a7b6c5d4e3f2a1b0c91f0a340a9c',
  overrides: [],
  claimant: null,
  lineKept: null,
  userAgent: 'terraform-provider-rolewright/0.1.0 Terraform/1.11.4',
  onBehalfOf: null,
};

export const claim = {
  id: ids.claim,
  accountId,
  roleName: names.role,
  roleId: identity.roleId,
  cluster: clusters[0],
  claimant: uuid,
  actor,
  since: times.start,
};

export const sweep = {
  id: ids.sweep,
  operation: 'CHECK',
  state: 'DONE',
  dryRun: false,
  roleName: null,
  clusters: null,
  regions: null,
  reason: null,
  total: 300,
  done: 300,
  failed: 2,
  verdicts: { COMPLIANT: 320, NEEDS_EXTENSION: 12 },
  actor,
  onBehalfOf: null,
  createdAt: times.start,
  startedAt: times.start,
  endedAt: times.end,
};

export const schedule = {
  name: 'nightly',
  cron: '0 3 * * *',
  timezone: 'Europe/Berlin',
  sweep: { select: { all: true } },
  actor,
  onBehalfOf: null,
  createdAt: times.start,
  updatedAt: times.start,
  nextAt: '2026-12-01T02:00:00.000Z',
  lastSweepId: ids.sweep,
  lastStartedAt: '2026-11-30T02:00:00.000Z',
  lastSkippedAt: null,
  lastSkipReason: null,
};

export const serviceToken = {
  id: ids.token,
  name: 'portal',
  subject: 'token:portal',
  groups: ['rolewright-viewers'],
  operations: null,
  accountIds: [accountId],
  createdBy: actor,
  createdAt: times.start,
  expiresAt: '2027-02-28T09:00:00.000Z',
  lastUsedAt: null,
  revokedAt: null,
  revokedBy: null,
};

export const deadLetter = {
  id: uuid,
  attempts: 30,
  lastError: 'the receiver answered 503',
  createdAt: times.start,
  deadAt: times.end,
  event: {
    specversion: '1.0',
    id: uuid,
    source: 'urn:rolewright',
    type: 'io.rolewright.verdict.changed',
    subject: `${accountId}/${names.role}`,
    time: times.start,
    datacontenttype: 'application/json',
    data: {
      accountId,
      roleName: names.role,
      before: 'COMPLIANT',
      after: 'NEEDS_EXTENSION',
      findings: ['CLUSTER_NOT_LISTED'],
      sweepId: ids.sweep,
    },
  },
};
