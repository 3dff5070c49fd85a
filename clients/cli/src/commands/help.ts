import { type CommandSpec, partsOf, specs } from './commands.ts';

/** Command lines to begin with. A test parses each. */
export const examples: Record<string, readonly string[]> = {
  'role check': ['111122223333 eks-fargate --cluster us-west-2/shop'],
  'role extend': [
    '111122223333 eks-fargate --cluster us-west-2/shop --dry-run',
    '111122223333 eks-fargate --cluster us-west-2/shop --claimant shop --reason CHG-7',
  ],
  'role create': ['111122223333 eks-fargate --cluster us-west-2/shop --dry-run'],
  'role drop': ['111122223333 eks-fargate --cluster us-west-2/gone --dry-run'],
  'role retract': ['111122223333 eks-fargate --cluster us-west-2/gone --claimant shop'],
  'role prune': ['111122223333 eks-fargate --dry-run'],
  'role revert': ['change_5992c8b9-fa3a-45b5-ae48-951c68856b65 --dry-run'],
  'role find': ['111122223333'],
  'cluster ready': ['111122223333 us-west-2/shop'],
  'line put': ['111122223333 eks-fargate us-west-2/shop --claimant shop'],
  'line delete': ['111122223333 eks-fargate us-west-2/shop --claimant shop'],
  'claim list': ['--account 111122223333 --role eks-fargate'],
  'change list': ['--account 111122223333 --since 2026-11-23 --limit 50', '--kind EXTEND --output csv'],
  'account list': ['--label team=pay --output csv'],
  'account put': ['111122223333 --name pay-prod --label team=pay --label stage=prod'],
  'log export': ['--since 2026-11-01 --output csv'],
  'sweep start': ['check --all', 'extend --label team=pay --cluster us-west-2/shop --dry-run'],
  'posture list': ['--verdict NEEDS_REPAIR'],
  'token create': ['terraform --group rolewright-operators --dry-run'],
};

/** The examples of a command, to follow its help. */
export function exampleText(spec: CommandSpec): string {
  const words = partsOf(spec).path.join(' ');
  const given = (examples[words] ?? []).map((one) => `  rolewright ${words} ${one}`);
  return given.length > 0 ? `\nExamples:\n${given.join('\n')}` : '';
}

/** The help of `rolewright` itself: one line a noun, with its verbs. */
export function helpText(): string {
  const paths = specs.filter(({ isOlder }) => !isOlder).map((spec) => partsOf(spec).path);
  const nouns = [...Map.groupBy(paths, ([noun = '']) => noun)].map(
    ([noun, of]) => `  ${noun.padEnd(9)} ${of.map(([, verb]) => verb).join(', ')}`,
  );
  return `Usage: rolewright NOUN VERB [ARGUMENTS] [OPTIONS]

Every operation of the service has a command. Each has --help, with examples.
${nouns.join('\n')}
  role import-blocks ACCOUNT writes Terraform for the lines of an account.

  context   add, use, list: the services that you use
  login, logout
            at the issuer of the context
  mcp       the tools of the service for an AI assistant, on standard input and output

Older names, which scripts may keep:
  check, extend, retract       role check, role extend, role retract
  prune, ready                 role prune (prune plans, and writes with --apply), cluster ready
  claims, claims end, changes  claim list, claim end, change list
  sweep check, sweep extend, sweep readiness
                               sweep start check, sweep start extend, sweep start readiness

A write shows its plan and asks. --yes goes ahead without. With no terminal to ask in, it is refused without --yes.
An older name asks in a terminal, and goes ahead without one.

Every command takes
  --json    prints the answer as JSON on stdout, and nothing else
  --output  table, json or csv, where the answer is a list
  --url     the address of the service, instead of ROLEWRIGHT_URL (default http://127.0.0.1:8080)
  --context a service of rolewright context list, instead of the one that is used, or ROLEWRIGHT_CONTEXT
  --help    prints the options
ROLEWRIGHT_TOKEN is the bearer token, instead of a login. It is never an argument, because every process can see those.

rolewright complete bash (or zsh, or fish) prints a script that completes commands in the shell.

Exit code 0: success. 1: the answer is negative, or a dry run has something to do. 2: wrong usage, a refusal, or no answer.
`;
}
