import type { Change } from '../schema/change.ts';
import type { HistoryPage } from '../schema/page.ts';
import { type Command, limitOf, parsed, text } from './arguments.ts';
import { clusterName, say, sayJson, table } from './output.ts';

/** The most that the service puts on one page. */
const pageSize = 100;

export const changes: Command = {
  usage: `rolewright changes
  The history, newest first.
  --account ID, --role NAME, --cluster REGION/NAME, --actor SUBJECT   of these alone
  --kind KIND             CREATE, EXTEND, REPAIR, RETRACT or REVERT
  --outcome OUTCOME       SUCCEEDED, FAILED, PARTIAL, PENDING or UNKNOWN
  --since TIME, --until TIME   as 2026-11-23T12:00:00Z or 2026-11-23
  --limit N               how many (default 20)`,
  async run(args, connect) {
    const { values } = parsed(args, [], {
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
    const query = { ...filters, kind: kind?.toUpperCase(), outcome: outcome?.toUpperCase() };
    const service = connect(values.url);
    const limit = limitOf(values.limit, 20);
    const items: Change[] = [];
    for (let cursor: string | null | undefined; items.length < limit && cursor !== null; ) {
      const asked = { ...query, cursor, limit: String(Math.min(pageSize, limit - items.length)) };
      const page: HistoryPage<Change> = await service.ask('/changes', { query: asked });
      items.push(...page.items);
      cursor = page.nextCursor;
    }
    if (values.json) sayJson(items);
    else say(items.length > 0 ? table([heads, ...items.map(row)]) : 'No changes.');
    return 0;
  },
};

const heads = ['AT', 'KIND', 'OUTCOME', 'ACCOUNT', 'ROLE', 'CLUSTERS', 'BY', 'REASON', 'ID'];
const row = ({ at, kind, outcome, accountId, roleName, clusters, actor, via, reason, error, id }: Change): string[] => [
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
