import { type ParseArgsOptionsConfig, parseArgs } from 'node:util';
import type { Cluster } from '../../schema/primitives.ts';
import { WrongUsage } from './failure.ts';
import type { Service } from './service.ts';

/** One command: `run` answers the exit code. */
export interface Command {
  usage: string;
  run(args: string[], connect: (url: string | undefined) => Service): Promise<number>;
}

/** What every command takes. */
const common = { url: { type: 'string' }, json: { type: 'boolean' } } as const;
export const text = { type: 'string' } as const;
export const texts = { type: 'string', multiple: true } as const;
export const flag = { type: 'boolean' } as const;

/** `names` are those of the positional arguments, all of which must be there. Fault: WrongUsage. */
export function parseArguments<T extends ParseArgsOptionsConfig>(args: string[], names: readonly string[], options: T) {
  const { values, positionals } = read(args, options);
  const missing = names.slice(positionals.length);
  if (missing.length > 0) throw new WrongUsage(`${missing.join(' and ')} must be given.`);
  if (positionals.length > names.length) throw new WrongUsage(`"${positionals[names.length]}" is one argument too many.`);
  return { values, positionals };
}

function read<T extends ParseArgsOptionsConfig>(args: string[], options: T) {
  try {
    return parseArgs({ args, options: { ...common, ...options }, allowPositionals: true, strict: true });
  } catch (error) {
    // The first sentence says what is wrong; the others are about arguments that begin with a dash.
    if (error instanceof TypeError) throw new WrongUsage(`${error.message.split('. ')[0]?.replace(/\.$/, '')}.`);
    throw error;
  }
}

/** An option may repeat, and its value may be several with commas between. */
export const parseList = (given: readonly string[] = []): string[] => given.flatMap((one) => one.split(',')).filter(Boolean);

/** REGION/NAME, each. What a Region and a name are is for the service to judge. */
export function clustersOf(given: readonly string[] | undefined, option = '--cluster'): Cluster[] {
  return parseList(given).map((one) => {
    const [region, name, ...more] = one.split('/');
    if (!region || !name || more.length > 0)
      throw new WrongUsage(`${option} must be REGION/NAME, as in us-west-2/my-cluster; not "${one}".`);
    return { region, name };
  });
}

export function requiredClusters(given: readonly string[] | undefined): Cluster[] {
  const clusters = clustersOf(given);
  if (clusters.length === 0) throw new WrongUsage('--cluster REGION/NAME must be given.');
  return clusters;
}

/** A number of rows to show, from 1. */
export function limitOf(given: string | undefined, byDefault: number): number {
  if (given === undefined) return byDefault;
  if (!/^[1-9]\d{0,6}$/.test(given)) throw new WrongUsage('--limit must be a number from 1.');
  return Number(given);
}
