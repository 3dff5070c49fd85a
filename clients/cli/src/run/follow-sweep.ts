import { ConnectionError, type SweepResult } from '../../../typescript/src/index.ts';
import { say, sayJsonLine, tell, terminalWidth } from '../text/output.ts';
import { barOn } from './bar.ts';
import { needsAction, summaryText } from './summary.ts';
import type { Way } from './way.ts';

/**
 * Follows the sweep to its end, and prints a summary. Exit code 0 when it is done and no role needs action.
 */
export async function followSweep(
  id: string,
  { service, limit, format }: Pick<Way, 'service' | 'limit' | 'format'>,
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
    if (format === 'json') await sayJsonLine(result);
    if (!needsAction(result)) continue;
    count += 1;
    if (needing.length < limit) needing.push(result);
  }
  if (format !== 'json') say(summaryText(ended, { needing, count }, terminalWidth()));
  return ended.state === 'DONE' && count === 0 ? 0 : 1;
}
