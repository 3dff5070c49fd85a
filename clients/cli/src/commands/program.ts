import tab from '@bomb.sh/tab/commander';
import { Argument, Command, Option } from 'commander';
import { operations } from '../../../typescript/src/index.ts';
import type { Service } from '../connect.ts';
import { WrongUsage } from '../failure.ts';
import { inputs } from '../generated/inputs.ts';
import { addLoginCommands } from '../login/commands.ts';
import { defineMcp } from '../mcp/command.ts';
import { runOperation } from '../run/run-operation.ts';
import type { ServiceFlags } from '../settings.ts';
import type { Format } from '../text/show.ts';
import { version } from '../version.ts';
import { type CommandSpec, partsOf, specs } from './commands.ts';
import { exampleText, helpText } from './help.ts';
import { defineImportBlocks } from './import-blocks.ts';
import { addServiceOptions, inputOptionsOf, membersOf, parseValue, withValues } from './options.ts';
import { clusterOf, limitOf } from './parse.ts';

type Connect = (flags: ServiceFlags) => Service;

/** The whole command line. `ended` gets the exit code of the command that ran. */
export function createProgram(connect: Connect, ended: (code: number) => void): Command {
  const program = quiet(new Command('rolewright')).version(version, '--version', 'prints the version');
  program.helpInformation = () => helpText();
  program.helpCommand(false);
  for (const spec of specs) {
    const command = commandAt(program, partsOf(spec).path);
    describeCommand(command, spec);
    command.action(async () =>
      ended(await runOperation(spec, inputOf(spec, command), wayOf(spec, command, connect))),
    );
  }
  addLoginCommands((...path) => commandAt(program, path), process.env);
  defineImportBlocks(commandAt(program, ['role', 'import-blocks']), connect, ended);
  defineMcp(commandAt(program, ['mcp']), process.env);
  tab(program);
  return program;
}

/** Errors are thrown, and main.ts prints them. */
const quiet = (command: Command) => command.exitOverride().configureOutput({ writeErr: () => {} });

/** The command of these words. It is made if there is none. */
function commandAt(program: Command, path: readonly string[]): Command {
  let command = program;
  for (const word of path) {
    let next = command.commands.find((one) => one.name() === word);
    if (!next) {
      next = quiet(new Command(word)).helpCommand(false);
      command.addCommand(next);
    }
    command = next;
  }
  return command;
}

function describeCommand(command: Command, spec: CommandSpec): void {
  const { description } = { ...inputs[spec.id], ...spec };
  command.description(description).summary(description.split('. ')[0]?.replace(/\.$/, '') ?? '');
  command.allowExcessArguments();
  for (const name of partsOf(spec).names) {
    const { description = '', values } = membersOf(spec)[name] ?? {};
    const argument = new Argument(`<${argumentName(name)}>`, description);
    command.addArgument(withValues(argument, values));
  }
  for (const { option } of inputOptionsOf(spec)) command.addOption(option);
  const { answer, isWrite } = operations[spec.id];
  const isSweep = spec.id === 'startSweep' || spec.id === 'streamSweepEvents';
  if (spec.id === 'startSweep') command.option('--no-wait', 'start it, say its ID, and do not wait');
  if (answer === 'page') command.option('--limit <N>', 'how many (default 20)');
  if (spec.id === 'getPosture' || spec.id === 'listSweeps')
    command.option('--watch [SECONDS]', 'show the table again so often (default 10), until Ctrl-C');
  if (isSweep) command.option('--limit <N>', 'how many of the results that need action to show (default 20)');
  if (isWrite) command.option('--yes', 'go ahead without asking');
  const formats = answer === 'page' || answer === 'lines' ? ['table', 'json', 'csv'] : ['table', 'json'];
  const lines =
    answer === 'page' && !spec.isOlder ? '; a list is one item a line' : isSweep ? '; a result a line' : '';
  command
    .addOption(new Option('--output <FORMAT>', 'how the answer is shown').choices(formats))
    .option('--json', `the same as --output json${lines}`)
    .addHelpText('after', exampleText(spec));
  addServiceOptions(command);
}

const arguments_: Record<string, string> = { accountId: 'ACCOUNT', roleName: 'ROLE', cluster: 'REGION/NAME' };
const argumentName = (name: string) => arguments_[name] ?? name.toUpperCase();

function wayOf(spec: CommandSpec, command: Command, connect: Connect) {
  const { url, context, json, output, limit, yes, wait, watch } =
    command.opts<Record<string, string | boolean | undefined>>();
  return {
    format: json ? 'json' : ((output as Format | undefined) ?? 'table'),
    limit: limitOf(limit as string | undefined, 20),
    yes: yes === true,
    wait: wait !== false,
    watch: secondsOf(watch),
    isOlder: spec.isOlder === true,
    service: connect({ url, context } as ServiceFlags),
  } as const;
}

/** `--watch` alone is true. */
function secondsOf(given: string | boolean | undefined): number | undefined {
  if (typeof given !== 'string') return given ? 10 : undefined;
  if (!/^[1-9]\d{0,3}$/.test(given)) throw new WrongUsage('--watch must be a number of seconds, at least 1.');
  return Number(given);
}

function inputOf(spec: CommandSpec, command: Command): Record<string, unknown> {
  const input: Record<string, unknown> = { ...spec.given };
  const { names } = partsOf(spec);
  const unexpected = command.args[names.length];
  if (unexpected !== undefined) throw new WrongUsage(`Unexpected argument "${unexpected}".`);
  for (const [at, name] of names.entries()) {
    const given = command.args[at] ?? '';
    const member = membersOf(spec)[name];
    if (name === 'cluster') Object.assign(input, clusterOf(given, 'REGION/NAME'));
    else input[name] = member ? parseValue(name, member, given) : given;
  }
  for (const { option, fill } of inputOptionsOf(spec)) fill(input, command.opts()[option.attributeName()]);
  return input;
}
