import { FargateReadiness, FargateReadinessInput } from '../../schema/readiness.ts';
import { requireActive } from '../accounts/account.ts';
import { defineOperation } from '../call/operation.ts';
import { parseClusters } from '../roles/report/clusters.ts';
import { createAccountReads } from './account-reads.ts';
import { readReadiness } from './readiness.ts';

export const fargateReadiness = defineOperation({
  name: 'fargateReadiness',
  tag: 'Clusters',
  summary:
    'Says whether pods can start on Fargate in a cluster: its profiles, their roles, and how the cluster knows those roles.',
  permission: ['read'],
  concerns: 'ACCOUNT',
  kind: 'QUERY',
  input: FargateReadinessInput,
  output: FargateReadiness,
  run: async (deps, { accountId, region, name, roleName = null }, caller, { account: record }) => {
    const account = requireActive(deps, accountId, record);
    parseClusters(deps, account, [{ region, name }], 'OF_PARTITION', () => '/region');
    const reads = createAccountReads(deps, account, caller);
    return readReadiness(deps, account, { region, name }, reads, caller, roleName);
  },
});
