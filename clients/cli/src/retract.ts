import type { OverrideCode } from '../../typescript/src/index.ts';
import { type Command, flag, parseArguments, parseList, requiredClusters, text, texts } from './arguments.ts';
import { resultText } from './extend.ts';
import { WrongUsage } from './failure.ts';
import { say, sayJson } from './output.ts';

export const retract: Command = {
  usage: `rolewright retract ACCOUNT ROLE --cluster REGION/NAME
  Ends a claim of the cluster, and takes its line away unless another claim needs it or it is the last. Exit code 0: it is done;
  1: not yet (a dry run); 2: it was refused.
  --claimant TEXT         whose claim; left out, the caller's own
  --override CODE         a refusal to override, such as CLUSTER_CLAIMED (others claim the cluster); it may repeat
  --dry-run               show what would be changed, and change nothing
  --reason TEXT           why; it is kept in the history`,
  async run(args, connect) {
    const options = { cluster: texts, claimant: text, override: texts, 'dry-run': flag, reason: text };
    const { values, positionals } = parseArguments(args, ['ACCOUNT', 'ROLE'], options);
    const [accountId = '', roleName = ''] = positionals;
    const [cluster, ...more] = requiredClusters(values.cluster);
    if (!cluster || more.length > 0) throw new WrongUsage('--cluster must name one cluster.');
    const isDryRun = values['dry-run'] ?? false;
    const result = await connect(values.url).client.retractCluster({
      accountId,
      roleName,
      ...cluster,
      claimant: values.claimant,
      override: parseList(values.override).map((code) => code.toUpperCase() as OverrideCode),
      dryRun: isDryRun,
      reason: values.reason,
    });
    if (values.json) sayJson(result);
    else say(resultText(result, isDryRun));
    return isDryRun ? 1 : 0;
  },
};
