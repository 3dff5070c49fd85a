import { WrongUsage } from '../failure.ts';
import { type Context, readConfig } from './files.ts';

type Env = NodeJS.ProcessEnv;

export function requireContext(env: Env, name: string): Context {
  const { contexts } = readConfig(env);
  const context = Object.hasOwn(contexts, name) ? contexts[name] : undefined;
  if (!context) throw new WrongUsage(`There is no context "${name}". See: rolewright context list`);
  return context;
}

/** The context of a command: the flag, or the environment, or the file. */
export function chosen(env: Env, flag: string | undefined): [string, Context] {
  const name = flag ?? (env.ROLEWRIGHT_CONTEXT || undefined) ?? readConfig(env).current;
  if (name === undefined)
    throw new WrongUsage(
      'There is no context. Add one: rolewright context add NAME --url URL --issuer URL --client-id ID.',
    );
  return [name, requireContext(env, name)];
}
