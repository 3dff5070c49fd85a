import { type Command, clustersOf, parseArguments } from './arguments.ts';
import { oneLine, say, sayJson, table } from './output.ts';

export const ready: Command = {
  usage: `rolewright ready ACCOUNT REGION/CLUSTER
  Can pods start on Fargate in this cluster? Exit code 0: READY; 1: NOT_READY, or UNKNOWN; 2: there is no answer.`,
  async run(args, connect) {
    const { values, positionals } = parseArguments(args, ['ACCOUNT', 'REGION/CLUSTER'], {});
    const [accountId = '', named = ''] = positionals;
    const [{ region, name } = { region: '', name: '' }] = clustersOf([named], 'REGION/CLUSTER');
    const answer = await connect(values.url).client.getFargateReadiness({ accountId, region, name });
    const { verdict, profiles, findings } = answer;
    const found = findings.map(
      ({ severity, code, message, remedy }) =>
        `  ${severity} ${code}: ${oneLine(message)}\n    ${oneLine(remedy)}`,
    );
    const rows = profiles.map((profile) => [
      `  ${profile.name}`,
      profile.status,
      profile.roleVerdict ?? 'role not read',
      `access entry ${profile.accessEntry}`,
    ]);
    if (values.json) sayJson(answer);
    else
      say(
        [`${verdict}: ${region}/${name} in ${accountId}`, ...found, table(rows)].filter(Boolean).join('\n'),
      );
    return verdict === 'READY' ? 0 : 1;
  },
};
