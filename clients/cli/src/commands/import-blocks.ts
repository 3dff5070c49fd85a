import type { Command } from 'commander';
import type { Service } from '../connect.ts';
import type { ServiceFlags } from '../settings.ts';
import { importBlocks, isImportable, type Line } from '../text/import-blocks.ts';
import { clusterName, say, sayJson, tell } from '../text/output.ts';
import { addServiceOptions } from './options.ts';

interface Options extends ServiceFlags {
  role?: string;
  json?: boolean;
}

/** Defines `role import-blocks`, which is no operation: it writes Terraform from the list of roles. */
export function defineImportBlocks(
  command: Command,
  connect: (flags: ServiceFlags) => Service,
  ended: (code: number) => void,
): void {
  command
    .description("Writes Terraform: an import block and a resource for each line of the account's roles.")
    .argument('<ACCOUNT>', 'an AWS account ID: 12 digits')
    .option('--role <NAME>', 'of this role alone')
    .option('--json', 'prints the lines as JSON')
    .action(async (accountId: string, { role, json, ...flags }: Options) => {
      const lines: Line[] = [];
      for await (const { roleName, clusters } of connect(flags).client.listExecutionRoles({ accountId }))
        if (role === undefined || roleName === role)
          lines.push(...clusters.map((cluster) => ({ accountId, roleName, ...cluster })));
      const importable = lines.filter(isImportable);
      if (json) sayJson(importable);
      else say(importBlocks(importable));
      for (const line of lines.filter((one) => !isImportable(one)))
        tell(`Left out: the line ${clusterName(line)} of ${line.roleName} is a pattern.`);
      ended(0);
    });
  addServiceOptions(command);
}
