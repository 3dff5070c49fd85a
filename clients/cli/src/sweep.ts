import {
  ConnectionError,
  type SweepOperation,
  type SweepResult,
  type SweepSelect,
} from '../../typescript/src/index.ts';
import {
  type Command,
  clustersOf,
  flag,
  limitOf,
  parseArguments,
  parseList,
  text,
  texts,
} from './arguments.ts';
import { barOn } from './bar.ts';
import type { Service } from './connect.ts';
import { WrongUsage } from './failure.ts';
import { say, sayJson, sayJsonLine, tell } from './output.ts';
import { needsAction, summaryText } from './summary.ts';

const wayOfShowing = { limit: text } as const;
const selection = { all: flag, account: texts, label: texts } as const;

export const sweep: Command = {
  usage: `rolewright sweep check|extend|readiness SELECTION
  Checks or extends the execution roles of many accounts, or checks whether pods can start on Fargate in their clusters.
  Exit code 0: no role or cluster needs action; 1: one does, or an account failed.
  --all | --account ID… | --label KEY=VALUE…   which accounts; --account and --label may repeat, and all labels must hold
  --role NAME             this role; left out, every execution role that is found
  --cluster REGION/NAME   a cluster; it may repeat; a check without any asks for those that a role lists; readiness for all
  --region REGION         for readiness: a Region to look into; it may repeat; left out, those that the roles list
  --dry-run               plan, and change nothing
  --reason TEXT           why; it is kept in the history
  --no-wait               start it, say its ID, and do not wait
  --limit N               how many of the results that need action to show (default 20)
  --json                  every result, one a line; with --no-wait the sweep
rolewright sweep follow ID    waits for the end of a sweep, and shows what came of it; --limit and --json as above
rolewright sweep cancel ID    begins no further account; what was done stays done`,
  async run([verb, ...args], connect) {
    if (verb === 'check' || verb === 'extend' || verb === 'readiness')
      return await start(verb, args, connect);
    if (verb === 'follow') {
      const { values, positionals } = parseArguments(args, ['ID'], wayOfShowing);
      return await follow(connect(values.url), positionals[0] ?? '', {
        ...values,
        limit: limitOf(values.limit, 20),
      });
    }
    if (verb === 'cancel') {
      const { values, positionals } = parseArguments(args, ['ID'], {});
      const cancelled = await connect(values.url).client.cancelSweep({ id: positionals[0] ?? '' });
      if (values.json) sayJson(cancelled);
      else
        say(
          `Sweep ${cancelled.id} is ${cancelled.state}: ${cancelled.done} of ${cancelled.total} accounts are done, and stay so.`,
        );
      return 0;
    }
    throw new WrongUsage('sweep is followed by check, extend, readiness, follow or cancel.');
  },
};

async function start(
  verb: 'check' | 'extend' | 'readiness',
  args: string[],
  connect: Parameters<Command['run']>[1],
): Promise<number> {
  const options = {
    ...selection,
    role: text,
    cluster: texts,
    region: texts,
    'dry-run': flag,
    reason: text,
    'no-wait': flag,
    ...wayOfShowing,
  };
  const { values } = parseArguments(args, [], options);
  const limit = limitOf(values.limit, 20);
  const clusters = clustersOf(values.cluster);
  const regions = parseList(values.region);
  const body = {
    operation: verb.toUpperCase() as SweepOperation,
    select: selected(values),
    roleName: values.role,
    clusters: clusters.length > 0 ? clusters : undefined,
    regions: regions.length > 0 ? regions : undefined,
    dryRun: values['dry-run'],
    reason: values.reason,
  };
  const service = connect(values.url);
  const started = await service.client.startSweep(body);
  if (!values['no-wait']) return await follow(service, started.id, { limit, json: values.json });
  if (values.json) sayJson(started);
  else
    say(
      `Sweep ${started.id} has begun, over ${started.total} accounts. Follow it: rolewright sweep follow ${started.id}`,
    );
  return 0;
}

function selected({
  all,
  account,
  label,
}: {
  all?: boolean;
  account?: string[];
  label?: string[];
}): SweepSelect {
  if ([all, account, label].filter((one) => one !== undefined).length !== 1)
    throw new WrongUsage('Which accounts? Say one of --all, --account ID and --label KEY=VALUE.');
  if (account) return { accountIds: parseList(account) };
  if (!label) return { all: true };
  const pairs = label.map((one) => {
    const at = one.indexOf('=');
    if (at < 1) throw new WrongUsage(`--label must be KEY=VALUE; not "${one}".`);
    return [one.slice(0, at), one.slice(at + 1)] as const;
  });
  return { labels: Object.fromEntries(pairs) };
}

/**
 * Follows the sweep to its end, and prints a summary. Exit code 0 when it is done and no role needs action.
 */
async function follow(
  service: Service,
  id: string,
  { limit, json }: { limit: number; json?: boolean | undefined },
): Promise<number> {
  const bar = barOn(process.stderr);
  const left = (_signal: NodeJS.Signals, number: number) => {
    bar.end();
    tell(
      `Sweep ${id} goes on without you.\n  rolewright sweep follow ${id}\n  rolewright sweep cancel ${id}`,
    );
    process.exit(128 + number);
  };
  process.once('SIGINT', left).once('SIGTERM', left);
  try {
    // A service that is not there is told at once. One that goes away is waited for.
    bar.show(await service.client.getSweep({ id }));
    for await (const now of service.patient.streamSweepEvents({ id })) bar.show(now);
  } catch (error) {
    bar.end();
    if (error instanceof ConnectionError)
      tell(`If sweep ${id} has begun, it goes on all the same: rolewright sweep follow ${id}`);
    throw error;
  }
  bar.end();
  process.off('SIGINT', left).off('SIGTERM', left);
  const ended = await service.client.getSweep({ id });
  const needing: SweepResult[] = [];
  let count = 0;
  for await (const result of service.client.listSweepResults({ id, limit: 100 })) {
    if (json) await sayJsonLine(result);
    if (!needsAction(result)) continue;
    count += 1;
    if (needing.length < limit) needing.push(result);
  }
  if (!json) say(summaryText(ended, { needing, count }));
  return ended.state === 'DONE' && count === 0 ? 0 : 1;
}
