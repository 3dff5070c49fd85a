import { CommanderError } from 'commander';
import { createProgram } from './commands/program.ts';
import { usageOf, wrongUsage } from './commands/wrong-usage.ts';
import { connect, type Service } from './connect.ts';
import { Failure, Refused, WrongUsage } from './failure.ts';
import { settingsOf } from './settings.ts';
import { tell } from './text/output.ts';

// `npx rolewright …`. Exit code 0: success; 1: the answer is negative; 2: there is no answer.

const args = process.argv.slice(2);

/** The service that the command has called. It explains what went wrong. */
let service: Service | undefined;

let code = 0;
const program = createProgram(
  (flags) => (service = connect(settingsOf(process.env, flags))),
  (its) => (code = its),
);

async function run(): Promise<number> {
  try {
    await program.parseAsync(args, { from: 'user' });
  } catch (error) {
    if (!(error instanceof CommanderError)) throw error;
    if (error.exitCode !== 0) throw wrongUsage(program, error, args);
  }
  return code;
}

/**
 * The other parts of a refusal: the plan of another choice, and the patch for the tool that owns the role.
 */
function describePlan({ problem }: Refused): string {
  return [problem.plan?.diff, problem.patch?.text]
    .filter((one) => typeof one === 'string' && one !== '')
    .join('\n');
}

// The reader of our output may close it, as `head` does. Then there is nobody to tell, but it must not look
// like success.
process.stdout.on('error', ({ code, message }: NodeJS.ErrnoException) => {
  if (code !== 'EPIPE') tell(message);
  process.exit(2);
});

try {
  process.exitCode = await run();
} catch (thrown) {
  const error = service?.explain(thrown) ?? thrown;
  if (!(error instanceof Failure)) throw error;
  tell(error.message);
  if (error instanceof WrongUsage) tell(`See: rolewright ${[...usageOf(program, args), '--help'].join(' ')}`);
  if (error instanceof Refused) {
    const more = describePlan(error);
    if (more) tell(more);
  }
  process.exitCode = 2;
}
