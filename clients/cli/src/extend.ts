import type { OnMismatch, OverrideCode, WriteResult } from '../../typescript/src/index.ts';
import {
  type Command,
  clustersOf,
  flag,
  parseArguments,
  parseList,
  requiredClusters,
  text,
  texts,
} from './arguments.ts';
import { reportText } from './check.ts';
import { say, sayJson } from './output.ts';

export const extend: Command = {
  usage: `rolewright extend ACCOUNT ROLE --cluster REGION/NAME…
  Lets pods of these clusters use the role. Exit code 0: they can; 1: they cannot, or not yet (a dry run); 2: it was refused.
  --cluster REGION/NAME   a cluster; it may repeat
  --on-mismatch WHAT      what to do when the trust policy needs more than another line: REFUSE (default), MERGE or REPLACE
  --override CODE         overrides a refusal, such as MANAGED_ELSEWHERE (another tool owns the role); it may repeat
  --claim                 claims the clusters: no change removes them while somebody needs them
  --claimant TEXT         the same, in this name instead of the caller's
  --compact               shortens the policy: folds statements, drops lines that a wider line covers
  --drop REGION/NAME      removes the cluster's line; it may repeat, and * is the line of every Region or name
  --dry-run               shows what would change, and changes nothing
  --reason TEXT           the reason, kept in the history`,
  async run(args, connect) {
    const { values, positionals } = parseArguments(args, ['ACCOUNT', 'ROLE'], {
      cluster: texts,
      'on-mismatch': text,
      override: texts,
      claim: flag,
      claimant: text,
      compact: flag,
      drop: texts,
      'dry-run': flag,
      reason: text,
    });
    const [accountId = '', roleName = ''] = positionals;
    const drop = values.drop && clustersOf(values.drop, '--drop');
    const clusters = drop ? clustersOf(values.cluster) : requiredClusters(values.cluster);
    const result = await connect(values.url).client.extendExecutionRole({
      accountId,
      roleName,
      clusters,
      // The service names the values that there are.
      onMismatch: values['on-mismatch']?.toUpperCase() as OnMismatch | undefined,
      override: parseList(values.override).map((code) => code.toUpperCase() as OverrideCode),
      claimant: values.claimant,
      claim: values.claim,
      compact: values.compact,
      drop,
      dryRun: values['dry-run'],
      reason: values.reason,
    });
    if (values.json) sayJson(result);
    else say(resultText(result, values['dry-run'] ?? false));
    const { change, report } = result;
    return report.verdict === 'COMPLIANT' && (change === null || change.outcome === 'SUCCEEDED') ? 0 : 1;
  },
};

/** The text about a write: its steps, done or planned. */
export function resultText({ plan, change, lineKept, report }: WriteResult, isDryRun: boolean): string {
  const kept =
    lineKept && `The claim ${change ? 'has ended' : 'would end'}, and the line stays: ${reasons[lineKept]}.`;
  if (plan.steps.length === 0) {
    const done = change
      ? `Change ${change.id} ${change.outcome}: ${change.kind}`
      : kept
        ? null
        : 'Nothing has to be done.';
    return [done, kept, reportText(report)].filter(Boolean).join('\n');
  }
  const writes = plan.steps.map(({ action }) => action).join(', ');
  const done = change
    ? `Change ${change.id} ${change.outcome}: ${writes}`
    : `${isDryRun ? 'It would be' : 'It is'} ${writes}`;
  return [plan.diff.trimEnd(), done, reportText(report)].filter(Boolean).join('\n');
}

const reasons = {
  CLAIMED: 'another claim needs it',
  LAST_CLUSTER: 'it is the last line of the trust policy',
};
