import type { Claim } from '../../typescript/src/index.ts';
import { type Command, flag, limitOf, parseArguments, text } from './arguments.ts';
import { clusterName, say, sayJson, table } from './output.ts';
import { take } from './take.ts';

export const claims: Command = {
  usage: `rolewright claims
  Who needs which cluster of which role, newest first.
  --account ID, --role NAME, --claimant TEXT   of these alone
  --limit N               how many (default 20)
rolewright claims end ID    ends a claim for its claimant; the line stays; --dry-run changes nothing`,
  async run(args, connect) {
    if (args[0] === 'end') return await end(args.slice(1), connect);
    const { values } = parseArguments(args, [], { account: text, role: text, claimant: text, limit: text });
    const query = { accountId: values.account, roleName: values.role, claimant: values.claimant };
    const { client } = connect(values.url);
    const items = await take(limitOf(values.limit, 20), (limit) => client.listClaims({ ...query, limit }));
    if (values.json) sayJson(items);
    else say(items.length > 0 ? table([heads, ...items.map(row)]) : 'No claims.');
    return 0;
  },
};

async function end(args: string[], connect: Parameters<Command['run']>[1]): Promise<number> {
  const { values, positionals } = parseArguments(args, ['ID'], { 'dry-run': flag });
  const [id = ''] = positionals;
  const isDryRun = values['dry-run'] ?? false;
  const ended = await connect(values.url).client.endClaim({ id, dryRun: isDryRun });
  if (values.json) sayJson(ended);
  else say(isDryRun ? `Claim ${id} would end.` : `Claim ${id} has ended: change ${ended.change?.id}.`);
  return 0;
}

const heads = ['SINCE', 'ACCOUNT', 'ROLE', 'CLUSTER', 'CLAIMANT', 'BY', 'ID'];
const row = ({ since, accountId, roleName, cluster, claimant, actor, id }: Claim): string[] => [
  since,
  accountId,
  roleName,
  clusterName(cluster),
  claimant,
  actor.subject,
  id,
];
