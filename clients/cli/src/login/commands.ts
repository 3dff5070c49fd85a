import type { Command } from 'commander';
import { contextOption } from '../commands/options.ts';
import { Failure, WrongUsage } from '../failure.ts';
import { say, table, tell } from '../text/output.ts';
import { urlOf } from '../url.ts';
import { chosen, requireContext } from './contexts.ts';
import { type Context, readConfig, readTokens, writeConfig, writeTokens } from './files.ts';
import { logInByBrowser, logInByDevice, revoke } from './issuer.ts';

type Env = NodeJS.ProcessEnv;

/** `context`, `login` and `logout`. `make` makes the command of these words. */
export function addLoginCommands(make: (...path: string[]) => Command, env: Env): void {
  make('context', 'add')
    .description('Adds a service, or replaces it. The first one is used at once.')
    .argument('<NAME>', 'a name for it')
    .requiredOption('--url <URL>', 'the address of the service')
    .option('--issuer <URL>', 'who issues tokens for it, for login')
    .option('--client-id <ID>', 'the client ID of the command line at the issuer')
    .option('--scope <TEXT>', 'what a login asks for (default "openid offline_access")')
    .action((name: string, context: Context) => addContext(env, name, context));
  make('context', 'use')
    .description('Uses this service from now on.')
    .argument('<NAME>')
    .action((name: string) => {
      requireContext(env, name);
      writeConfig(env, { ...readConfig(env), current: name });
      say(`${name} is used from now on.`);
    });
  make('context', 'list')
    .description('Lists the services that were added.')
    .action(() => listContexts(env));
  make('login')
    .description('Logs you in at the issuer of the context.')
    .option('--device', 'with a code to enter in a browser of any machine')
    .addOption(contextOption())
    .action(async ({ device, context }: { device?: boolean; context?: string }) => {
      const [name, its] = chosen(env, context);
      writeTokens(env, name, await (device ? logInByDevice(its) : logInByBrowser(its)));
      say(`You are logged in to ${name}.`);
    });
  make('logout')
    .description('Forgets the login, and revokes it at the issuer.')
    .addOption(contextOption())
    .action(async ({ context }: { context?: string }) => {
      const [name, its] = chosen(env, context);
      const tokens = readTokens(env, name);
      writeTokens(env, name, undefined);
      say(`You are logged out of ${name}.`);
      if (tokens)
        await revoke(its, tokens).catch((error: unknown) => {
          if (!(error instanceof Failure)) throw error;
          tell(error.message);
        });
    });
}

function addContext(env: Env, name: string, given: Context): void {
  if (!/^[\w.-]{1,63}$/.test(name) || name === '__proto__')
    throw new WrongUsage('NAME must be 1 to 63 letters, digits or _.-');
  const config = readConfig(env);
  const { issuer, clientId, scope } = given;
  const context = { url: urlOf(given.url, '--url'), issuer, clientId, scope } as Context;
  writeConfig(env, {
    current: config.current ?? name,
    contexts: { ...config.contexts, [name]: context },
  });
  // A login is for one address.
  if (config.contexts[name]) writeTokens(env, name, undefined);
  say(`${name} is ${context.url}.`);
}

function listContexts(env: Env): void {
  const { current, contexts } = readConfig(env);
  const rows = Object.entries(contexts).map(([name, { url }]) => [
    name === current ? '*' : '',
    name,
    url,
    readTokens(env, name) ? 'yes' : 'no',
  ]);
  say(rows.length > 0 ? table([['', 'NAME', 'URL', 'LOGGED IN'], ...rows]) : 'No contexts.');
}
