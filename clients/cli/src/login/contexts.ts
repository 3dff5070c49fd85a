import { WrongUsage } from '../failure.ts';
import { type Context, readConfig } from './files.ts';

type Env = NodeJS.ProcessEnv;

export function requireContext(env: Env, name: string): Context {
  const { contexts } = readConfig(env);
  const context = Object.hasOwn(contexts, name) ? contexts[name] : undefined;
  if (!context) throw new WrongUsage(`There is no context "${name}". See: rolewright context list`);
  return context;
}

/** The name of the context of a command: the flag, or the environment, or the file. */
export const contextNameOf = (env: Env, flag: string | undefined): string | undefined =>
  flag ?? (env.ROLEWRIGHT_CONTEXT || undefined) ?? readConfig(env).current;

/** The context that a command cannot do without. */
export function chosen(env: Env, flag: string | undefined): [string, Context] {
  const name = contextNameOf(env, flag);
  if (name === undefined)
    throw new WrongUsage(
      'There is no context. Add one: rolewright context add NAME --url URL --issuer URL --client-id ID.',
    );
  return [name, requireContext(env, name)];
}
