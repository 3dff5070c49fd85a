import type { Entity } from '@backstage/catalog-model';
import type { ExtendAnswer, Overview } from 'backstage-plugin-rolewright-common';

// What the backend answers, for the tests.

export const entity: Entity = {
  apiVersion: 'backstage.io/v1alpha1',
  kind: 'Component',
  metadata: {
    name: 'payments',
    annotations: {
      'amazonaws.com/account-id': '111122223333',
      'rolewright.io/role-name': 'payments-fargate',
    },
  },
};

const search = { region: 'us-west-2', name: 'search' };
const checkout = { region: 'us-west-2', name: 'checkout' };

export const overview: Overview = {
  role: {
    accountId: '111122223333',
    roleName: 'payments-fargate',
    roleArn: 'arn:aws:iam::111122223333:role/payments-fargate',
  },
  verdict: 'NEEDS_REPAIR',
  sentence: 'The role payments-fargate of account 111122223333 has to be repaired.',
  findings: [
    {
      code: 'POLICY_NOT_ATTACHED',
      severity: 'ERROR',
      message: 'The required policy is not attached.',
      remedy: 'Attach the policy.',
    },
  ],
  clusters: [checkout, { region: '*', name: 'ledger' }],
  readiness: [
    {
      cluster: checkout,
      verdict: 'NOT_READY',
      reason: null,
      findings: [
        {
          code: 'ACCESS_ENTRY_MISSING',
          severity: 'ERROR',
          message: 'The role has no access entry.',
          remedy: 'Create the entry.',
        },
      ],
    },
  ],
  readinessUnknown: 'One more line was not asked about.',
  changes: [
    {
      id: 'c1',
      at: '2026-11-30T12:00:00.000Z',
      kind: 'EXTEND',
      outcome: 'SUCCEEDED',
      clusters: [checkout],
      actor: 'portal',
      onBehalfOf: 'user:default/olivia',
      reason: 'CHG-1042',
      url: 'https://rolewright.example.com/history/c1',
    },
  ],
  mayExtend: true,
  consoleUrl: 'https://rolewright.example.com/roles/111122223333/payments-fargate',
};

export const preview: ExtendAnswer = {
  diff: '--- before\n+++ after\n@@ -1,3 +1,4 @@\n   [\n-    "checkout"\n+    "checkout",\n+    "search"\n   ]\n',
  effects: { clustersGained: [search], clustersLost: [], statementsRemoved: 0 },
  change: null,
  sentence: 'us-west-2/search would be added.',
};

export const extended: ExtendAnswer = {
  ...preview,
  change: {
    ...(overview.changes?.[0] as NonNullable<Overview['changes']>[number]),
    id: 'c2',
    clusters: [search],
  },
  sentence: 'us-west-2/search was added.',
};
