import type { Command } from './arguments.ts';
import { changes } from './changes.ts';
import { check } from './check.ts';
import { claims } from './claims.ts';
import { connect, type Service } from './connect.ts';
import { extend } from './extend.ts';
import { Failure, Refused, WrongUsage } from './failure.ts';
import { say, tell } from './output.ts';
import { isOperation, nouns, nounsText, runProgram } from './program.ts';
import { prune } from './prune.ts';
import { ready } from './ready.ts';
import { retract } from './retract.ts';
import { settingsOf } from './settings.ts';
import { sweep } from './sweep.ts';
import { version } from './version.ts';

// `npx rolewright …`. Exit code 0: success; 1: the answer is negative; 2: there is no answer.

const commands: Record<string, Command> = { check, extend, retract, prune, ready, claims, changes, sweep };

const common = `Every operation of the service has a command: rolewright NOUN VERB. Each has --help.
${nounsText()}
Of these, a write shows its plan and asks. --yes goes ahead without. --output csv writes a list as CSV.

Every command takes
  --json   prints the answer as JSON on stdout, and nothing else
  --url    the address of the service, instead of ROLEWRIGHT_URL (default http://127.0.0.1:8080)
  --help   prints the options
ROLEWRIGHT_TOKEN is the bearer token, if the service requires one. It is never an argument, because every process can see those.
Exit code 2: wrong usage, a refusal, or no answer.`;

/** The service that the command has called. It explains what went wrong. */
let service: Service | undefined;

async function run([name, ...args]: string[]): Promise<number> {
  const command = name !== undefined && Object.hasOwn(commands, name) ? commands[name] : undefined;
  if (name !== undefined && isOperation(name, args[0]))
    return await runProgram([name, ...args], (url) => (service = connect(settingsOf(process.env, url))));
  if (name === '--version') say(version);
  else if (name === '--help' || name === 'help' || args.includes('--help'))
    say(
      `${(command ? [command] : Object.values(commands)).map(({ usage }) => usage).join('\n\n')}\n\n${common}`,
    );
  else if (!command)
    throw new WrongUsage(name === undefined ? 'Missing command.' : `There is no command "${name}".`);
  else return await command.run(args, (url) => (service = connect(settingsOf(process.env, url))));
  return 0;
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
  process.exitCode = await run(process.argv.slice(2));
} catch (thrown) {
  const error = service?.explain(thrown) ?? thrown;
  if (!(error instanceof Failure)) throw error;
  tell(error.message);
  if (error instanceof WrongUsage) {
    const [, , name = ''] = process.argv;
    const isKnown = Object.hasOwn(commands, name) || nouns.has(name);
    tell(`See: rolewright ${isKnown ? `${name} ` : ''}--help`);
  }
  if (error instanceof Refused) {
    const more = describePlan(error);
    if (more) tell(more);
  }
  process.exitCode = 2;
}
