import { randomUUID } from 'node:crypto';
import type { Test } from 'tap';
import { type AwsOptions, createAws } from '#src/aws/aws.ts';
import type { PlannedStep } from '#src/domain/plan/steps/step.ts';
import type { Intent } from '#src/ports/ledger.ts';
import type { Account } from '#src/schema/account.ts';
import {
  callerOf,
  healthy,
  type Reply,
  type ScriptedCall,
  startScriptedAws,
  useOwnCredentials,
} from './scripted-aws.ts';

/** An intent. Outside of tests only the ledger creates one. */
export const intentFor = (account: Account, roleName: string, ...planned: PlannedStep[]): Intent =>
  ({ changeId: randomUUID(), accountId: account.accountId, roleName, planned }) as unknown as Intent;

/**
 * The adapter with a scripted AWS. Calls that the script does not answer get the answers of a healthy
 * account.
 */
export const startScriptedRoles = async (
  t: Test,
  script: (call: ScriptedCall) => Reply | undefined | Promise<Reply | undefined> = () => undefined,
  options: Partial<AwsOptions> = {},
) => {
  useOwnCredentials();
  const aws = await startScriptedAws(async (call) => (await script(call)) ?? healthy(call));
  const { roles, clusters, close } = createAws({ now: () => new Date(), endpoint: aws.url, ...options });
  t.teardown(() => {
    close();
    return aws.close();
  });
  const write = (account: Account, step: PlannedStep, confirm = async () => {}) =>
    roles.write(intentFor(account, step.detail.roleName, step), account, step, callerOf(), confirm);
  return { aws, roles, clusters, write };
};

/** Every role is wanted. */
export const all = () => true;

export const attach: PlannedStep = {
  action: 'iam:AttachRolePolicy',
  detail: { roleName: 'r', policyArn: 'arn:aws:iam::aws:policy/P' },
};
export const detach: PlannedStep = {
  action: 'iam:DetachRolePolicy',
  detail: { roleName: 'r', policyArn: 'arn:aws:iam::aws:policy/P' },
};
export const create: PlannedStep = {
  action: 'iam:CreateRole',
  text: '{}',
  detail: {
    roleName: 'r',
    path: '/',
    assumeRolePolicyDocument: {},
    description: null,
    tags: {},
    permissionsBoundary: 'arn:aws:iam::111122223333:policy/B',
  },
};
export const updateTrust: PlannedStep = {
  action: 'iam:UpdateAssumeRolePolicy',
  text: '{}',
  detail: { roleName: 'r', policyDocument: {} },
};
