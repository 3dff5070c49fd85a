import type { Command } from 'commander';
import type { Service } from '../connect.ts';
import { importBlocks, isImportable, type Line } from '../text/import-blocks.ts';
import { say, sayJson, tell } from '../text/output.ts';

interface Options {
  role?: string;
  json?: boolean;
  url?: string;
  context?: string;
}

/** Defines `role import-blocks`, which is no operation: it writes Terraform from the list of roles. */
export function defineImportBlocks(
  command: Command,
  connect: (flags: { url?: string | undefined; context?: string | undefined }) => Service,
  ended: (code: number) => void,
): void {
  command
    .description("Writes Terraform: an import block and a resource for each line of the account's roles.")
    .argument('<ACCOUNT>', 'an AWS account ID: 12 digits')
    .option('--role <NAME>', 'of this role alone')
    .option('--json', 'prints the lines as JSON')
    .option('--url <URL>', 'the address of the service, instead of ROLEWRIGHT_URL')
    .option('--context <NAME>', 'this context, instead of the one that is used')
    .action(async (accountId: string, { role, json, ...flags }: Options) => {
      const lines: Line[] = [];
      for await (const { roleName, clusters } of connect(flags).client.listExecutionRoles({ accountId }))
        if (role === undefined || roleName === role)
          lines.push(...clusters.map((cluster) => ({ accountId, roleName, ...cluster })));
      const importable = lines.filter(isImportable);
      if (json) sayJson(importable);
      else say(importBlocks(importable));
      for (const { roleName, region, name } of lines.filter((one) => !isImportable(one)))
        tell(`Left out: the line ${region}/${name} of ${roleName} is a pattern.`);
      ended(0);
    });
}
