import type { Cluster } from '../../schema/primitives.ts';
import { isListedRegion } from '../patterns/regions.ts';

/** Can a request ask for coverage of the cluster? */
export const canAsk = (where: Parameters<typeof isListedRegion>[1], { region, name }: Cluster) =>
  /^(\*|[\w-]+)$/.test(name) && (region === '*' || isListedRegion(region, where));
