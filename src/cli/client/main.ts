import { version } from '../../version.ts';
import type { Command } from './arguments.ts';
import { changes } from './changes.ts';
import { check } from './check.ts';
import { claims } from './claims.ts';
import { extend } from './extend.ts';
import { Failure, Refused, WrongUsage } from './failure.ts';
import { say, tell } from './output.ts';
import { retract } from './retract.ts';
import { createService } from './service.ts';
import { settingsOf } from './settings.ts';
import { sweep } from './sweep.ts';

// `npx rolewright …`. Exit code 0: all is well; 1: the answer is that something is not; 2: there is no answer.

const commands: Record<string, Command> = { check, extend, retract, claims, changes, sweep };

const common = `Every command takes
  --json   the answer as JSON on stdout, and nothing else there
  --url    where the service is, in the place of ROLEWRIGHT_URL (default http://127.0.0.1:8080)
  --help   what it takes
ROLEWRIGHT_TOKEN is the bearer token, where the service asks for one. It is never an argument: those are seen by every process.
Exit code 2: a wrong command line, a refusal, or no answer.`;

async function run([name, ...args]: string[]): Promise<number> {
  const command = name !== undefined && Object.hasOwn(commands, name) ? commands[name] : undefined;
  if (name === '--version') say(version);
  else if (name === '--help' || name === 'help' || args.includes('--help'))
    say(`${(command ? [command] : Object.values(commands)).map(({ usage }) => usage).join('\n\n')}\n\n${common}`);
  else if (!command) throw new WrongUsage(name === undefined ? 'Which command?' : `There is no command "${name}".`);
  else return await command.run(args, (url) => createService(settingsOf(process.env, url)));
  return 0;
}

/** What a refusal has beside its one line: the plan that another choice would apply, the patch for the tool that owns the role. */
function describePlan({ problem }: Refused): string {
  const { plan } = problem as { plan?: { diff?: unknown } };
  return [plan?.diff, problem.patch?.text].filter((one) => typeof one === 'string' && one !== '').join('\n');
}

// Who reads our output may have had enough of it, as `head` has: there is nobody to tell. That must not look like success.
process.stdout.on('error', ({ code, message }: NodeJS.ErrnoException) => {
  if (code !== 'EPIPE') tell(message);
  process.exit(2);
});

try {
  process.exitCode = await run(process.argv.slice(2));
} catch (error) {
  if (!(error instanceof Failure)) throw error;
  tell(error.message);
  if (error instanceof WrongUsage)
    tell(`See: rolewright ${process.argv[2] !== undefined && Object.hasOwn(commands, process.argv[2]) ? `${process.argv[2]} ` : ''}--help`);
  if (error instanceof Refused) {
    const more = describePlan(error);
    if (more) tell(more);
  }
  process.exitCode = 2;
}
