import type { Cluster } from '../../../typescript/src/index.ts';
import { WrongUsage } from '../failure.ts';

/** The values of an option that may repeat, or hold several values with commas between them. */
export const parseList = (given: readonly string[] = []): string[] =>
  given.flatMap((one) => one.split(',')).filter(Boolean);

/** Parses REGION/NAME values. The service validates Regions and names. */
export function clustersOf(given: readonly string[] | undefined, option: string): Cluster[] {
  return parseList(given).map((one) => {
    const [region, name, ...more] = one.split('/');
    if (!region || !name || more.length > 0)
      throw new WrongUsage(`${option} must be REGION/NAME, as in us-west-2/my-cluster; not "${one}".`);
    return { region, name };
  });
}

/** One REGION/NAME. */
export function clusterOf(given: string, option: string): Cluster {
  const [cluster, ...more] = clustersOf([given], option);
  if (!cluster || more.length > 0) throw new WrongUsage(`${option} must name one cluster.`);
  return cluster;
}

/** KEY=VALUE. */
export function pairOf(text: string, option: string): [string, string] {
  const at = text.indexOf('=');
  if (at < 1) throw new WrongUsage(`${option} must be KEY=VALUE; not "${text}".`);
  return [text.slice(0, at), text.slice(at + 1)];
}

/** The number of rows to show, at least 1. */
export function limitOf(given: string | undefined, byDefault: number): number {
  if (given === undefined) return byDefault;
  if (!/^[1-9]\d{0,6}$/.test(given)) throw new WrongUsage('--limit must be a number, at least 1.');
  return Number(given);
}
