import type { Command } from 'commander';
import { addServiceOptions } from '../commands/options.ts';
import { type ServiceFlags, settingsOf } from '../settings.ts';
import { createPost } from './post.ts';

/** `mcp`: the tools of the service for an assistant on this machine. */
export function defineMcp(command: Command, env: NodeJS.ProcessEnv): void {
  command
    .description(
      'Serves the tools of the service to an AI assistant, which starts this command (Model Context Protocol on standard input and output). The tools only read.',
    )
    .summary('Serves the tools of the service to an AI assistant')
    .action(async () => {
      const post = createPost(settingsOf(env, command.opts<ServiceFlags>()));
      // The protocol's package takes 100 ms to load, which other commands need not wait for.
      const { bridge } = await import('./bridge.ts');
      await bridge(post);
    });
  addServiceOptions(command);
}
