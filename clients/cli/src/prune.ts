import type { OverrideCode } from '../../typescript/src/index.ts';
import { type Command, flag, parseArguments, parseList, text, texts } from './arguments.ts';
import { resultText } from './extend.ts';
import { say, sayJson } from './output.ts';

export const prune: Command = {
  usage: `rolewright prune ACCOUNT ROLE
  Shows which lines of clusters that are gone would be removed. Exit code 0: there are none, or it is done; 1: some would be;
  2: it was refused.
  --apply                 removes them
  --override CODE         a refusal to override, such as MANAGED_ELSEWHERE; it may repeat
  --reason TEXT           why; it is kept in the history`,
  async run(args, connect) {
    const options = { apply: flag, override: texts, reason: text };
    const { values, positionals } = parseArguments(args, ['ACCOUNT', 'ROLE'], options);
    const [accountId = '', roleName = ''] = positionals;
    const isDryRun = !values.apply;
    const result = await connect(values.url).client.pruneExecutionRole({
      accountId,
      roleName,
      override: parseList(values.override).map((code) => code.toUpperCase() as OverrideCode),
      dryRun: isDryRun,
      reason: values.reason,
    });
    if (values.json) sayJson(result);
    else say(resultText(result, isDryRun));
    return isDryRun && result.plan.steps.length > 0 ? 1 : 0;
  },
};
