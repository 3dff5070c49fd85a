import type { ChangeDraft } from '#src/ports/ledger.ts';
import { caller } from './caller.ts';

/** The shortest change that there is. */
export const draft: ChangeDraft = {
  kind: 'EXTEND',
  accountId: '111122223333',
  roleName: 'PodExecution',
  roleId: 'AROAEXAMPLE',
  clusters: [{ region: 'us-west-2', name: 'my-cluster' }],
  caller,
  reason: 'CHG-1042',
  overrides: [],
  idempotencyKey: null,
  sessionName: 'rolewright-bench',
  reverts: null,
  planId: 'plan_1',
  planned: [],
  effects: null,
  before: {
    trust: { Version: '2012-10-17', Statement: [] },
    policies: { attached: ['arn:aws:iam::aws:policy/A'], inline: null },
    tags: {},
  },
  after: {
    trust: { Version: '2012-10-17', Statement: [] },
    policies: { attached: ['arn:aws:iam::aws:policy/A'], inline: null },
    tags: {},
  },
  diff: '- a\n+ b\n',
  editedOutside: false,
  claimant: null,
  lineKept: null,
};
