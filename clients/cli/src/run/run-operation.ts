import { type OperationId, operations, type Sweep, type WriteResult } from '../../../typescript/src/index.ts';
import type { CommandSpec } from '../commands/commands.ts';
import { inputs } from '../generated/inputs.ts';
import { say, sayCsv, sayJson, terminalWidth } from '../text/output.ts';
import { resultText } from '../text/result.ts';
import { listText, writeList } from '../text/show.ts';
import { exitCodeOf, textOf } from './answer.ts';
import { canAsk, confirm, lossesOf } from './confirm.ts';
import { followSweep } from './follow-sweep.ts';
import { take } from './take.ts';
import { watchText } from './watch.ts';
import type { Way } from './way.ts';

type Input = Record<string, unknown>;
type Method = (input: Input) => Promise<object | undefined> & AsyncIterable<unknown>;

/** Runs an operation and shows its answer. Answers the exit code. */
export async function runOperation(spec: CommandSpec, input: Input, way: Way): Promise<number> {
  const { id } = spec;
  const { answer, isWrite } = operations[id];
  if (id === 'streamSweepEvents') return await followSweep(String(input.id), way);
  const method = way.service.client[id] as unknown as Method;
  if (answer === 'page') return await showList(id, method, input, way);
  if (answer === 'lines') return await showLines(id, method, input, way);
  if (isWrite && !way.yes && input.dryRun !== true && (canAsk() || !way.isOlder))
    await ask(spec, method, input);
  const result = await method(input);
  if (id === 'startSweep' && way.wait) return await followSweep((result as Sweep).id, way);
  if (way.format === 'json') sayJson(result ?? null);
  else say(textOf(id, result, input));
  return exitCodeOf(id, result, input.dryRun === true);
}

async function showLines(id: OperationId, method: Method, input: Input, { format }: Way): Promise<number> {
  if (format === 'json') await writeList(id, method(input), 'json');
  else {
    // The service writes CSV itself, with every column.
    let held = '';
    for await (const text of method({ ...input, format: 'csv' })) {
      const all = held + String(text);
      // The first half of a line's end waits for the other.
      held = all.endsWith('\r') ? '\r' : '';
      await sayCsv(all.slice(0, all.length - held.length));
    }
  }
  return 0;
}

async function showList(
  id: OperationId,
  method: Method,
  input: Input,
  { format, limit, isOlder, watch }: Way,
): Promise<number> {
  const items = () => take(limit, (size) => method({ ...input, limit: size }));
  if (format === 'table') {
    const show = async () => listText(id, await Array.fromAsync(items()), terminalWidth());
    if (watch === undefined) say(await show());
    else await watchText(show, watch);
  } else if (format === 'json' && isOlder) sayJson(await Array.fromAsync(items()));
  else await writeList(id, items(), format);
  return 0;
}

/** Plans the write where its answer has a plan, shows it, and asks. */
async function ask(spec: CommandSpec, method: Method, input: Input): Promise<void> {
  const { id } = spec;
  // A sweep that checks writes nothing to AWS, and one that is cancelled writes no more.
  if (id === 'cancelSweep' || (id === 'startSweep' && input.operation !== 'EXTEND')) return;
  const what = (spec.description ?? inputs[id].description).split('. ')[0]?.replace(/\.$/, '') ?? id;
  if (!inputs[id].plans) return await confirm(what, [], '');
  const planned = (await method({ ...input, dryRun: true })) as unknown as WriteResult;
  if (planned.plan.steps.length > 0) await confirm(what, lossesOf(planned.plan), resultText(planned, true));
}
