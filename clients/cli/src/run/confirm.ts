import { createInterface } from 'node:readline/promises';
import type { Plan } from '../../../typescript/src/index.ts';
import { Failure, WrongUsage } from '../failure.ts';
import { clusterName, tell } from '../text/output.ts';

const hasColor = () => Boolean(process.stderr.isTTY) && !process.env.NO_COLOR;
const red = (text: string) => (hasColor() ? `\u001B[31m${text}\u001B[39m` : text);

/** What a plan takes away: it is shown first. */
export function lossesOf({ effects }: Plan): string[] {
  const { clustersLost, statementsRemoved, principalsRemoved = [] } = effects;
  return [
    ...(clustersLost.length > 0 ? [`Lost: ${clustersLost.map(clusterName).join(', ')}`] : []),
    ...(statementsRemoved.length > 0 ? [`Statements removed: ${statementsRemoved.length}`] : []),
    ...(principalsRemoved.length > 0 ? [`Deleted principals removed: ${principalsRemoved.length}`] : []),
  ];
}

/** Is there a terminal to ask in? */
export const canAsk = () => Boolean(process.stdin.isTTY && process.stderr.isTTY);

/** Shows what a write would do, and asks. Throws Failure when the answer is no, and WrongUsage where nobody can be asked. */
export async function confirm(what: string, losses: string[], text: string): Promise<void> {
  // Not `tell`: color is our own.
  for (const loss of losses) process.stderr.write(`${red(loss)}\n`);
  if (text) tell(text);
  if (!canAsk())
    throw new WrongUsage(
      `${what} is a write, and there is no terminal to ask in. Add --yes, or --dry-run for its plan.`,
    );
  const terminal = createInterface({ input: process.stdin, output: process.stderr });
  try {
    const answer = await terminal.question(`${what}: go ahead? [y/N] `);
    if (!/^y(es)?$/i.test(answer.trim())) throw new Failure('Nothing was changed.');
  } finally {
    terminal.close();
  }
}
