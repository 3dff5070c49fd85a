import { type ParseArgsOptionsConfig, parseArgs } from 'node:util';
import type { Cluster } from '../../typescript/src/index.ts';
import type { Service } from './connect.ts';
import { WrongUsage } from './failure.ts';

/** A command. `run` answers the exit code. */
export interface Command {
  usage: string;
  run(args: string[], connect: (url: string | undefined) => Service): Promise<number>;
}

/** The options of every command. */
const common = { url: { type: 'string' }, json: { type: 'boolean' } } as const;
export const text = { type: 'string' } as const;
export const texts = { type: 'string', multiple: true } as const;
export const flag = { type: 'boolean' } as const;

/** Parses a command line. `names` are the positional arguments, all of them required. Throws WrongUsage. */
export function parseArguments<T extends ParseArgsOptionsConfig>(
  args: string[],
  names: readonly string[],
  options: T,
) {
  const { values, positionals } = read(args, options);
  const missing = names.slice(positionals.length);
  if (missing.length > 0) throw new WrongUsage(`Missing argument: ${missing.join(' and ')}.`);
  if (positionals.length > names.length)
    throw new WrongUsage(`Unexpected argument "${positionals[names.length]}".`);
  return { values, positionals };
}

function read<T extends ParseArgsOptionsConfig>(args: string[], options: T) {
  try {
    return parseArgs({ args, options: { ...common, ...options }, allowPositionals: true, strict: true });
  } catch (error) {
    // Only the first sentence says what is wrong. The others are about arguments that begin with a dash.
    if (error instanceof TypeError)
      throw new WrongUsage(`${error.message.split('. ')[0]?.replace(/\.$/, '')}.`);
    throw error;
  }
}

/** The values of an option that may repeat, or hold several values with commas between them. */
export const parseList = (given: readonly string[] = []): string[] =>
  given.flatMap((one) => one.split(',')).filter(Boolean);

/** Parses REGION/NAME values. The service validates Regions and names. */
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
  if (clusters.length === 0) throw new WrongUsage('Missing option: --cluster REGION/NAME.');
  return clusters;
}

/** The number of rows to show, at least 1. */
export function limitOf(given: string | undefined, byDefault: number): number {
  if (given === undefined) return byDefault;
  if (!/^[1-9]\d{0,6}$/.test(given)) throw new WrongUsage('--limit must be a number, at least 1.');
  return Number(given);
}
