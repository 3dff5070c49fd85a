import type { ChangeDraft, Settlement } from '#src/ports.ts';

/** What a use case would open in the log. */
export function draft(differences: Partial<ChangeDraft> = {}, subject = 'anna'): ChangeDraft {
  const before = {
    trust: { Version: '2012-10-17', Statement: [] },
    policies: { attached: ['arn:aws:iam::aws:policy/Zeta', 'arn:aws:iam::aws:policy/Alpha'], inline: null },
    tags: { b: 'ü', a: '"' },
  };
  return {
    kind: 'EXTEND',
    accountId: '111122223333',
    roleName: 'PodExecution',
    roleId: 'AROA',
    clusters: [{ region: 'us-west-2', name: 'my-cluster' }],
    caller: { actor: { subject, issuer: null }, groups: [], scope: null, via: 'REST', requestId: 'req-1' },
    reason: null,
    overrides: [],
    idempotencyKey: null,
    sessionName: `rolewright-${subject}`,
    reverts: null,
    planId: 'plan_1',
    planned: [],
    effects: null,
    before,
    after: { ...before, tags: {} },
    diff: '- a\n+ b\n',
    editedOutside: false,
    claimant: null,
    lineKept: null,
    ...differences,
  };
}

export const succeeded: Settlement = {
  outcome: 'SUCCEEDED',
  roleId: 'AROA',
  steps: [{ action: 'iam:UpdateAssumeRolePolicy', outcome: 'SUCCEEDED', awsRequestId: 'aws-1', at: '2026-11-23T12:00:00.000Z' }],
  after: null,
  diff: '+ b\n',
  error: null,
  recovered: false,
  editedOutside: false,
};
