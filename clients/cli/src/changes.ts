import type { Change, ChangeKind, ChangeOutcome } from '../../typescript/src/index.ts';
import { type Command, limitOf, parseArguments, text } from './arguments.ts';
import { clusterName, say, sayJson, table } from './output.ts';
import { take } from './take.ts';

export const changes: Command = {
  usage: `rolewright changes
  The history, newest first.
  --account ID, --role NAME, --cluster REGION/NAME, --actor SUBJECT   of these alone
  --kind KIND             CREATE, EXTEND, REPAIR, RETRACT, REVERT, CLAIM or RELEASE
  --outcome OUTCOME       SUCCEEDED, FAILED, PARTIAL, PENDING or UNKNOWN
  --since TIME, --until TIME   as 2026-11-23T12:00:00Z or 2026-11-23
  --limit N               how many (default 20)`,
  async run(args, connect) {
    const { values } = parseArguments(args, [], {
      account: text,
      role: text,
      cluster: text,
      actor: text,
      kind: text,
      outcome: text,
      since: text,
      until: text,
      limit: text,
    });
    const { account, role, cluster, actor, kind, outcome, since, until } = values;
    const filters = { accountId: account, roleName: role, cluster, actor, since, until };
    const query = {
      ...filters,
      // The service names the values that there are.
      kind: kind?.toUpperCase() as ChangeKind | undefined,
      outcome: outcome?.toUpperCase() as ChangeOutcome | undefined,
    };
    const { client } = connect(values.url);
    const items = await take(limitOf(values.limit, 20), (limit) => client.listChanges({ ...query, limit }));
    if (values.json) sayJson(items);
    else say(items.length > 0 ? table([heads, ...items.map(row)]) : 'No changes.');
    return 0;
  },
};

const heads = ['AT', 'KIND', 'OUTCOME', 'ACCOUNT', 'ROLE', 'CLUSTERS', 'BY', 'REASON', 'ID'];
const row = ({
  at,
  kind,
  outcome,
  accountId,
  roleName,
  clusters,
  actor,
  via,
  reason,
  error,
  id,
}: Change): string[] => [
  at,
  kind,
  error ? `${outcome} ${error.code}` : outcome,
  accountId,
  roleName,
  clusters.length > 2
    ? `${clusters.slice(0, 2).map(clusterName).join(',')} and ${clusters.length - 2} more`
    : clusters.map(clusterName).join(','),
  `${actor.subject} (${via})`,
  reason ?? '-',
  id,
];
