import {
  type OperationId,
  operations,
  type RoleReport,
  type Verification,
  type WriteResult,
} from '../../typescript/src/index.ts';
import { reportText } from './check.ts';
import { confirm, lossesOf } from './confirm.ts';
import type { Service } from './connect.ts';
import { resultText } from './extend.ts';
import { inputs } from './generated/inputs.ts';
import { say, sayJson } from './output.ts';
import { type Format, itemText, listText, write, writeList } from './show.ts';
import { take } from './take.ts';

export interface Way {
  format: Format;
  /** The number of items of a list. */
  limit: number | undefined;
  /** Go ahead without asking. */
  yes: boolean;
}

type Input = Record<string, unknown>;
type Method = (input: Input) => Promise<object | undefined> & AsyncIterable<unknown>;

/** Runs an operation and shows its answer. Answers the exit code. */
export async function runOperation(
  id: OperationId,
  input: Input,
  service: Service,
  way: Way,
): Promise<number> {
  const { answer, isWrite } = operations[id];
  const method = (answer === 'events' ? service.patient : service.client)[id] as unknown as Method;
  if (answer === 'page') return await showList(id, method, input, way);
  if (answer === 'lines' && way.format !== 'json') {
    // The service writes CSV itself, with every column.
    let held = '';
    for await (const text of method({ ...input, format: 'csv' })) {
      const all = held + String(text);
      // The first half of a line's end waits for the other.
      held = all.endsWith('\r') ? '\r' : '';
      await write(all.slice(0, all.length - held.length));
    }
    return 0;
  }
  if (answer === 'lines' || answer === 'events') {
    await writeList(id, method(input), 'json');
    return 0;
  }
  if (isWrite && !way.yes && input.dryRun !== true) await ask(id, method, input);
  const result = await method(input);
  if (way.format === 'json') sayJson(result ?? null);
  else say(textOf(id, result, input.dryRun === true));
  return exitCodeOf(id, result, input.dryRun === true);
}

async function showList(
  id: OperationId,
  method: Method,
  input: Input,
  { format, limit = 20 }: Way,
): Promise<number> {
  const list = (size: number) => method({ ...input, limit: size });
  if (format === 'table') {
    const { isTTY, columns } = process.stdout;
    say(listText(id, await take(limit, list), isTTY ? columns : undefined));
  } else await writeList(id, first(limit, list(Math.min(100, limit))), format);
  return 0;
}

async function* first<T>(count: number, items: AsyncIterable<T>): AsyncGenerator<T> {
  let left = count;
  for await (const item of items) {
    yield item;
    left -= 1;
    if (left === 0) return;
  }
}

/** Plans the write where its answer has a plan, shows it, and asks. */
async function ask(id: OperationId, method: Method, input: Input): Promise<void> {
  const what = inputs[id].description.split('. ')[0]?.replace(/\.$/, '') ?? id;
  if (!inputs[id].plans) return await confirm(what, [], '');
  const planned = (await method({ ...input, dryRun: true })) as unknown as WriteResult;
  if (planned.plan.steps.length > 0) await confirm(what, lossesOf(planned.plan), resultText(planned, true));
}

function textOf(id: OperationId, result: object | undefined, isDryRun: boolean): string {
  if (result === undefined) return isDryRun ? 'It would be done.' : 'Done.';
  if (inputs[id].plans) return resultText(result as WriteResult, isDryRun);
  if (id === 'checkExecutionRole') return reportText(result as RoleReport);
  return itemText(result);
}

/** 1: the answer is negative, or a dry run has something to do. */
function exitCodeOf(id: OperationId, result: object | undefined, isDryRun: boolean): number {
  if (inputs[id].plans) {
    const { plan, change } = result as WriteResult;
    return (isDryRun && plan.steps.length > 0) || (change !== null && change.outcome !== 'SUCCEEDED') ? 1 : 0;
  }
  if (id === 'checkExecutionRole') return (result as RoleReport).verdict === 'COMPLIANT' ? 0 : 1;
  if (id === 'verifyLog') return (result as Verification).ok ? 0 : 1;
  if (id === 'getFargateReadiness') return (result as { verdict: string }).verdict === 'READY' ? 0 : 1;
  return 0;
}
